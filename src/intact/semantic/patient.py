"""A `Coder` that an agent waits for only so long.

An embedder is somebody else's code: it may load a model, ask a server, or hang. It runs in one
thread of its own. Who makes a fingerprint waits for the codes it lacks for at most `PATIENCE`
seconds and then goes on without them; what is finished later is there the next time.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import queue
import threading
from collections.abc import Callable, Mapping
from typing import Final

from intact.fingerprint import Coder, Key
from intact.fingerprint.meaning import Embedder
from intact.fingerprint.records import Utterance

#: Seconds that one fingerprint waits for codes.
PATIENCE: Final = 0.25

#: Contexts that may wait for an embedder; beyond them codes are left out.
_MOST_WAITING = 8

#: Seconds that the end of the process waits for a model that is at work. A thread that is stopped
#: inside of one, in code that is not Python, can take the whole process with it.
_FAREWELL = 2.0

_Job = tuple[Mapping[int, Utterance], threading.Event]


class PatientCoder(Coder):
    """Makes codes in a thread of its own, which ends with the process.

    A fork leaves the thread behind, so the child starts another one.

    Args:
        key: The key of the fingerprints that the codes are for.
        embed: The embedder; called from that thread only.
        trouble: Told a fixed word, and the exception where there is one: ``embedder_failed``,
            ``embedder_shape``, ``embedder_not_finite``, ``embedder_slow``, ``embedder_busy``.
        patience: Seconds that one fingerprint waits.
    """

    def __init__(
        self,
        key: Key,
        embed: Embedder,
        trouble: Callable[[str, Exception | None], None],
        patience: float = PATIENCE,
    ) -> None:
        super().__init__(key, embed, trouble)
        self._patience = patience
        self._lock = threading.RLock()  # a turn may end, and learn, wherever garbage is collected
        self._process = 0
        self._jobs: queue.Queue[_Job] = queue.Queue()
        self._worker: threading.Thread | None = None
        self._ended = False

    def learn(self, missing: Mapping[int, Utterance]) -> None:
        """Have it learned, and wait for that as long as is bearable."""
        if self._ended:
            return
        done = threading.Event()
        try:
            self._line().put_nowait((missing, done))
        except queue.Full:
            self._trouble("embedder_busy", None)
            return
        if not done.wait(self._patience):
            self._trouble("embedder_slow", None)

    def _line(self) -> queue.Queue[_Job]:
        """The jobs of this process's thread; a fork leaves the thread behind."""
        if self._process != os.getpid():
            with self._lock:
                if self._process != os.getpid():
                    self._jobs = queue.Queue(_MOST_WAITING)
                    self._worker = threading.Thread(
                        target=self._work, args=(self._jobs,), name="intact embedder", daemon=True
                    )
                    self._worker.start()
                    self._process = os.getpid()
                    atexit.register(self.end)
        return self._jobs

    def _work(self, jobs: queue.Queue[_Job]) -> None:
        while not self._ended:
            missing, done = jobs.get()
            if not self._ended:
                super().learn(missing)
            done.set()

    def end(self) -> None:
        """Learn nothing more; wait a moment for what is being learned."""
        self._ended = True
        worker, self._worker = self._worker, None
        if worker is None or self._process != os.getpid():
            return
        with contextlib.suppress(queue.Full):
            self._jobs.put_nowait(({}, threading.Event()))  # it may be waiting for one
        worker.join(_FAREWELL)
