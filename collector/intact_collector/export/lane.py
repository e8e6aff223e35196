"""One signal's attempts: when the next one is due, and what is said of failures.

In: a function that sends what there is and says whether all of it was taken. Out: when to call it
again. After a failure the wait doubles from the interval up to `MOST`, with jitter, so that
collectors that lost their backend together do not come back to it together. A streak of failures
is counted each time and logged once, in the words of the SDK's exporter, which are caught here:
it would log every attempt.
"""

from __future__ import annotations

import logging
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from typing import Final

from intact.errors import IntactError

_log = logging.getLogger(__name__)

#: Longest wait between two attempts while the backend is away, in seconds.
MOST: Final = 60.0

#: Where the SDK's exporters log, in the versions that we run with, and where we log for them.
_EXPORTERS: Final = (
    "intact_collector.export.otlp",
    "opentelemetry.exporter.otlp.common.http",
    "opentelemetry.exporter.otlp.proto.grpc.exporter",
    "opentelemetry.exporter.otlp.proto.http._log_exporter",
    "opentelemetry.exporter.otlp.proto.http.metric_exporter",
)

#: Credentials in a URL: the exporters print endpoints as they were given.
_CREDENTIALS: Final = re.compile(r"[^\s/@]+@")


class Lane:
    """The state of one signal. `attempt` runs in the export thread; one call at a time."""

    def __init__(
        self,
        name: str,
        send: Callable[[float], bool],
        counters: Counter[str],
        rng: Random,
        interval: float,
    ) -> None:
        """A lane that is due at once; failures are counted as `NAME_export_failures`."""
        self._name = name
        self._send = send
        self._counters = counters
        self._rng = rng
        self._interval = interval
        self.due = float("-inf")
        self.failures = 0  # in a row
        self._alone = False

    def leave(self) -> None:
        """Expect no answer of the attempt that goes on, and have it say nothing any more.

        The process is about to end, and a thread that is cut off while it writes to standard error
        takes the lock of it along: the interpreter then aborts instead of flushing it.
        """
        self._alone = True

    def attempt(self, clock: Callable[[], float]) -> None:
        """Send what there is and decide when to do so again. Never raises."""
        with _overheard() as said:
            try:
                sent = self._send(clock())
            except Exception as error:
                sent = False
                # Only our own messages are known to hold nothing but names and paths.
                said.append(str(error) if isinstance(error, IntactError) else type(error).__name__)
        if sent:
            self._succeeded()
        else:
            self._failed(said)
        self.due = clock() + self._wait()

    def _succeeded(self) -> None:
        if self.failures:
            _log.warning("%s are exported again, nothing was lost", self._name)
        self.failures = 0

    def _failed(self, said: list[str]) -> None:
        self.failures += 1
        self._counters[f"{self._name}_export_failures"] += 1
        if self.failures == 1 and not self._alone:
            reason = _CREDENTIALS.sub("***@", " ".join(said[-1:])).replace("\n", " ")[:300]
            _log.warning(
                "%s cannot be exported and are kept (%s); trying again quietly",
                self._name,
                reason or "no reason given",
            )

    def _wait(self) -> float:
        if not self.failures:
            return self._interval
        doubled = self._interval * 2.0 ** min(self.failures, 16)
        return min(doubled, max(MOST, self._interval)) * self._rng.uniform(0.5, 1.0)


class _Overhear(logging.Filter):
    """Takes the exporters' log records, in threads that listen; others see them as always."""

    heard = threading.local()

    def filter(self, record: logging.LogRecord) -> bool:
        lines: list[str] | None = getattr(self.heard, "lines", None)
        if lines is None:
            return True
        lines.append(record.getMessage())
        return False


_overhear = _Overhear()


@contextmanager
def _overheard() -> Iterator[list[str]]:
    """What the SDK's exporters would have logged from this thread meanwhile."""
    for name in _EXPORTERS:
        logger = logging.getLogger(name)
        if _overhear not in logger.filters:
            logger.filters.insert(0, _overhear)  # before the SDK's own, which drops repeats
    lines: list[str] = []
    _overhear.heard.lines = lines
    try:
        yield lines
    finally:
        _overhear.heard.lines = None
