"""How much of one token sample stands in another.

Both samples hold all tokens below their threshold, under one key: below the lower of the two
thresholds they are exact, so the share found there estimates the share of all (a bottom-k or
"theta" sample; Cohen and Kaplan, *Summarizing data using bottom-k sketches*, 2007).
"""

from __future__ import annotations

from intact.measure.interval import UNKNOWN, Share, proportion
from intact.model.fingerprint import Sketch


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
