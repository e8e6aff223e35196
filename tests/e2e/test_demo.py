"""`intact demo`: what it plants is found, and nothing of it stays."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.program import environment, intact

pytestmark = pytest.mark.e2e


#: What a user's environment may say. The demo must neither follow it nor be stopped by it.
ELSEWHERE = {
    "OTEL_EXPORTER_OTLP_ENDPOINT": "http://192.0.2.1:4317",
    "OTEL_SDK_DISABLED": "true",
    "INTACT_DISABLED": "1",
    "http_proxy": "http://192.0.2.1:3128",
}


def test_the_demo_names_the_lost_fact_its_handoff_and_the_verdict(tmp_path: Path) -> None:
    """Three agents, two processes, three plants, each found for what it is; nothing stays."""
    answer = intact("demo", "--json", HOME=str(tmp_path), TMPDIR=str(tmp_path), **ELSEWHERE)
    assert answer.returncode == 0, answer.stderr
    assert answer.stderr == ""
    (session,) = json.loads(answer.stdout)["sessions"]
    assert [turn["agent"] for turn in session["turns"]] == ["triage", "billing", "shipping"]
    assert {turn["service"] for turn in session["turns"]} == {"front-desk", "warehouse"}
    summary, form = session["handoffs"]

    assert (summary["source"], summary["target"]) == ("triage", "billing")
    assert (summary["verdict"], summary["rule"]) == ("lost", "dataflow")
    assert lost(summary) == [("refund_by", "dropped", "summary", True)]
    assert summary["facts"]["restated"] == 1

    assert (form["source"], form["target"]) == ("billing", "shipping")
    assert (form["verdict"], form["rule"]) == ("degraded", "explicit")
    assert lost(form) == [("refund.amount", "altered", "transport", False)]

    assert not any(handoff["provisional"] for handoff in session["handoffs"])
    assert list(tmp_path.iterdir()) == []  # no key, no state, no temporary directory


def test_the_readme_shows_what_the_demo_prints() -> None:
    """Line by line; only a remedy may be cut short with an ellipsis."""
    page = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    shown = page.partition("```\nticket-7301")[2].partition("```")[0].splitlines()[1:]
    printed = intact("demo", PYTHONIOENCODING="utf-8").stdout
    assert len(shown) >= 5
    for line in shown:
        assert line.removesuffix("…") in printed


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_its_processes_end_with_the_demo_however_it_ends(number: int, tmp_path: Path) -> None:
    """Ctrl-C and even kill -9 leave no agent behind; Ctrl-C leaves no file and no traceback."""
    marker = f"intact-demo-test-{os.getpid()}-{number}"
    demo = subprocess.Popen(
        [sys.executable, "-m", "intact_collector", "demo"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(TMPDIR=str(tmp_path), DEMO_MARKER=marker),
    )
    with demo:
        wait(lambda: len(_marked(marker)) >= 2)
        demo.send_signal(number)
        assert demo.stderr is not None
        said = demo.stderr.read()
        assert demo.wait(timeout=20) != 0
    wait(lambda: not _marked(marker))
    if number != signal.SIGKILL:
        assert said == ""
        assert list(tmp_path.iterdir()) == []


def lost(handoff: dict[str, Any]) -> list[tuple[str, str, str, bool]]:
    """What a handoff lost."""
    keys = ("fact", "outcome", "at", "must_keep")
    return [tuple(fact[key] for key in keys) for fact in handoff["lost"]]


def wait(what: Callable[[], bool]) -> None:
    """Wait until something holds; the suite's own timeout is the limit."""
    for _ in range(400):
        if what():
            return
        time.sleep(0.05)
    pytest.fail("it never became true")


def _marked(marker: str) -> list[str]:
    """Processes whose environment has the marker."""
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                marked = marker.encode() in (process / "environ").read_bytes()
            except OSError:
                continue
            if marked:
                found.append(process.name)
    return found
