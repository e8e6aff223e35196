"""What is derived from a fingerprint, remembered as long as the fingerprint is likely to return.

In: a fingerprint and a function of it.  Out: the function's value, mostly without calling it.
One fingerprint stands on several spans, and a context that was seen before has the very same
object. Found by identity, since comparing two would cost as much as deriving anew.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Generic, TypeVar

from intact.model.fingerprint import Fingerprint

_T = TypeVar("_T")
_REMEMBERED: Final = 256


class Derived(Generic[_T]):
    """A function of fingerprints that remembers its last values.

    Safe to share between threads without a lock: the worst a race can do is to derive twice.
    """

    __slots__ = ("_derive", "_known")

    def __init__(self, derive: Callable[[Fingerprint], _T]) -> None:
        self._derive = derive
        self._known: dict[int, tuple[Fingerprint, _T]] = {}

    def __call__(self, fingerprint: Fingerprint) -> _T:
        known = self._known.get(id(fingerprint))
        if known is not None and known[0] is fingerprint:
            return known[1]
        value = self._derive(fingerprint)
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        self._known[id(fingerprint)] = (fingerprint, value)
        return value
