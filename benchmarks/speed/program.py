"""`intact serve` as users run it: a process of its own, a directory of its own, free ports.

In: settings.  Out: where it listens, what it says of itself.  It is stopped on the way out, and
what it kept is deleted.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType

import orjson
from prometheus_client.parser import text_string_to_metric_families

_ANY = "127.0.0.1:0"
_PATIENCE = 30  # seconds to stop


class Program:
    """Started in `with`. Used by one thread."""

    def __init__(self, *arguments: str) -> None:
        self._folder = TemporaryDirectory(prefix="intact-benchmark-")
        self._log = Path(self._folder.name, "log")
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "intact_collector", "serve"),
                    *("--data", str(Path(self._folder.name, "data"))),
                    *("--otlp-grpc", _ANY, "--otlp-http", _ANY, "--http", _ANY, *arguments),
                ],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env=_environment(),
            )
        try:
            said = self._said()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        self.grpc = said["OTLP/gRPC"]
        self._web = HTTPConnection(said["page, API"], timeout=60)

    def __enter__(self) -> Program:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._folder.cleanup()

    def get(self, path: str) -> bytes:
        """Ask the page, the API or `/metrics`."""
        self._web.request("GET", path)
        return self._web.getresponse().read()

    def sessions(self, session_id: str) -> list[dict[str, object]]:
        """The sessions with this id; none as long as it is unknown."""
        found: list[dict[str, object]] = orjson.loads(
            self.get(f"/api/v1/sessions/{session_id}")
        ).get("sessions", [])
        return found

    def gauge(self, name: str) -> float:
        """One of its numbers about itself."""
        for family in text_string_to_metric_families(self.get("/metrics").decode()):
            for sample in family.samples:
                if sample.name == name:
                    return sample.value
        raise LookupError(f"the collector does not show {name}")

    def _said(self) -> dict[str, str]:
        assert self._process.stdout is not None
        said: dict[str, str] = {}
        for line in self._process.stdout:
            name, separator, address = line.strip().partition("http://")
            if separator:
                said[name.strip()] = address
            if name.startswith("exports"):
                return said
        raise RuntimeError(f"the collector did not start: {self._log.read_text()}")


def _environment() -> dict[str, str]:
    """This environment without what would configure telemetry."""
    return {k: v for k, v in os.environ.items() if not k.startswith(("OTEL_", "INTACT_"))}
