"""The command says what is missing instead of showing a traceback."""

from __future__ import annotations

import subprocess
import sys

import pytest

#: Runs the entry point as if one package were not installed.
WITHOUT = """
import sys
sys.modules[{package!r}] = None
from intact_collector.__main__ import main
sys.argv = ["intact", "demo"]
sys.exit(main())
"""


def run_without(package: str) -> subprocess.CompletedProcess[str]:
    """The command `intact demo`, on a machine without `package`."""
    code = WITHOUT.format(package=package)
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("package", ["typer", "starlette", "uvicorn", "yaml"])
def test_a_missing_extra_is_named_with_its_install_line(package: str) -> None:
    """The library alone is installed: the command says what to install, and exits with 2."""
    ran = run_without(package)
    assert ran.returncode == 2
    assert "pip install 'intact[collector]'" in ran.stderr
    assert f"(missing: {package})" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_missing_part_of_intact_is_not_blamed_on_the_user() -> None:
    """What we forgot to ship is a bug of ours, and shows as one."""
    ran = run_without("intact_collector.pipeline")
    assert "pip install" not in ran.stderr
    assert ran.returncode != 0
