"""How much of one token sample stands in another.

Both samples hold all tokens below their threshold, under one key: below the lower of the two
thresholds they are exact, so the share found there estimates the share of all (a bottom-k or
"theta" sample; Cohen and Kaplan, *Summarizing data using bottom-k sketches*, 2007).
"""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

from intact.model.fingerprint import Sketch

#: Two-sided 95 %.
Z = 1.959963984540054


class Share(NamedTuple):
    """A share with its 95 % interval; `value` is None when nothing can be said."""

    value: float | None
    low: float
    high: float


UNKNOWN = Share(None, 0.0, 1.0)


def containment(sent: Sketch, received: Sketch) -> Share:
    """Share of the sent tokens that the receiver holds: ``|S ∩ R| / |S|``.

    1 means that every token arrived, 0 that none did. Says nothing about order, and for single
    words it overstates: long prompts hold most words of any text. Use it on bigrams.

    >>> containment(Sketch(frozenset({1, 2, 3, 4}), total=4), Sketch(frozenset({3, 4}), total=2))
    Share(value=0.5, low=0.5, high=0.5)
    """
    threshold = min(sent.threshold, received.threshold)
    seen = [token for token in sent.tokens if token < threshold]
    if not seen:
        return UNKNOWN
    hits = sum(token in received.tokens for token in seen)
    return proportion(hits, len(seen), max(sent.total, len(seen)))


def proportion(hits: float, seen: float, total: float) -> Share:
    """A share observed on `seen` of `total` items: Wilson's interval for a finite population.

    The interval has no width when all items were seen. Wilson, *Probable inference*, 1927; the
    factor ``(N - n) / (N - 1)`` is the usual correction for sampling without replacement.

    >>> proportion(3, 4, 4)
    Share(value=0.75, low=0.75, high=0.75)
    >>> proportion(0, 0, 10).value is None
    True
    """
    if seen <= 0:
        return UNKNOWN
    share = hits / seen
    if seen >= total or total <= 1:
        return Share(share, share, share)
    z2 = Z * Z * (total - seen) / (total - 1)
    middle = (share + z2 / (2 * seen)) / (1 + z2 / seen)
    half = sqrt(z2) * sqrt(share * (1 - share) / seen + z2 / (4 * seen * seen)) / (1 + z2 / seen)
    return Share(share, max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half)))
