"""When a signal is tried again, and what is said meanwhile."""

from __future__ import annotations

import logging
from collections import Counter
from random import Random

import pytest

from intact_collector.errors import StoreError
from intact_collector.export.lane import MOST, Lane


class Scene:
    """A lane whose sending succeeds or fails as the test says, at a time the test sets."""

    def __init__(self, interval: float = 10.0) -> None:
        self.now = 1000.0
        self.outcome: bool | Exception = True
        self.counters: Counter[str] = Counter()
        self.lane = Lane("events", self._send, self.counters, Random(7), interval)

    def attempt(self) -> float:
        """One attempt; how long to wait until the next."""
        self.lane.attempt(lambda: self.now)
        return self.lane.due - self.now

    def _send(self, now: float) -> bool:
        assert now == self.now
        logger = logging.getLogger("opentelemetry.exporter.otlp.proto.grpc.exporter")
        if isinstance(self.outcome, Exception):
            raise self.outcome
        if not self.outcome:
            logger.error("Failed to export to %s", "https://me:secret@otel.example:4317")
        return self.outcome


def test_while_all_is_well_the_interval_is_kept():
    """The first attempt is due at once, then one per interval."""
    scene = Scene()
    assert scene.lane.due < 0
    assert [scene.attempt() for _ in range(3)] == [10.0] * 3


def test_waits_double_with_jitter_up_to_a_limit():
    """Between half and all of 20, 40, 60, 60 … seconds, and not the same for everybody."""
    scene = Scene()
    scene.outcome = False
    waits = [scene.attempt() for _ in range(8)]
    doubled = [min(10.0 * 2**n, MOST) for n in range(1, 9)]
    assert all(full / 2 <= wait <= full for wait, full in zip(waits, doubled, strict=True))
    assert len(set(waits)) == len(waits)
    scene.outcome = True
    assert scene.attempt() == 10.0


def test_a_long_interval_is_not_shortened_by_failing():
    """Who exports every ten minutes is not asked for more when the backend is down."""
    scene = Scene(interval=600.0)
    scene.outcome = False
    assert all(300.0 <= scene.attempt() <= 600.0 for _ in range(5))


def test_a_streak_is_logged_once_and_counted_each_time(caplog: pytest.LogCaptureFixture):
    """Two lines per outage, its beginning and its end; the SDK's own line per attempt is kept."""
    scene = Scene()
    with caplog.at_level(logging.INFO):
        for outcome in (True, False, False, False, True, True, False):
            scene.outcome = outcome
            scene.attempt()
    said = [record.getMessage() for record in caplog.records]
    assert [line.startswith("events cannot be exported") for line in said] == [True, False, True]
    assert said[1] == "events are exported again, nothing was lost"
    assert scene.counters["events_export_failures"] == 4


def test_the_reason_is_told_without_credentials(caplog: pytest.LogCaptureFixture):
    """Endpoints may carry a password; the log must not."""
    scene = Scene()
    scene.outcome = False
    scene.attempt()
    assert "Failed to export to https://***@otel.example:4317" in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.parametrize(
    ("error", "shown"),
    [(StoreError("the store in /data failed"), "the store in /data failed"),
     (RuntimeError("Ada Lovelace"), "RuntimeError")],
)  # fmt: skip
def test_an_exception_is_a_failure_like_any_other(error, shown, caplog):
    """Only our own messages are shown: of others nobody knows what they hold."""
    scene = Scene()
    scene.outcome = error
    scene.attempt()
    assert shown in caplog.text
    assert "Ada" not in caplog.text
    assert scene.counters["events_export_failures"] == 1


def test_other_users_of_the_exporters_keep_their_log_lines(caplog: pytest.LogCaptureFixture):
    """The application in this process may export, too; its failures are its own to see."""
    Scene().attempt()
    logging.getLogger("opentelemetry.exporter.otlp.proto.grpc.exporter").error("theirs")
    assert "theirs" in caplog.text
