"""What was handed over at one moment, until it is a fingerprint.

In: a context of the user's, and how it is to be read.  Out: its fingerprint, made on the spot, or
from a frozen copy by whoever comes to it. Either way the user's own object is let go at once.
"""

from __future__ import annotations

from collections.abc import Sequence

from intact.fingerprint import Fingerprinter, freeze, thaw
from intact.model.fingerprint import Fingerprint
from intact.trace import health
from intact.trace.runtime import Runtime


class Content:
    """A context as it was; changed only by whoever's turn it is in the `backlog`."""

    __slots__ = ("_fingerprinter", "_frozen", "_must_keep", "_pruned", "fingerprint")

    def __init__(
        self,
        fingerprint: Fingerprint | None,
        frozen: bytes | None = None,
        fingerprinter: Fingerprinter | None = None,
        must_keep: Sequence[str] = (),
        pruned: tuple[tuple[str, str], ...] = (),
    ) -> None:
        self.fingerprint = fingerprint  # None: not made yet, or dropped
        self._frozen = frozen
        self._fingerprinter = fingerprinter  # that is to make it
        self._must_keep = must_keep
        self._pruned = pruned

    @property
    def size(self) -> int:
        """Bytes that are held until the fingerprint is made."""
        return 0 if self._frozen is None else len(self._frozen)

    def drop(self) -> None:
        """Let go of what is held: there will be no fingerprint."""
        self._frozen = None

    def made(self, shared: Runtime) -> Fingerprint | None:
        """The fingerprint, made now if it was not yet; None when the content was dropped."""
        if self._frozen is not None and self._fingerprinter is not None:
            frozen, self._frozen = self._frozen, None
            self.fingerprint = shared.fingerprint(
                self._fingerprinter, thaw(frozen), self._must_keep, self._pruned
            )
        return self.fingerprint


def take(
    shared: Runtime,
    fingerprinter: Fingerprinter,
    value: object,
    *,
    later: bool,
    must_keep: Sequence[str] = (),
    pruned: tuple[tuple[str, str], ...] = (),
) -> Content:
    """Take a context in: as a fingerprint, or ``later`` as a frozen copy.

    What cannot be frozen is fingerprinted now in any case.
    """
    if later:
        frozen = freeze(value)
        if frozen is not None:
            return Content(None, frozen, fingerprinter, must_keep, pruned)
        health.ignored("deferred_not", "a context that JSON cannot hold is not deferred")
    return Content(shared.fingerprint(fingerprinter, value, must_keep, pruned))
