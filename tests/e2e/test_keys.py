"""Agents in processes of their own, each with its keys, and a collector that has none of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.program import Program, environment

pytestmark = pytest.mark.e2e

AGENT = """
import json, sys
import intact

intact.configure(service=sys.argv[1])
state, headers = json.loads(sys.argv[2]), json.loads(sys.argv[3])

@intact.agent(sys.argv[1])
def agent(state):
    return intact.handoff(sys.argv[4], state).headers()

with intact.session("journey-42"), intact.received(state, headers):
    print(json.dumps(agent(state)))
assert intact.flush(20)
"""

STATE = {"order": {"id": "A-1042", "total": "129.90 EUR"}, "refund_by": "2026-12-04"}
LOST = {"order": {"id": "A-1042", "total": "129.90 EUR"}}
OLD, NEW = "the old key of the project", "the new key of the project"


def run(
    program: Program,
    home: Path,
    name: str,
    state: object,
    headers: object,
    target: str,
    **more: str,
) -> Any:
    """One agent, in one process: what it hands on."""
    done = subprocess.run(
        [sys.executable, "-c", AGENT, name, json.dumps(state), json.dumps(headers), target],
        env=environment(
            OTEL_EXPORTER_OTLP_ENDPOINT=f"http://{program.grpc}",
            XDG_STATE_HOME=str(home),
            PYTHONPATH=os.environ.get("PYTHONPATH", ""),
            **more,
        ),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("first", "second", "third"),
    [
        (
            {"INTACT_KEY": OLD},
            {"INTACT_KEY": NEW, "INTACT_OTHER_KEY": OLD},
            {"INTACT_KEY": OLD, "INTACT_OTHER_KEY": NEW},
        ),
        ({"INTACT_KEY": OLD, "INTACT_PRIVACY": "strict"},) * 3,
        ({},) * 3,
    ],
    ids=["rotating", "strict", "shared-file"],
)
def test_handoffs_over_processes_are_measured(
    first: dict[str, str], second: dict[str, str], third: dict[str, str], tmp_path: Path
) -> None:
    """While keys change, in strict privacy, and with the one file that a user's processes share."""
    with Program(tmp_path / "data") as program:
        home = tmp_path / "home"
        headers = run(program, home, "triage", STATE, {}, "billing", **first)
        headers = run(program, home, "billing", STATE, headers, "shipping", **second)
        run(program, home, "shipping", LOST, headers, "nobody", **third)
        found: dict[str, str] = {}
        while len(found) < 2:  # the suite's own timeout is the limit
            time.sleep(0.05)
            handoffs = [one for each in program.sessions() for one in each["handoffs"]]
            found = {one["target"]: one["verdict"] for one in handoffs if one["target"] != "nobody"}
    assert found == {"billing": "intact", "shipping": "degraded"}
