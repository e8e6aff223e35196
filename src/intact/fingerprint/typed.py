"""Text goes in, the typed values in it come out as canonical tokens.

``quarter past six in the evening`` and ``18:15`` are one token, as are ``$1,299.00`` and ``1299
dollars``: neither words nor embeddings can tell 6:15 from 6:30, typed tokens can.

Left to others: how each kind is read (`dates`, `clock`, `relative`, `quantities`, `identifiers`),
the words of each language, what a token is hashed to, and where it stood.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from intact.fingerprint.chunks import Chunk, Typed, chunks_of
from intact.fingerprint.dates import read_date
from intact.fingerprint.durations import read_bare_unit
from intact.fingerprint.identifiers import (
    read_grouped,
    read_identifier,
    read_link,
    read_phone,
)
from intact.fingerprint.languages import LANGUAGES, Language
from intact.fingerprint.money import read_prefixed
from intact.fingerprint.places import usual_name
from intact.fingerprint.quantities import read_quantity
from intact.model.facts import Kind

_LONGEST_VALUE = 512
_MOST_NAMES = 5  # words of one proper name
_MOMENTS = frozenset({Kind.DATE, Kind.TIME, Kind.DATETIME})
_ENDS = ".!?:…\n-•"  # what stands before a sentence, or before the point of a list
_LOOKBACK = 8


def scan(text: str, language: Language = LANGUAGES) -> list[Typed]:
    """Find the typed values of a text, in order, without overlaps.

    >>> [(found.kind.label, found.token) for found in scan("Pay $1,299.00 by 4 December 2026")]
    [('amount', 'aUSDn1299'), ('date', 'd2026-12-04')]
    """
    chunks = chunks_of(text)
    begins = [at for at, chunk in enumerate(chunks) if may_begin(chunk, language)]
    return read_values(chunks, begins, text, language)


def may_begin(chunk: Chunk, language: Language) -> bool:
    """Whether a typed value may begin with a chunk. With most words by far none does."""
    plain = chunk.text == chunk.low and chunk.low.isalpha()
    return not plain or chunk.low in language.openers


def read_values(
    chunks: Sequence[Chunk], begins: Iterable[int], text: str, language: Language
) -> list[Typed]:
    """`scan` of a text that was cut already; `begins` are the chunks that `may_begin` a value."""
    found: list[Typed] = []
    free = 0
    for at in begins:
        if at < free:  # inside the value before
            continue
        match, width = _read(chunks, at, text, language) or (None, 1)
        if match is not None:
            found.append(match)
        free = at + width
    return found


def only_value(text: str, found: Sequence[Typed], language: Language = LANGUAGES) -> bool:
    """Whether a text is one typed value and nothing else, but for a "the" or an "at" before it.

    >>> [only_value(text, scan(text)) for text in ("6:15 pm.", "at 6:15 pm", "by 6:15 pm")]
    [True, True, False]
    """
    if len(found) != 1 or found[0].kind is Kind.NAME or len(text) > _LONGEST_VALUE:
        return False
    if any(character.isalnum() for character in text[found[0].end :]):
        return False
    before = text[: found[0].start].lower().split()
    plain = language.fillers | language.at if found[0].kind in _MOMENTS else language.fillers
    return all(word in plain or not any(map(str.isalnum, word)) for word in before)


def _read(
    chunks: Sequence[Chunk], at: int, text: str, language: Language
) -> tuple[Typed, int] | None:
    """What starts at this chunk, and how many chunks it takes."""
    chunk = chunks[at]
    if chunk.text.isalpha():
        if chunk.low in language.openers:
            found = _worded(chunks, at, language)
            if found is not None:
                return found
        return _name(chunks, at, text, language)
    link = read_link(chunk)
    if link is not None:
        return link, 1
    if not chunk.digits:
        return _worded(chunks, at, language) or read_quantity(chunks, at, language)
    found = (
        read_date(chunks, at, language)
        or read_grouped(chunks, at, text)
        or read_phone(chunks, at, text)
        or read_quantity(chunks, at, language)
    )
    if found is not None:
        return found
    identifier = read_identifier(chunk)
    return None if identifier is None else (identifier, 1)


def _worded(chunks: Sequence[Chunk], at: int, language: Language) -> tuple[Typed, int] | None:
    """What begins with a word, not with digits."""
    found = read_date(chunks, at, language) or read_prefixed(chunks, at, language)
    word = chunks[at].low
    if found is None and word in language.numeral_openers:
        return read_quantity(chunks, at, language)
    if found is None and (word in language.units or word in language.calendar_units):
        return read_bare_unit(chunks, at, language)
    return found


def _name(
    chunks: Sequence[Chunk], at: int, text: str, language: Language
) -> tuple[Typed, int] | None:
    """Two or more capitalised words in a row, one acronym, or another name of a place.

    It says besides what the place is usually called, and a name with which a sentence begins
    what it is without its first word: "Send Dana Smith".
    """
    first = chunks[at]
    if not first.text[0].isupper() or first.low in language.months or _is_plain(first, language):
        return None
    last = at
    while (
        last + 1 < len(chunks)
        and last + 1 - at < _MOST_NAMES
        and chunks[last + 1].text.isalpha()
        and chunks[last + 1].text[0].isupper()
        and not _is_plain(chunks[last + 1], language)
        and chunks[last + 1].low not in language.weekdays
        and not _is_month(chunks, last + 1, language)
        and text[chunks[last].end : chunks[last + 1].start] == " "
    ):
        last += 1
    words = [chunk.low for chunk in chunks[at : last + 1]]
    is_acronym = 2 <= len(first.text) <= 6 and first.text.isupper()
    usual = usual_name(words, language)
    if last == at and not is_acronym and usual == words:
        return None
    readings = [] if usual == words else [" ".join(usual)]
    if last > at and _opens_sentence(text, first.start):
        readings.append(" ".join(words[1:]))
    found = Typed(Kind.NAME, " ".join(words), first.start, chunks[last].end, tuple(readings))
    return found, last - at + 1


def _opens_sentence(text: str, start: int) -> bool:
    """Whether a word has its capital because a sentence begins with it, as far as one can tell."""
    before = text[max(0, start - _LOOKBACK) : start].rstrip(" \t\"'*(“‘")
    return not before or before[-1] in _ENDS


def _is_month(chunks: Sequence[Chunk], at: int, language: Language) -> bool:
    """Whether a month with its day stands here: "Theresa May", but "Union Station May 4"."""
    return (
        chunks[at].low in language.months
        and at + 1 < len(chunks)
        and chunks[at + 1].text[0].isdigit()
    )


def _is_plain(chunk: Chunk, language: Language) -> bool:
    return chunk.low in language.stop or chunk.low in language.common
