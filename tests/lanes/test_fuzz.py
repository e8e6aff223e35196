"""Arbitrary bytes into every decoder, by libFuzzer: no crash, in bounded time and memory."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.fuzz.targets import CORPUS, TARGETS

pytestmark = [pytest.mark.lane, pytest.mark.timeout(0)]

ROOT = Path(__file__).parents[2]

#: A change is judged on the same inputs each time; nights look for new ones, for so many seconds.
SECONDS = int(os.environ.get("INTACT_FUZZ_SECONDS", "0"))
RUNS = {"fingerprint": 20_000, "attribute": 100_000, "otlp_json": 2_000, "otlp_protobuf": 2_000}


@pytest.mark.parametrize("target", TARGETS)
def test_no_bytes_break_a_reader(target: str, atheris: Path, tmp_path: Path) -> None:
    """What breaks it is printed, to be put into the corpus with the fix."""
    command: list[str | Path] = [
        *(atheris, "-m", "tests.fuzz.targets", target, tmp_path, CORPUS / target),
        *((f"-max_total_time={SECONDS}",) if SECONDS else ("-seed=1", f"-runs={RUNS[target]}")),
        *("-timeout=10", "-rss_limit_mb=2048", "-max_len=16384"),
        *("-print_final_stats=1", f"-artifact_prefix={tmp_path}/broke-"),
    ]
    path = f"{ROOT / 'src'}{os.pathsep}{ROOT / 'collector'}{os.pathsep}{ROOT}"
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path, "PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    broke = [f"{kept.name}: {kept.read_bytes()!r}" for kept in tmp_path.glob("broke-*")]
    assert done.returncode == 0, "\n".join([done.stderr[-3000:], *broke])
    assert "stat::number_of_executed_units" in done.stderr
