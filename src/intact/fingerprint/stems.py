"""Words go in, what their inflections share comes out: "walked" and "walks" are one stem.

A light suffix stripper: plurals, ``-ing``, ``-ed``, ``-ly``, and the vowel that is left at the end,
in that order, then what goes beyond six letters; and nothing of words that hold a digit or are
shorter than four letters. Six letters tell most words and let "reservation" meet "reserve", in
German as well (truncation; Frakes, *Stemming algorithms*, 1992). It is no dictionary: "news"
becomes "new", and "international" meets "interned". Sentences are compared by stems, values never
are.
"""

from __future__ import annotations

_SHORTEST, _LONGEST = 4, 6
_VOWELS = frozenset("aeiouy")
_NO_PLURAL = ("ss", "us", "is")
_STAYS_DOUBLE = frozenset("lsz")  # "fill", "pass", "buzz"


def stem(word: str) -> str:
    """The stem of a word in lower case. Linear in its length.

    >>> [stem(word) for word in ("walk", "walks", "walked", "walking")]
    ['walk', 'walk', 'walk', 'walk']
    >>> [stem(word) for word in ("cities", "city", "stopped", "prices", "quickly", "b12ing")]
    ['citi', 'citi', 'stop', 'pric', 'quick', 'b12ing']
    >>> [stem(word) for word in ("reservation", "reserve", "bestellung", "bestellungen")]
    ['reserv', 'reserv', 'bestel', 'bestel']
    """
    if len(word) < _SHORTEST or not word.isalpha():
        return word
    if word.endswith("ies") and len(word) > _SHORTEST:
        word = word[:-3] + "y"
    elif word.endswith("s") and not word.endswith(_NO_PLURAL):
        word = word[:-1]
    word = _without_ending(word)
    if word.endswith("ly") and len(word) > _SHORTEST + 1:
        word = word[:-2]
    if word.endswith("e") and len(word) >= _SHORTEST:
        word = word[:-1]
    if word.endswith("y") and len(word) >= _SHORTEST:
        word = word[:-1] + "i"
    return word[:_LONGEST]


def _without_ending(word: str) -> str:
    """The word without ``-ing`` or ``-ed``, where what is left can be a word."""
    for ending in ("ing", "ed"):
        rest = word.removesuffix(ending)
        if len(rest) < len(word) and len(rest) >= 3 and not _VOWELS.isdisjoint(rest):
            double = len(rest) >= _SHORTEST and rest[-1] == rest[-2]
            return rest[:-1] if double and rest[-1] not in _STAYS_DOUBLE else rest
    return word
