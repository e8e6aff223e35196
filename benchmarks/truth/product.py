"""The path that a context takes in the product: fingerprinted, encoded, decoded, compared.

Both sides are fingerprinted under one key and go through the encoding that spans use, with its cap
on bytes or without. Only what comes out is compared: no text of one side ever meets the other's.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from intact.codec.attributes import MAX_FINGERPRINT_BYTES
from intact.codec.wire import decode, encode
from intact.fingerprint import Coder, Fingerprinter, Key
from intact.fingerprint.meaning import Embedder
from intact.measure.likeness import Likenesses
from intact.measure.outcome import Holder, findings
from intact.measure.retention import SURVIVED, weight
from intact.measure.support import Finding
from intact.model.facts import Fact, Flag, Kind, Outcome
from intact.model.fingerprint import Fingerprint

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

CAPPED = f"both sides capped at the {MAX_FINGERPRINT_BYTES:,} bytes of a span attribute"
WHOLE = "both sides as the collector keeps them, without the cap of a span attribute"

#: Any key gives figures as good; a fixed one gives the same digits.
_KEY = Key(b"intact.benchmarks.truth")
_FINGERPRINTER = Fingerprinter(_KEY)


class Metered:
    """An embedder that says what it cost."""

    def __init__(self, embed: Embedder) -> None:
        self._embed = embed
        self.texts = 0
        self._seconds = 0.0

    def __call__(self, texts: list[str]) -> ArrayLike:
        began = time.process_time()
        vectors = self._embed(texts)
        self._seconds += time.process_time() - began
        self.texts += len(texts)
        return vectors

    @property
    def each(self) -> float:
        """Microseconds of CPU time a text, as contexts come: most are of few sentences."""
        return 1e6 * self._seconds / max(1, self.texts)


def use(embed: Embedder | None) -> None:
    """Have all contexts from now on coded with an embedder, however long it takes, or not.

    Raises, when it is used:
        EmbedderFailed: If it does.
    """
    global _FINGERPRINTER
    coder = None if embed is None else Coder(_KEY, embed, _stop)
    _FINGERPRINTER = Fingerprinter(_KEY, coder=coder)


def _stop(trouble: str, error: Exception | None) -> None:
    """An embedder that fails makes figures that mean nothing."""
    raise EmbedderFailed(trouble) from error


class EmbedderFailed(Exception):
    """The embedder did; the message is the reason."""


def fingerprint(context: object, limit: int | None = MAX_FINGERPRINT_BYTES) -> Fingerprint:
    """What arrives of a context where fingerprints are compared."""
    return decode(encode(_FINGERPRINTER.fingerprint(context), limit))


def found(known: Fingerprint, received: Fingerprint) -> list[tuple[Fact, Finding]]:
    """Every known fact, and what became of it."""
    likenesses = Likenesses(known, received)
    found = findings(known.facts, Holder(received), likenesses=likenesses)
    return list(zip(known.facts, found, strict=True))


def found_by_name(known: Fingerprint, received: Fingerprint) -> dict[str, Finding]:
    """What became of each leaf of a known state, by its name."""
    return {
        fact.name: finding for fact, finding in found(known, received) if fact.flags & Flag.STATE
    }


def support_of_text(known: Fingerprint, received: Fingerprint) -> float | None:
    """Support of a known text in another: the mean over its sentences.

    A text too short to have one counts with the values in it. None for an empty text.
    """
    facts = found(known, received)
    sentences = [finding for fact, finding in facts if fact.kind is Kind.SENTENCE]
    supports = [
        finding.support
        for finding in sentences or [finding for _, finding in facts]
        if finding.support is not None
    ]
    return sum(supports) / len(supports) if supports else None


def weighted_support(known: Fingerprint, received: Fingerprint) -> float | None:
    """The mean support of all facts, each with its weight in retention before caps.

    The caps keep prose from deciding over named facts; here it may be all there is.
    """
    pairs = [
        (weight(fact), finding.support)
        for fact, finding in found(known, received)
        if finding.support is not None
    ]
    total = sum(each for each, _ in pairs)
    return sum(each * support for each, support in pairs) / total if total else None


def share_kept(outcomes: Sequence[Outcome]) -> float | None:
    """The plain share of decided facts that survived, each counting the same."""
    decided = [outcome for outcome in outcomes if outcome is not Outcome.UNDECIDED]
    if not decided:
        return None
    return sum(outcome in SURVIVED for outcome in decided) / len(decided)
