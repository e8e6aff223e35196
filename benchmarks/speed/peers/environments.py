"""One environment for each peer, since their requirements exclude each other.

Kept in the user's cache under a name that says what is in it, so that it is made once. Making it
asks the package index that pip is configured for; the benchmark itself opens no connection.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.speed.harness import Effort

_HERE: Final = Path(__file__).parent
_ROOT: Final = _HERE.parents[2]

#: Each has a file of pinned requirements beside this module and a function in `decorated`.
PEERS: Final = ("openinference", "traceloop", "langfuse", "logfire")


def compared(peer: str, effort: Effort) -> bytes:
    """Run one peer against ours, in an environment of its own; the document that it wrote.

    Raises:
        subprocess.CalledProcessError: If the environment cannot be made, or the run fails.
    """
    command = [_python(peer), "-m", "benchmarks.speed.peers", peer]
    with TemporaryDirectory() as folder:
        written = Path(folder) / "measured.json"
        command += [str(effort.rounds), str(effort.share), str(written)]
        # Peers print what they please; standard output is for the table.
        subprocess.run(command, env=_environ(), cwd=_ROOT, stdout=sys.stderr, check=True)
        return written.read_bytes()


def _environ() -> Mapping[str, str]:
    """Ours as it stands in this checkout, and no settings of anybody."""
    prefixes = ("OTEL_", "INTACT_", "TRACELOOP_", "LANGFUSE_", "LOGFIRE_", "PYTHON")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(prefixes)}
    return kept | {"PYTHONPATH": os.pathsep.join((str(_ROOT / "src"), str(_ROOT)))}


def _python(peer: str) -> str:
    """The interpreter of a peer's environment, which is made when it is missing."""
    files = [_HERE / f"{name}.txt" for name in ("ours", peer)]
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    pinned = b"\0".join(file.read_bytes() for file in files)
    name = f"{peer}-{version}-{blake2b(pinned, digest_size=6).hexdigest()}"
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    place = cache / "intact" / "peers" / name
    python, complete = place / "bin" / "python", place / "complete"
    if not complete.exists():
        print(f"        making {place}", file=sys.stderr)
        shutil.rmtree(place, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", place], check=True)
        install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        for file in files:
            install += ["--requirement", file]
        subprocess.run(install, check=True)
        complete.touch()
    return str(python)
