"""Text goes in, the chunks come out that typed values are made of.

A text is cut once, at spaces and at punctuation that no value holds. Readers look at one chunk
and at most a few neighbours, so time is linear in the text whatever it says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from intact.model.facts import Kind

_CHUNK = re.compile(
    r"""[A-Za-z][A-Za-z0-9+]{0,15}://[^\s"'<>\\]+
      | [^\s"'<>(){}\[\]\\;|=,:]+ (?: (?<=\d)[,:'](?=\d) [^\s"'<>(){}\[\]\\;|=,:]+ )*
    """,
    re.VERBOSE,
)
_AROUND = ".!?…“”‘’`*_~«»"
_AFTER_URL = _AROUND + "/,;:)]}"


class Typed(NamedTuple):
    """A typed value found in a text.

    `readings` are what it also says: a date-time says a date and a time of day, a date says a
    day of the year. A coarser value is found in a finer one by them, and the other way round.
    `plain` is the number of an amount or a measure, which a state may hold without its unit.
    """

    kind: Kind
    token: str
    start: int
    end: int
    readings: tuple[str, ...] = ()
    telling: bool = True  # whether it means something without its key
    plain: str = ""


class Chunk(NamedTuple):
    """A piece of text without spaces, freed of the punctuation around it."""

    text: str
    low: str
    start: int
    end: int
    digits: bool = False  # whether there are any in it


def chunks_of(text: str) -> list[Chunk]:
    """Cut a text.

    >>> [chunk.text for chunk in chunks_of("Pay $1,299.00, (today) at 6:15.")]
    ['Pay', '$1,299.00', 'today', 'at', '6:15']
    """
    chunks = []
    for match in _CHUNK.finditer(text):
        raw = match.group()
        start, end = match.span()
        if raw.isalpha():  # most by far
            chunks.append(Chunk(raw, raw.lower(), start, end))
            continue
        left = raw.lstrip(_AROUND)
        start += len(raw) - len(left)
        kept = left.rstrip(_AFTER_URL if "://" in left else _AROUND)
        end -= len(left) - len(kept)
        if kept:
            digits = any(map(str.isdigit, kept))
            chunks.append(Chunk(kept, kept.lower(), start, end, digits))
    return chunks


def chunks_at(pieces: Iterable[Sequence[Chunk]], starts: Iterable[int]) -> list[Chunk]:
    """The chunks of a text that was cut at its spaces already.

    Args:
        pieces: The chunks of each piece, their positions counted from its beginning.
        starts: Where each piece starts.

    >>> chunks_at([chunks_of("Pay"), chunks_of("$5.")], [0, 4]) == chunks_of("Pay $5.")
    True
    """
    new = tuple.__new__  # four fifths of what making a named tuple costs is its own __new__
    return [
        new(Chunk, (text, low, at + start, at + end, digits))
        for chunks, at in zip(pieces, starts, strict=True)
        for text, low, start, end, digits in chunks
    ]
