"""The comparison with other decorators: what is asked for, and what is made of the answers."""

from __future__ import annotations

import re
from pathlib import Path

import orjson
import pytest

from benchmarks.speed.__main__ import _EVERY, _GROUPS
from benchmarks.speed.harness import QUICK, Effort
from benchmarks.speed.peers import environments, group
from benchmarks.speed.peers.decorated import DECORATED

FOLDER = Path(environments.__file__).parent


def test_peers_run_on_request_alone() -> None:
    """They need a package index, which no other benchmark does."""
    assert "peers" in _EVERY
    assert "peers" not in _GROUPS


@pytest.mark.parametrize("name", [*environments.PEERS, "ours"])
def test_every_environment_is_pinned(name: str) -> None:
    """By name and version, from whatever index pip is configured for."""
    lines = (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    wanted = [line for line in lines if not line.startswith("#")]
    assert wanted
    assert all(re.fullmatch(r"[a-z-]+(==[0-9.]+(b[0-9]+)?|>=[0-9.]+)", line) for line in wanted)
    assert name == "ours" or name in DECORATED


def test_every_peer_is_compared_both_ways_and_has_to_be_dearer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """At 50 KB; what it records stands beside."""

    def compared(peer: str, effort: Effort) -> bytes:
        pair = {"ours": 50.0, "against": 100.0, "ratio": 0.5}
        sizes = [{"size": size, **pair} for size in ("1 KB", "50 KB")]
        recorded = {"input.value": 51_000, "output.value": 51_001}
        return orjson.dumps(
            {"version": "1.2.3", "recorded": recorded, "inline": sizes, "deferred": sizes}
        )

    monkeypatch.setattr(group, "compared", compared)
    rows = list(group.rows(QUICK))
    assert len({row.name for row in rows}) == len(rows) == 4 * len(environments.PEERS)
    assert {row.must for row in rows if "50 KB" in row.name} == {1}
    assert {row.must for row in rows if "1 KB" in row.name} == {None}
    assert all(row.ok for row in rows if row.must is not None)
    for row in rows:
        assert (
            "1.2.3, which records input.value (51,000 characters) and output.value" in row.condition
        )
