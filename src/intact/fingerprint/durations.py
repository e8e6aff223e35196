"""Chunks of text go in, lengths of time come out: ``90 minutes``, ``an hour and a half``.

Seconds and months are counted apart, since months differ in seconds. ``in 3 days`` and ``3 days
ago`` are days, and say the length besides.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from intact.fingerprint.chunks import Chunk, Typed
from intact.fingerprint.counted import counts_of
from intact.fingerprint.languages import Language
from intact.fingerprint.numbers import and_a_half, number_token, read_number
from intact.fingerprint.numerals import follows
from intact.model.facts import Kind

_ATTACHED = re.compile(r"(\d+(?:\.\d+)?)-?([a-z]+)", re.ASCII)  # 2h, 14-day
_CLOCK = re.compile(r"(\d{1,3})h(\d{1,2})(?:m|min)?", re.ASCII)  # 1h30, 1h30m
_ISO = re.compile(
    r"p(?=\w)(?:(\d+)w)?(?:(\d+)d)?(?:t(?=\d)(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?)?", re.ASCII
)
_ISO_SECONDS = (604_800, 86_400, 3_600, 60, 1)
_SPAN = re.compile(r"(\d{1,4})[-–](\d{1,4})-?([a-z]*)", re.ASCII)  # 5-7
_LONGEST = 10**9  # of what is counted in units of time
_DAY = 86_400
_MOST_DAYS = 10_000
_HALF = Decimal("0.5")


def duration_token(number: Decimal, unit: str, language: Language) -> str | None:
    """The canonical token of so many of a unit of time; None for another unit."""
    if abs(number) >= _LONGEST:
        return None
    if unit in language.units:
        return f"s{number_token(number * language.units[unit])}"
    if unit in language.calendar_units:
        return f"m{number_token(number * language.calendar_units[unit])}"
    return None


def read_units(
    number: Decimal, chunks: Sequence[Chunk], at: int, width: int, language: Language
) -> tuple[Typed, int] | None:
    """A number with the unit of time behind it, and what may follow.

    Args:
        number: The number.
        chunks: Of the text.
        at: Where the number starts.
        width: Chunks of the number; 0 when its unit stands in the same chunk.
        language: The words.

    ``1 hour 30 minutes``, ``an hour and a half``, ``1h 30m``.
    """
    if width:
        unit = chunks[at + width].low
    else:
        attached = _ATTACHED.fullmatch(chunks[at].low)
        unit = attached[2] if attached else chunks[at].low.partition("-")[2]
    scales = language.units if unit in language.units else language.calendar_units
    scale = scales.get(unit)
    if scale is None or abs(number) >= _LONGEST:
        return None
    total, end = number * scale, at + width + 1
    if and_a_half(chunks, end, language):
        total, end = total + scale * _HALF, end + 3
    while end < len(chunks) and (more := _smaller(chunks, end, scale, language)) is not None:
        amount, scale, end = more
        total += amount
    mark = "s" if scales is language.units else "m"
    # "one day" and "a second" are said of anything.
    telling = number != 1 or end > at + width + 1 or chunks[at].text[0].isdigit()
    readings = counts_of(number_token(number), chunks, at, at + width, language) if width else ()
    start = chunks[at].start
    found = Typed(Kind.DURATION, f"{mark}{number_token(total)}", start, chunks[end - 1].end)
    found = found._replace(readings=readings, telling=telling)
    return _from_now(found, total if mark == "s" else None, chunks, at, end, language)


def read_bare_unit(
    chunks: Sequence[Chunk], at: int, language: Language
) -> tuple[Typed, int] | None:
    """A unit of time behind an article or a fraction: ``an hour``, ``a quarter of an hour``."""
    *_, third, second, first = ["", "", "", *(chunk.low for chunk in chunks[max(0, at - 3) : at])]
    if not first or not follows(chunks[at - 1], chunks[at]):
        return None
    number, start = Decimal(1), at - 1
    if first in language.half:  # "eine halbe Stunde"
        number, start = _HALF, start - (second in language.articles)
    elif first not in language.articles:
        return None
    elif second in language.half:
        number, start = _HALF, at - 2
    elif second in language.of and third in language.fractions:
        number, start = Decimal(language.fractions[third]) / 60, at - 3
    found = read_units(number, chunks, start, at - start, language)
    return None if found is None else (found[0], found[1] - (at - start))


def read_attached(chunks: Sequence[Chunk], at: int, language: Language) -> tuple[Typed, int] | None:
    """A length of time in one chunk: ``2h``, ``14-day``, ``1h30m``, ``PT90M``, ``5-7 days``."""
    text = chunks[at].low
    span = _SPAN.fullmatch(text)
    if span:
        following = chunks[at + 1].low if at + 1 < len(chunks) else ""
        unit, width = (span[3], 1) if span[3] else (following, 2)
        return read_span(Decimal(span[1]), Decimal(span[2]), unit, chunks, at, width, language)
    clock = _CLOCK.fullmatch(text)
    if clock and int(clock[2]) < 60:
        return _seconds(int(clock[1]) * 3_600 + int(clock[2]) * 60, chunks, at)
    iso = _ISO.fullmatch(text)
    if iso and any(iso.groups()):
        parts = zip(iso.groups(), _ISO_SECONDS, strict=True)
        return _seconds(sum(int(count or 0) * each for count, each in parts), chunks, at)
    attached = _ATTACHED.fullmatch(text)
    if attached:
        number = Decimal(attached[1])
    else:
        left, dash, _ = text.partition("-")
        if not dash or left not in language.numbers:
            return None
        number = Decimal(language.numbers[left])
    return read_units(number, chunks, at, 0, language)


def read_range(
    low: Decimal, chunks: Sequence[Chunk], at: int, width: int, language: Language
) -> tuple[Typed, int] | None:
    """``5 to 7 days``."""
    middle = at + width
    if chunks[middle].low not in language.ranges or middle + 2 >= len(chunks):
        return None
    high, more = read_number(chunks, middle + 1, language)
    if high is None or middle + 1 + more >= len(chunks):
        return None
    unit = chunks[middle + 1 + more].low
    return read_span(low, high, unit, chunks, at, width + more + 2, language)


def read_span(
    low: Decimal,
    high: Decimal,
    unit: str,
    chunks: Sequence[Chunk],
    at: int,
    width: int,
    language: Language,
) -> tuple[Typed, int] | None:
    """From one length of time to another."""
    ends = duration_token(low, unit, language), duration_token(high, unit, language)
    if None in ends or low >= high:
        return None
    token = "-".join(filter(None, ends))
    return Typed(Kind.DURATION, token, chunks[at].start, chunks[at + width - 1].end), width


def _smaller(
    chunks: Sequence[Chunk], at: int, scale: int, language: Language
) -> tuple[Decimal, int, int] | None:
    """A further part of a length in a smaller unit, that unit, and where it ends."""
    first = at + (chunks[at].low in language.joins)
    if first == len(chunks) or chunks[at].start - chunks[at - 1].end > 2:
        return None
    attached = _ATTACHED.fullmatch(chunks[first].low)
    if attached and "-" not in chunks[first].text:
        number: Decimal | None
        number, unit, end = Decimal(attached[1]), attached[2], first + 1
        unit = "min" if unit == "m" and scale == 3_600 else unit
    else:
        number, width = read_number(chunks, first, language)
        end = first + width + 1
        if number is None or end > len(chunks):
            return None
        unit = chunks[end - 1].low
    own = (language.units if scale in language.units.values() else language.calendar_units).get(
        unit
    )
    return None if own is None or own >= scale or number < 0 else (number * own, own, end)


def _from_now(
    found: Typed,
    seconds: Decimal | None,
    chunks: Sequence[Chunk],
    at: int,
    end: int,
    language: Language,
) -> tuple[Typed, int]:
    """The length as it is, or as the day it leads to: ``in 3 days``, ``3 days ago``."""
    width = end - at
    if seconds is None or seconds % _DAY or not 0 < seconds < _MOST_DAYS * _DAY:
        return found, width
    days = int(seconds // _DAY)
    before = chunks[at - 1].low if at and follows(chunks[at - 1], chunks[at]) else ""
    behind = " ".join(chunk.low for chunk in chunks[end : end + 2])
    if behind in language.hence:
        start, stop, width = found.start, chunks[end + 1].end, width + 2
    elif end < len(chunks) and chunks[end].low in language.ago:
        days, start, stop, width = -days, found.start, chunks[end].end, width + 1
    elif before in language.ahead or before in language.back:
        days = days if before in language.ahead else -days
        start, stop = chunks[at - 1].start, found.end
    else:
        return found, width
    return Typed(Kind.DATE, f"d{days:+d}", start, stop, (found.token,)), width


def _seconds(total: int, chunks: Sequence[Chunk], at: int) -> tuple[Typed, int]:
    token = f"s{number_token(total)}"
    return Typed(Kind.DURATION, token, chunks[at].start, chunks[at].end), 1
