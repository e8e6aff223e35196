"""Chunks of text go in, numbers written in words come out: ``one hundred and twenty``.

Left to others: numbers in digits, and what a number counts (`quantities`).
"""

from __future__ import annotations

from collections.abc import Sequence

from intact.fingerprint.chunks import Chunk
from intact.fingerprint.languages import Language

_LONGEST = 12  # words of one number


def read_numeral(chunks: Sequence[Chunk], at: int, language: Language) -> tuple[int, int] | None:
    """The number whose words start at this chunk, and how many chunks it takes.

    >>> from intact.fingerprint.chunks import chunks_of
    >>> from intact.fingerprint.languages import LANGUAGES
    >>> read_numeral(chunks_of("one thousand seven hundred and sixty bucks"), 0, LANGUAGES)
    (1760, 6)
    """
    if chunks[at].low not in language.numeral_openers:  # most by far
        return None
    total, group, scale, taken = 0, -1, 1 << 40, 0
    for width, chunk in enumerate(chunks[at : at + _LONGEST]):
        if width and not follows(chunks[at + width - 1], chunk):
            break
        value, factor = language.numbers.get(chunk.low), language.scales.get(chunk.low)
        if value is not None and (group < 0 or _room(group, value)):
            group = max(group, 0) + value
        elif factor == 100 and (group < 10 or (group < 100 and group % 10)):
            group = 100 * abs(group)  # "five hundred", "twelve hundred"
        elif factor is not None and 100 < factor < scale:
            total, group, scale = total + abs(group) * factor, -1, factor
        elif chunk.low in language.joins and taken == width > 0 and group % 100 in (0, 99):
            continue  # "and" behind a hundred (or, with no group begun, behind a thousand)
        else:
            break
        taken = width + 1
    return (total + max(group, 0), taken) if taken else None


def follows(left: Chunk, right: Chunk) -> bool:
    """Whether nothing but one sign stands between two chunks, such as a space."""
    return right.start - left.end == 1


def _room(group: int, value: int) -> bool:
    """Whether a number goes on: "twenty five", "one hundred twenty"; not "five six"."""
    if group % 100 == 0:
        return group > 0 and 0 < value < 100
    return group % 100 >= 20 and group % 10 == 0 and 0 < value < 10
