"""What is to be told of turns, in the order in which it happened: at once, or off their path.

In: jobs. Out: each is done once, one after the other, and never overtakes another.
A process in which nothing is deferred has no backlog: its jobs are done where they are put, and no
thread is started. Once jobs wait, later ones wait behind them, deferred or not, since what a turn
was given is looked for in what an earlier one said.

Content that waits is bounded: beyond `MOST_BYTES` or `MOST_CONTENTS` it is dropped, counted as
``deferred_full``, and its turn is told without it. That is a measurement less; to wait, or to
fingerprint on the agent's path after all, would be a slower agent just when there is most to do.
Jobs without content are some hundred bytes, take microseconds and are never dropped: they end
spans.
"""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Callable
from functools import partial
from queue import Empty, SimpleQueue
from time import time_ns
from typing import Final

from intact.trace import health
from intact.trace.content import Content

MOST_BYTES: Final = 64 << 20
MOST_CONTENTS: Final = 4096

#: Seconds that a process waits at its exit for what is still to be told.
AT_EXIT: Final = 5.0

#: Seconds that a fork waits for it.
AT_FORK: Final = 0.5

#: What is to be done; it is told when it was put, None when that is now.
Job = Callable[[int | None], None]


class Backlog:
    """Jobs and the thread that does them; made for a whole process, shared by its threads."""

    def __init__(self, most_bytes: int = MOST_BYTES, most_contents: int = MOST_CONTENTS) -> None:
        self._most_bytes = most_bytes
        self._most_contents = most_contents
        self.forget()

    def forget(self) -> None:
        """Start anew without what waits: after a fork it is the parent's, and so is the thread."""
        self._jobs: SimpleQueue[tuple[Callable[[], None], int]] = SimpleQueue()
        self._changed = threading.Condition()  # its lock guards what follows
        self._undone = 0
        self._contents = 0
        self._bytes = 0
        self._thread: threading.Thread | None = None

    @property
    def waiting(self) -> bool:
        """Whether any job is not done yet."""
        return self._undone > 0

    def do(self, job: Job, *, later: bool, content: Content | None = None) -> None:
        """Do a job now if nothing waits, else, or if it can be ``later``, after all that does.

        Args:
            job: Is told when it was put, in nanoseconds since 1970, or None when it is done now.
                What it raises reaches the caller now, and is counted later.
            later: Whether to keep it off the path of whoever puts it.
            content: What the job works on; it is dropped where there is no room for it.
        """
        if not later and not self.waiting:
            job(None)
        else:
            self._put(partial(job, time_ns()), content)

    def _put(self, job: Callable[[], None], content: Content | None) -> None:
        size = content.size if content is not None else 0
        with self._changed:
            full = size > 0 and (
                self._bytes + size > self._most_bytes or self._contents >= self._most_contents
            )
            if full:
                size = 0
            self._undone += 1
            self._bytes += size
            self._contents += size > 0
            started = self._thread is not None or self._start()
        if full and content is not None:
            content.drop()
            health.mistake("deferred_full", "contexts come faster than they are fingerprinted")
        self._jobs.put((job, size))
        if not started:
            self._do_all()

    def drain(self, timeout: float) -> bool:
        """Wait until all is done that was put so far, for at most ``timeout`` seconds."""
        if threading.current_thread() is self._thread:
            return False  # an exporter that flushes from within a job would wait for itself
        with self._changed:
            return self._changed.wait_for(lambda: self._undone == 0, timeout)

    def _start(self) -> bool:
        thread = threading.Thread(target=self._work, name="intact", daemon=True)
        try:
            thread.start()
        except RuntimeError:  # no more threads, or an interpreter on its way out
            return False
        self._thread = thread
        atexit.register(self.drain, AT_EXIT)
        return True

    def _work(self) -> None:
        while True:
            self._do(*self._jobs.get())

    def _do_all(self) -> None:
        """Do here what no thread could be started for."""
        while True:
            try:
                job, size = self._jobs.get_nowait()
            except Empty:
                return
            self._do(job, size)

    def _do(self, job: Callable[[], None], size: int) -> None:
        try:
            job()
        except Exception as error:
            health.failed("deferred", error)
        with self._changed:
            self._undone -= 1
            self._bytes -= size
            self._contents -= size > 0
            if self._undone == 0:
                self._changed.notify_all()


#: The one of this process.
BACKLOG: Final = Backlog()


def _before_fork() -> None:
    """Let the child know what was said so far: to whom a turn handed over may be decided there."""
    if BACKLOG.waiting:
        BACKLOG.drain(AT_FORK)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork, after_in_child=BACKLOG.forget)
