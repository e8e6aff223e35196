"""How near one fact is in meaning to what a receiver holds.

Two codes differ in ``d`` of ``b`` bits; the cosine of the vectors behind them is estimated as
``cos(pi d / b)``, with a standard error of at most .14 at 128 bits (Charikar, *Similarity
estimation techniques from rounding algorithms*, 2002). Of k sentences the nearest is near by
accident alone, the more so the larger k is: the expected largest of k draws grows with
``sqrt(2 ln k)``. So a likeness is judged by how far it lies above that chance.

A cosine says what two sentences are about, not whether they agree: 6:15 and 6:30, "paid" and "not
paid" are near. So no likeness counts where the values or the negation of the two differ (the
*vetoes*), typed values have no codes at all, and a fact that must be kept is never found by
meaning alone.
"""

from __future__ import annotations

from math import cos, log, pi, sqrt
from typing import NamedTuple

from intact.measure.interval import proportion
from intact.model.fingerprint import Fingerprint, Sketch
from intact.model.meaning import BITS, Code, Meaning

#: Cosine up to which one sentence is near another by accident.
_CHANCE = 0.4
#: How fast the chance rises with the number of sentences, and where it ends.
_RISE, _HIGHEST = 0.25, 0.8
#: How far above chance, of the way to 1, a fact counts as restated.
RESTATED = 0.5
#: Two probes that differ in more bits are of different models or keys.
_SAME_MODEL = 8


class Likeness(NamedTuple):
    """A cosine estimated from two codes, with its 95 % interval."""

    cosine: float
    low: float
    high: float
    above: float  # how far above chance, 0 to 1

    @property
    def restated(self) -> bool:
        """Whether that is near enough to say the same."""
        return self.above >= RESTATED


class Likenesses:
    """The codes of one side, ready to be compared with those of another.

    Args:
        known: The side whose facts are looked for.
        received: The side that they are looked for in.
    """

    __slots__ = ("_codes", "_known", "_rise", "_words")

    def __init__(self, known: Fingerprint, received: Fingerprint) -> None:
        self._words: Sketch = received.words
        self._known: dict[int, Code] = {}
        self._codes: tuple[Code, ...] = ()
        sent, held = known.meaning, received.meaning
        if sent is not None and held is not None and comparable(sent, held):
            self._known = {code.value: code for code in sent.codes}
            self._codes = held.codes
        self._rise = _RISE * sqrt(2 * log(len(self._codes))) if self._codes else 0.0

    def of(self, value: int) -> Likeness | None:
        """The nearest thing to a fact that passes the vetoes; None without any.

        Costs some 0.2 microseconds per code of the receiver.
        """
        sent = self._known.get(value)
        if sent is None or not self._codes or self._lacks(sent):
            return None
        best: tuple[float, int] | None = None
        for code in self._codes:
            if _vetoed(sent, code):
                continue
            distance = (sent.bits ^ code.bits).bit_count()
            above = self._above(cos(pi * distance / BITS))
            if best is None or above > best[0]:
                best = above, distance
        return None if best is None else likeness(best[1], best[0])

    def _above(self, cosine: float) -> float:
        chance = min(_HIGHEST, _CHANCE + self._rise)
        return max(0.0, (cosine - chance) / (1 - chance))

    def _lacks(self, sent: Code) -> bool:
        """Whether a value of the fact stands nowhere at all on this side."""
        return any(value not in self._words.tokens for value in sent.values)


def likeness(distance: int, above: float) -> Likeness:
    """What so many different bits say.

    >>> [round(part, 2) for part in likeness(32, 0.5)]
    [0.71, 0.49, 0.85, 0.5]
    """
    share = proportion(distance, BITS, 1 << 62)
    return Likeness(cos(pi * distance / BITS), cos(pi * share.high), cos(pi * share.low), above)


def comparable(first: Meaning, second: Meaning) -> bool:
    """Whether two sides were coded by one model under one key."""
    return (first.probe ^ second.probe).bit_count() <= _SAME_MODEL


def _vetoed(sent: Code, code: Code) -> bool:
    """Whether two sentences cannot say the same: one is negated, or all their values differ."""
    if sent.negated != code.negated:
        return True
    return bool(sent.values and code.values) and not set(sent.values) & set(code.values)
