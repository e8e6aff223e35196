"""`python -m benchmarks.speed` runs and prints what it should; nothing is said of how fast."""

from __future__ import annotations

import doctest
import json
import subprocess
import sys
from collections.abc import Iterator
from math import isfinite
from pathlib import Path
from typing import Any

import pytest

from benchmarks.speed import harness, table
from benchmarks.speed.harness import Effort, Row, compare
from benchmarks.speed.states import KEY
from benchmarks.speed.traffic import MARK, fresh, identity, journey, own
from intact.fingerprint import Fingerprinter
from intact_collector.hosts.memory import MemoryCollector
from intact_collector.receive.decode import decode_traces
from intact_collector.receive.request import Media

ROOT = Path(__file__).parents[2]


def speed(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a user does."""
    command = [sys.executable, "-m", "benchmarks.speed", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, cwd=ROOT, timeout=100, check=False
    )


@pytest.mark.e2e
def test_a_quick_look_runs_everything_and_prints_well_formed_rows() -> None:
    """One document, every group in it; a missed budget is said and is no failure."""
    done = speed("--quick", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["version"]
    assert found["python"].startswith("3.")
    assert found["machine"]["cores"] >= 1
    rows: list[dict[str, Any]] = found["rows"]
    assert len({row["name"] for row in rows}) == len(rows)
    assert {row["group"] for row in rows} == {
        "fingerprints", "decorators", "foreign", "receive", "memory", "latency",
    }  # fmt: skip
    for row in rows:
        assert isfinite(row["value"])
        assert row["value"] > 0
        assert row["unit"] in {"x", "B", "ms", "s"}
        assert row["condition"]
        if row["must"] is None:
            assert row["ok"] is None
        elif row["more_is_better"]:
            assert row["ok"] == (row["value"] >= row["must"])
            assert row["must"] < row["aim"]
        else:
            assert row["ok"] == (row["value"] <= row["must"])
            assert row["aim"] < row["must"]
    assert sum(row["must"] is not None for row in rows) >= 16
    for row in rows:
        assert row["name"] in done.stderr


def test_only_one_group_runs_and_is_shown_as_a_table() -> None:
    """For those who work on one of them."""
    done = speed("--quick", "--only", "memory")
    assert done.returncode == 0, done.stderr
    assert "memory per buffered agent span, settled" in done.stdout
    assert "decorator 1 KB" not in done.stdout
    assert "its numbers mean nothing" in done.stdout


def test_both_sides_get_the_same_inputs_the_same_number_of_times() -> None:
    """One input to warm up, then batches that no round shares with another."""
    ours: list[int] = []
    against: list[int] = []

    def numbers() -> Iterator[int]:
        yield from range(1_000)

    compare(ours.append, against.append, numbers(), Effort(rounds=3, share=0.5), calls=10)
    assert ours == against == list(range(16))


def test_the_table_names_every_row_its_budget_and_its_condition() -> None:
    """A row without a budget has none to keep; a condition that rows share is said once."""
    rows = [
        Row("cheap", 2.0, "x", 3, 2, "over a thing", "2 µs", "1 µs"),
        Row("dear", 4.0, "x", 3, 2, "over a thing", "4 µs", "1 µs"),
        Row("slow", 2.0, "x", 4, 6, "times as many", "2/s", "1/s", more_is_better=True),
        Row("told", 2.0, "ms", None, None, "by the way", "", ""),
    ]
    lines = {line.split()[0]: line for line in table.table({"all": rows}).splitlines() if line}
    assert [" ok " in lines[row.name] for row in rows] == [True, False, False, False]
    assert [" missed " in lines[row.name] for row in rows] == [False, True, True, False]
    assert "≥ 4x" in lines["slow"]
    assert table.table({"all": rows}).count("over a thing") == 1


def test_a_journey_of_the_load_is_one_session_with_one_planted_loss() -> None:
    """What the benchmarks send is what the library sends, and no two share an id."""
    body = own(*journey(seed=1)).SerializeToString()
    collector = MemoryCollector(Fingerprinter(KEY))
    for number in (1, 2):
        request = fresh(body, number)
        assert MARK.encode() not in request
        collector.take(decode_traces(request, Media.PROTOBUF))
    sessions = collector.report()
    assert {one.session_id for one in sessions} == {identity(1), identity(2)}
    for session in sessions:
        (handoff,) = session.handoffs
        assert [lost.fact for lost in handoff.measurement.lost] == ["refund_by"]


@pytest.mark.parametrize("module", [harness, table])
def test_examples_hold(module: Any) -> None:
    """What docstrings show is what happens."""
    assert doctest.testmod(module).failed == 0
