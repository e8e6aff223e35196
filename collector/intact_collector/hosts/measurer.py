"""The thread that measures: the one owner of the pipeline's state.

In: journaled spans, time. Out: effects in the store, and an `Outlook` on the state that anybody may
read: a state never changes, each step makes a new one.

Spans that gather while one step is under way share the next. Effects are written together with the
frozen state at intervals: that costs as much as there are open sessions, so it may take a tenth of
the thread's time and no more. A crash in between loses nothing: the journal makes the state anew,
the same effects follow, and the store counts each of them once.
"""

from __future__ import annotations

import logging
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from intact_collector import pipeline
from intact_collector.errors import StoreError
from intact_collector.hosts import own
from intact_collector.model.effect import Discarded, Effect, SessionClosed
from intact_collector.model.session import Session
from intact_collector.model.span import ReducedSpan
from intact_collector.ports import Store

_log = logging.getLogger(__name__)

#: How often time passes for the pipeline when nothing arrives, in seconds.
TICK: Final = 0.25

#: Between two steps and between two writes, as a share of what the last one took.
_PAUSE: Final = 1.0
_WRITE_PAUSE: Final = 9.0


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is known at one moment: open sessions, and closed ones not yet in the store."""

    state: pipeline.State
    closing: tuple[Session, ...] = ()


class Measurer:
    """Steps the pipeline. `start` and `stop` belong to the host, `add` to the journal's thread."""

    def __init__(
        self,
        store: Store,
        settings: pipeline.Settings,
        tally: own.Tally,
        clock: Callable[[], float],
    ) -> None:
        self.outlook = Outlook(pipeline.State())  # replaced as a whole, by the thread alone
        self._store = store
        self.settings = settings  # replaced as a whole, by the host
        self._tally = tally
        self._clock = clock
        self._effects: list[Effect] = []  # carried out with the next write
        self._write_after = 0.0  # on the monotonic clock
        self._failing: set[str] = set()
        self._waiting: list[ReducedSpan] = []  # guarded by `_news`
        self._stopping = False  # guarded by `_news`
        self._news = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="intact-measure", daemon=True)

    @property
    def behind(self) -> int:
        """Spans that are journaled and not yet measured."""
        return len(self._waiting)

    def start(self, state: pipeline.State) -> None:
        """Go on from a state."""
        self.outlook = Outlook(state)
        self._thread.start()

    def add(self, spans: Sequence[ReducedSpan]) -> None:
        """Measure these soon. They are in the journal already."""
        with self._news:
            self._waiting += spans
            self._news.notify()

    def stop(self) -> None:
        """Measure what was added, write down what the journal cannot tell, end the thread."""
        with self._news:
            self._stopping = True
            self._news.notify()
        self._thread.join()

    def _run(self) -> None:
        stopping = False
        while not stopping:
            spans, stopping = self._next()
            began = time.monotonic()
            self._step(spans)
            self._write()
            # Who journals shares the interpreter with us and goes first: nobody waits for a step.
            took = time.monotonic() - began
            if not stopping:
                time.sleep(min(took * _PAUSE, TICK))
        self._write(last=True)

    def _next(self) -> tuple[list[ReducedSpan], bool]:
        """What was added by now, or nothing after a tick; and whether it is the end."""
        with self._news:
            if not self._waiting and not self._stopping:
                self._news.wait(TICK)
            spans, self._waiting = self._waiting, []
            return spans, self._stopping

    def _step(self, spans: Sequence[ReducedSpan]) -> None:
        try:
            state, effects = pipeline.step(self.outlook.state, spans, self._clock(), self.settings)
        except Exception as error:
            # A bug of ours. The journal has these spans; what follows shall be measured.
            self._failed("step", error)
            self._tally.add(own.DISCARDED_SPANS, {"failed": len(spans)})
            return
        for effect in effects:
            if isinstance(effect, Discarded):
                self._tally.add(own.DISCARDED_SPANS, {effect.reason: effect.count})
            else:
                self._effects.append(effect)
        closing = [one.session for one in effects if isinstance(one, SessionClosed)]
        self.outlook = Outlook(state, (*self.outlook.closing, *closing))

    def _write(self, *, last: bool = False) -> None:
        began = time.monotonic()
        if not last and (not self._effects or began < self._write_after):
            return
        try:
            state = self.outlook.state
            self._store.apply(self._effects, pipeline.freeze(state), self._clock())
        except Exception as error:
            self._failed("write", error)
        else:
            self._failing.discard("write")
            self._effects = []
            self.outlook = Outlook(state)
        ended = time.monotonic()
        self._write_after = ended + (ended - began) * _WRITE_PAUSE

    def _failed(self, what: str, error: Exception) -> None:
        self._tally.add(own.FAILURES, {what: 1})
        if what in self._failing:
            return  # once per streak: a full disk is not helped by a long log
        self._failing.add(what)
        _log.error("%s", described(error))


def described(error: Exception) -> str:
    """An error for the log. The text of a foreign one may quote content: its place has to do."""
    if isinstance(error, StoreError):
        return str(error)
    place = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {place.filename}:{place.lineno}"
