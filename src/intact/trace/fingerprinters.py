"""Which fingerprinter: by the key that a handoff came under, and in strict privacy by session.

In: a key's id and the scope of a session.  Out: a `Fingerprinter`, with its caches.
One for each key, so that a process that holds two keys answers a sender under the sender's; in
strict privacy one for each of the last sessions.
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import Final

from intact.errors import IntactError
from intact.fingerprint import Coder, Fingerprinter, Key
from intact.fingerprint.meaning import Embedder
from intact.semantic import PatientCoder, load
from intact.trace import health
from intact.trace.keyring import Keyring
from intact.trace.memory import Session

#: Sessions whose fingerprinters are kept. Each holds the words of its session.
SESSIONS: Final = 32

_lock = threading.RLock()  # a turn may end wherever garbage is collected, here too


class Fingerprinters:
    """The fingerprinters of this process. Safe to share between threads.

    Args:
        keys: The keys of this process.
        strict: Whether each session has a key of its own.
        redact: Paths of which nothing is read.
        embedder: What tells the meaning of sentences, or its name; not used in strict privacy.
    """

    def __init__(
        self,
        keys: Keyring,
        *,
        strict: bool = False,
        redact: Sequence[str] = (),
        embedder: str | Embedder | None = None,
    ) -> None:
        self.keys = keys
        self._embedder = embedder
        self._strict = strict
        self._redact = tuple(redact)
        self._by_key: dict[bytes | None, Fingerprinter] = {}
        self._by_session: OrderedDict[tuple[bytes, str], Fingerprinter] = OrderedDict()
        self._process = os.urandom(16).hex()  # stands for the session where there is none

    def under(
        self, key_id: bytes | None = None, session: Session | None = None, trace_id: int = 0
    ) -> Fingerprinter:
        """The fingerprinter of one key, and in strict privacy of one session.

        Args:
            key_id: Of a key that this process has; None for its own.
            session: In which something is fingerprinted. What is in none compares, in strict
                privacy, with what else is in none in this process, and with nothing else.
            trace_id: In which it is; it may be where the session begins.
        """
        if self._strict:
            return self._of_session(self.keys.by_id(key_id), session, trace_id)
        found = self._by_key.get(key_id)
        if found is None:
            key = self.keys.by_id(key_id)
            with _lock:
                found = self._by_key.get(key.id)
                if found is None:
                    found = Fingerprinter(key, redact=self._redact, coder=self._coder(key))
                self._by_key[key.id] = self._by_key[key_id] = found
        return found

    def _of_session(self, key: Key, session: Session | None, trace_id: int) -> Fingerprinter:
        scope = session.scope(trace_id) if session is not None else ""
        if not scope:
            health.ignored("strict_without_session", "what is in no session compares here alone")
            scope = self._process
        with _lock:
            found = self._by_session.get((key.id, scope))
            if found is None:
                own = key.for_session(scope)
                found = Fingerprinter(own, path_key=key, redact=self._redact)
                self._by_session[key.id, scope] = found
                if len(self._by_session) > SESSIONS:
                    self._by_session.popitem(last=False)
            else:
                self._by_session.move_to_end((key.id, scope))
            return found

    def _coder(self, key: Key) -> Coder | None:
        """What makes codes of meaning under a key; None without an embedder that can be had."""
        embedder = self._embedder
        if isinstance(embedder, str):  # of a variable: `configure` would have told what is wrong
            try:
                embedder = load(embedder)
            except IntactError as error:
                health.failed("embedder_failed", error)
                return None
        return None if embedder is None else PatientCoder(key, embedder, _tell)


def _tell(kind: str, error: Exception | None) -> None:
    if error is not None:
        health.failed(kind, error)
    else:
        health.mistake(kind, "contexts have no meaning for now: the embedder fails, or is slow")


def _after_fork() -> None:
    """A thread of the parent may have held the lock when it forked."""
    global _lock
    _lock = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
