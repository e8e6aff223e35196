"""Chunks of text go in, days told from another day come out: ``tomorrow``, ``next Wednesday``.

They have tokens of their own, which say no more than the words do. Where the context says which
day it is, `today` turns them into the dates they mean.
"""

from __future__ import annotations

from collections.abc import Sequence

from intact.fingerprint.chunks import Chunk, Typed
from intact.fingerprint.languages import Language
from intact.fingerprint.numerals import follows
from intact.model.facts import Kind

_DAY_SECONDS = 86_400


def day_token(day: int) -> str:
    """The token of a day of some month."""
    return f"d----{day:02d}"


def read_relative(chunks: Sequence[Chunk], at: int, language: Language) -> tuple[Typed, int] | None:
    """The relative date that starts at this chunk, and how many chunks it takes."""
    word, coming = chunks[at].low, language.coming
    if word in language.days:
        return _found(f"d{language.days[word]:+d}", chunks, at, 1)
    if word[0].isdigit():
        return _day_of_month(chunks, at, language)
    a_day = language.units.get(word) == _DAY_SECONDS
    if not (a_day or word in language.weekdays or word in coming):
        return None
    after = _run(chunks, at, 3)
    if word in language.weekdays:
        token, width = f"dw{language.weekdays[word]}", 1
        if len(after) == 3 and after[1] in coming and after[2] in language.week:
            return _later(token, coming[after[1]], chunks, at, 3)
        return _found(token, chunks, at, width)
    if word in coming and len(after) > 1:
        weekday = 2 if after[1] in coming and len(after) == 3 else 1  # "this coming Friday"
        if after[weekday] in language.weekdays:
            token = f"dw{language.weekdays[after[weekday]]}"
            return _later(token, coming[word], chunks, at, weekday + 1)
        unit = _calendar_unit(after[1], language)
        if coming[word] and unit:
            return _found(f"d{unit}{coming[word]:+d}", chunks, at, 2)
    if a_day and len(after) == 3 and after[2] in language.days:
        step, days = language.steps.get(after[1]), language.days[after[2]]
        if step is not None and days:
            return _found(f"d{days + step:+d}", chunks, at, 3)
    return None


def _calendar_unit(word: str, language: Language) -> str:
    """What "next week", "last month" and "next year" are told in."""
    for unit, table in (
        ("week", language.week),
        ("month", language.month),
        ("year", language.year),
    ):
        if word in table:
            return unit
    return ""


def is_relative(found: Typed) -> bool:
    """Whether a value is a day told from another one: neither 2026-12-04 nor December 4."""
    token = found.token
    absolute = token[1:2].isdigit() or (token.startswith("d--") and not token.startswith("d----"))
    return found.kind is Kind.DATE and not absolute


def _day_of_month(chunks: Sequence[Chunk], at: int, language: Language) -> tuple[Typed, int] | None:
    """``the 12th``, ``12th of this month``: an ordinal that counts nothing else."""
    day = _ordinal(chunks[at].low, language)
    if day is None:
        return None
    after = _run(chunks, at, 4)
    of_month = len(after) == 4 and after[1] in language.of and after[3] in language.month
    if of_month and after[2] in language.coming:
        return _later(day_token(day), language.coming[after[2]], chunks, at, 4)
    if len(after) > 1 and after[1] not in language.stop:
        return None  # "the 21st floor"
    before = chunks[at - 1].low if at else ""
    if before in language.fillers:
        before = chunks[at - 2].low if at > 1 else ""
    elif before:
        return None
    if before and before not in language.glue:
        return None
    return _found(day_token(day), chunks, at, 1)


def _ordinal(low: str, language: Language) -> int | None:
    """The day that an ordinal in digits says."""
    if not low[0].isdigit() or len(low) > 4 or low[-2:] not in language.ordinal_marks:
        return None
    digits = low[:-2]
    return int(digits) if digits.isascii() and digits.isdigit() and 0 < int(digits) < 32 else None


def _run(chunks: Sequence[Chunk], at: int, most: int) -> list[str]:
    """The words from here on with nothing but spaces between them."""
    words = [chunks[at].low]
    for index in range(at + 1, min(at + most, len(chunks))):
        if not follows(chunks[index - 1], chunks[index]):
            break
        words.append(chunks[index].low)
    return words


def _later(
    token: str, count: int, chunks: Sequence[Chunk], at: int, width: int
) -> tuple[Typed, int]:
    """The same day a week or a month on, which says the day besides; the last one does not."""
    if not count:
        return _found(token, chunks, at, width)
    found, _ = _found(f"{token}{count:+d}", chunks, at, width)
    return found._replace(readings=(token,) if count > 0 else ()), width


def _found(token: str, chunks: Sequence[Chunk], at: int, width: int) -> tuple[Typed, int]:
    return Typed(Kind.DATE, token, chunks[at].start, chunks[at + width - 1].end), width
