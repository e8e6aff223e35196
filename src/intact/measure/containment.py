"""How much of one token sample stands in another.

Both samples hold all tokens below their threshold, under one key: below the lower of the two
thresholds they are exact, so the share found there estimates the share of all (a bottom-k or
"theta" sample; Cohen and Kaplan, *Summarizing data using bottom-k sketches*, 2007).

Tokens that were written without their lowest bits are compared without them on both sides. Then
a token may fall together with another one, and hits are fewer than they look: by how many is
known from how densely the received tokens lie.
"""

from __future__ import annotations

from math import sqrt

from intact.measure.interval import UNKNOWN, Share, Z, proportion
from intact.model.fingerprint import COMPLETE, Sketch

#: Of fewer expected false hits there is none, in 97.5 % of all cases.
_RARELY = 0.025


def containment(sent: Sketch, received: Sketch) -> Share:
    """Share of the sent tokens that the receiver holds: ``|S ∩ R| / |S|``.

    1 means that every token arrived, 0 that none did. Says nothing about order, and for single
    words it overstates: long prompts hold most words of any text. Use it on bigrams.

    >>> containment(Sketch(frozenset({1, 2, 3, 4}), total=4), Sketch(frozenset({3, 4}), total=2))
    Share(value=0.5, low=0.5, high=0.5)
    """
    threshold = min(sent.threshold, received.threshold)
    shift = max(sent.shift, received.shift)
    up = shift - sent.shift
    seen = {token >> up for token in sent.tokens if token + 1 << sent.shift <= threshold}
    if not seen:
        return UNKNOWN
    up = shift - received.shift
    held = {token >> up for token in received.tokens if token << received.shift < threshold}
    total = len(seen) if threshold >= COMPLETE else max(sent.total, len(seen))
    chance = (len(held) << shift) / threshold if shift else 0.0
    return _without_chance(len(seen & held), len(seen), total, chance)


def _without_chance(hits: int, seen: int, total: int, chance: float) -> Share:
    """The share of tokens that are there, when others look as if they were with some chance.

    So many of the hits are none: as many as are expected of the tokens that are not there, and
    for the lower bound as many as that number is below in 97.5 % of all cases.
    """
    expected = min(float(hits), chance * (seen - hits) / (1 - chance)) if chance < 1 else hits
    if expected <= 0:
        return proportion(hits, seen, total)
    most = min(float(hits), expected + Z * sqrt(expected) + 1) if expected > _RARELY else 0.0
    value = (hits - expected) / seen
    low = proportion(hits - most, seen, total).low
    return Share(value, min(value, low), proportion(hits, seen, total).high)
