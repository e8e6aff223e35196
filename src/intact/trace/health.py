"""What went wrong, or was ignored, inside the library: counted, said once, never raised.

In: a kind, which is a fixed word.  Out: a counter, and one log line per kind.
Neither holds content: of an exception only its type is told, since messages quote values.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_log = logging.getLogger("intact")
_lock = threading.RLock()  # a turn may end wherever garbage is collected, here too
_counts: dict[str, int] = {}


def counts() -> dict[str, int]:
    """How often each kind of trouble was met in this process; a copy."""
    with _lock:
        return dict(_counts)


def count(kind: str) -> bool:
    """Count one; True when it is the first of its kind."""
    with _lock:
        _counts[kind] = _counts.get(kind, 0) + 1
        return _counts[kind] == 1


def ignored(kind: str, why: str) -> None:
    """Count a harmless call that had no effect; say why at debug level, once."""
    if count(kind):
        _log.debug("intact: %s (further ones are only counted, as %r)", why, kind)


def mistake(kind: str, what: str) -> None:
    """Count a mistake in how the library is used; warn once. ``what`` must hold no content."""
    if count(kind):
        _log.warning("intact: %s (further ones are only counted, as %r)", what, kind)


def failed(kind: str, error: BaseException) -> None:
    """Count a failure of the library itself; warn once."""
    if count(kind):
        _log.warning(
            "intact: %s failed with %s; the agent is not affected (further ones are only counted)",
            kind,
            type(error).__qualname__,
        )


@contextmanager
def guarded(kind: str) -> Iterator[None]:
    """Keep a failure of the library away from the agent around which it works."""
    try:
        yield
    except Exception as error:  # whatever it is, it is ours and must not reach the user's agent
        failed(kind, error)


def reset() -> None:
    """Forget all counts, for tests."""
    with _lock:
        _counts.clear()


def _after_fork() -> None:
    """A thread of the parent may have held the lock when it forked."""
    global _lock
    _lock = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
