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

from intact.fingerprint import Fingerprinter, Key
from intact.trace import health
from intact.trace.keyring import Keyring

#: Sessions whose fingerprinters are kept. Each holds the words of its session.
SESSIONS: Final = 32

_lock = threading.Lock()


class Fingerprinters:
    """The fingerprinters of this process. Safe to share between threads.

    Args:
        keys: The keys of this process.
        strict: Whether each session has a key of its own.
        redact: Paths of which nothing is read.
    """

    def __init__(self, keys: Keyring, *, strict: bool = False, redact: Sequence[str] = ()) -> None:
        self.keys = keys
        self._strict = strict
        self._redact = tuple(redact)
        self._made: OrderedDict[tuple[bytes, str], Fingerprinter] = OrderedDict()
        self._process = os.urandom(16).hex()  # stands for the session where there is none

    def under(self, key_id: bytes | None = None, scope: str = "") -> Fingerprinter:
        """The fingerprinter of one key, and in strict privacy of one session.

        Args:
            key_id: Of a key that this process has; None for its own.
            scope: What tells sessions apart. Where there is none, strict fingerprints compare
                with others of this process that have none, and with nothing else.
        """
        key = self.keys.by_id(key_id)
        if not self._strict:
            scope = ""
        elif not scope:
            health.ignored("strict_without_session", "what is in no session compares here alone")
            scope = self._process
        with _lock:
            found = self._made.get((key.id, scope))
            if found is None:
                found = self._made[key.id, scope] = self._make(key, scope)
                if len(self._made) > SESSIONS:
                    self._made.popitem(last=False)
            elif self._strict:
                self._made.move_to_end((key.id, scope))
            return found

    def _make(self, key: Key, scope: str) -> Fingerprinter:
        if not self._strict:
            return Fingerprinter(key, redact=self._redact)
        return Fingerprinter(key.for_session(scope), path_key=key, redact=self._redact)


def _after_fork() -> None:
    """A thread of the parent may have held the lock when it forked."""
    global _lock
    _lock = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
