"""Every Python makes the same fingerprints, down to the bytes on the span, numpy or not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.golden.fingerprint_vectors import FILE

pytestmark = [pytest.mark.lane, pytest.mark.timeout(900)]

ROOT = Path(__file__).parents[2]

PROGRAM = """
import importlib.util, json, sys
from intact.codec.wire import encode
from intact.fingerprint import Fingerprinter
from tests.golden.fingerprint_vectors import CONTEXTS, KEY, vector

rows = [{"id": f"A-{n}", "note": f"Row {n} says that {n * 7} parcels left."} for n in range(400)]
sent = [encode(Fingerprinter(KEY).fingerprint(context)).hex() for _, context, _ in CONTEXTS]
print(json.dumps({
    "version": sys.version_info[:2],
    "numpy": importlib.util.find_spec("numpy") is not None,
    "vectors": [vector(*row) for row in CONTEXTS],
    "sent": [*sent, encode(Fingerprinter(KEY).fingerprint({"rows": rows})).hex()],
}))
"""


@pytest.fixture(scope="session")
def pythons() -> list[str]:
    """A Python of each other version; making their environments takes a minute the first time."""
    script = ROOT / ".ci" / "lanes" / "pythons"
    environ = {**os.environ, "PYTHON": sys.executable}
    made = subprocess.run([script], capture_output=True, text=True, check=False, env=environ)
    if made.returncode != 0 or not made.stdout.split():
        pytest.fail(f"no other Python is here, or none could be set up: {made.stderr[-2000:]}")
    return made.stdout.split()


def told(python: str) -> dict[str, object]:
    """What a Python makes of the golden contexts, and of one that does not fit a span."""
    done = subprocess.run(
        [python, "-c", PROGRAM],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "PYTHONHASHSEED": "random"},
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


def test_every_python_makes_the_golden_vectors(pythons: list[str]) -> None:
    """And the bytes that this one sends."""
    golden = json.loads(FILE.read_text())["vectors"]
    own = told(sys.executable)
    assert own["vectors"] == golden
    seen = {tuple(sys.version_info[:2])}
    for python in pythons:
        other = told(python)
        assert not other["numpy"]
        assert other["vectors"] == golden
        assert other["sent"] == own["sent"]
        seen.add(tuple(other["version"]))  # type: ignore[arg-type]
    assert len(seen) == len(pythons) + 1
