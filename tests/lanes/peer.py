"""A program of somebody else's in a process of its own."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType

import pytest


class Peer:
    """Started in `with`, ended on the way out; what it says goes to a file."""

    def __init__(self, command: Sequence[str | Path], log: Path) -> None:
        self._log = log
        with log.open("ab") as out:
            self._process = subprocess.Popen(
                [str(word) for word in command], stdout=out, stderr=subprocess.STDOUT
            )

    def __enter__(self) -> Peer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.terminate()
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def listens(self, port: int) -> None:
        """Wait until it accepts connections there."""

        def accepts() -> bool:
            if self._process.poll() is not None:
                pytest.fail(f"it ended at once: {self._log.read_text()[-2000:]}")
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", port)) == 0

        eventually(accepts)


def eventually(what: Callable[[], bool], seconds: float = 90.0) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not what():
        if time.monotonic() > end:
            pytest.fail(f"it did not become true within {seconds:.0f} s")
        time.sleep(0.1)


def free_port() -> int:
    """A port that nobody listens on now, for programs that cannot say which they took."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
