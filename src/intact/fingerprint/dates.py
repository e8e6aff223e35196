"""Chunks of text go in, dates and date-times come out.

What people write in many ways has one canonical token: ``the fourth of December 2026`` and
``2026-12-04``. A date-time with an offset is told in UTC; one at midnight is a date.

Left to others: times of day alone (`clock`), days told from today (`relative`).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from intact.fingerprint.chunks import Chunk, Typed
from intact.fingerprint.clock import read_time, time_token
from intact.fingerprint.languages import Language
from intact.fingerprint.relative import day_token, is_relative, read_relative
from intact.model.facts import Kind

_ZONE = r"([Zz]|[+-]\d{2}:?\d{2})?"
_TIME = r"(\d{2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?" + _ZONE
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[Tt_]" + _TIME + ")?", re.ASCII)
_ISO_TIME = re.compile(_TIME, re.ASCII)
_NUMERIC = re.compile(r"(\d{1,4})([/.-])(\d{1,2})\2(\d{1,4})", re.ASCII)
_SHORT = re.compile(r"\d{1,2}/\d{1,2}/\d{2}|\d{2}\.\d{2}\.\d{2}", re.ASCII)  # 3/9/26, 09.03.26
_NAMED = re.compile(r"(\d{1,2})-([a-zäöü]{3,9})-(\d{4}|\d{2})")  # 9-Mar-2026
_NAMED_FIRST = re.compile(r"([a-zäöü]{3,9})-(\d{1,2})-(\d{4})")  # Mar-09-2026
_MONTH = re.compile(r"(?:(\d{4})-(\d{2})|(\d{1,2})/(\d{4}))", re.ASCII)  # 2026-03, 03/2026
_DAY = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?", re.I | re.ASCII)
_CENTURY = 2000
_MOST_APART = 2  # characters between a weekday and its date
_DAYS = frozenset({Kind.DATE, Kind.DATETIME})
_YEAR = re.compile(r"[12]\d{3}", re.ASCII)


def date_token(year: int | None, month: int, day: int) -> str:
    """The canonical token of a date, with or without its year."""
    return f"d{year:04d}-{month:02d}-{day:02d}" if year else f"d--{month:02d}-{day:02d}"


def month_token(year: int, month: int) -> str:
    """The canonical token of a whole month."""
    return f"d{year:04d}-{month:02d}"


def read_date(chunks: Sequence[Chunk], at: int, language: Language) -> tuple[Typed, int] | None:
    """The date or time that starts at this chunk, and how many chunks it takes."""
    chunk = chunks[at]
    if chunk.text[0].isalpha():
        if chunk.low not in language.openers:
            named = _NAMED_FIRST.fullmatch(chunk.low)
            return (found, 1) if named and (found := _compact(chunk, language)) else None
        return (
            _behind_weekday(chunks, at, language)
            or _month_first(chunks, at, language)
            or _day_first(chunks, at, language)
            or read_relative(chunks, at, language)
            or read_time(chunks, at, language)
        )
    if not chunk.text[0].isdigit() or len(chunk.text) > 40:
        return None
    iso = _ISO.fullmatch(chunk.text)
    if iso:
        return _iso(iso, chunks, at)
    numeric = _NUMERIC.fullmatch(chunk.text)
    date = _numeric(numeric, chunk) if numeric else _compact(chunk, language)
    if date is not None:
        return date, 1
    return (
        read_time(chunks, at, language)
        or _day_first(chunks, at, language)
        or read_relative(chunks, at, language)
    )


def is_ordinal(text: str) -> bool:
    """Whether a chunk is a count of days, places or floors: "4th"."""
    return not text.isdigit() and _DAY.fullmatch(text) is not None


def _iso(match: re.Match[str], chunks: Sequence[Chunk], at: int) -> tuple[Typed, int] | None:
    chunk = chunks[at]
    year, month, day = int(match[1]), int(match[2]), int(match[3])
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    following = chunks[at + 1] if at + 1 < len(chunks) else None
    width, end, clock = 1, chunk.end, match.groups()[3:]
    if match[4] is None and following is not None and following.start == chunk.end + 1:
        apart = _ISO_TIME.fullmatch(following.text)  # "2026-12-04 18:15:00", as str() writes it
        if apart:
            width, end, clock = 2, following.end, apart.groups()
    if clock[0] is not None and int(clock[0]) < 25 and int(clock[1]) < 60:
        time = (int(clock[0]) % 24, int(clock[1]), int(clock[2] or 0))
        if any(time):
            return _moment((year, month, day), time, clock[3], chunk.start, end), width
    return _date(year, month, day, chunk.start, end), width


def _moment(
    day: tuple[int, int, int],
    time: tuple[int, int, int],
    zone: str | None,
    start: int,
    end: int,
) -> Typed:
    """A date-time. Its readings begin with the time of day and the date, as written."""
    local = date_token(*day) + time_token(*time)
    readings = [time_token(*time), date_token(*day), date_token(None, *day[1:])]
    token = local
    if zone:
        token = _in_utc(day, time, zone) or local + zone
        readings.append(local)
    return Typed(Kind.DATETIME, token, start, end, tuple(readings))


def _in_utc(day: tuple[int, int, int], time: tuple[int, int, int], zone: str) -> str | None:
    sign = 0 if zone in "Zz" else -1 if zone[0] == "-" else 1
    digits = zone[1:].replace(":", "")
    offset = sign * (int(digits[:2]) * 60 + int(digits[2:])) if sign else 0
    try:
        moment = dt.datetime(*day, *time, tzinfo=dt.UTC) - dt.timedelta(minutes=offset)
    except (ValueError, OverflowError):  # the 31st of June
        return None
    date = date_token(moment.year, moment.month, moment.day)
    return f"{date}{time_token(moment.hour, moment.minute, moment.second)}Z"


def _numeric(match: re.Match[str], chunk: Chunk) -> Typed | None:
    first, second, third = int(match[1]), int(match[3]), int(match[4])
    if _YEAR.fullmatch(match[1]) and len(match[4]) <= 2:
        year, month, day = first, second, third
    elif _YEAR.fullmatch(match[4]) or _SHORT.fullmatch(chunk.text):
        year = third = third if third > 99 else _CENTURY + third
        month, day = (second, first) if first > 12 or match[2] == "." else (first, second)
    else:
        return None
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    date = _date(year, month, day, chunk.start, chunk.end)
    if year == third and month == first and day <= 12 and month != day and match[2] != ".":
        # Written the American way or the European: both readings are kept.
        other = (date_token(year, day, month), date_token(None, day, month))
        return date._replace(readings=(*date.readings, *other))
    return date


def _behind_weekday(
    chunks: Sequence[Chunk], at: int, language: Language
) -> tuple[Typed, int] | None:
    """``Monday, March 9, 2026``: the date alone says it all."""
    if chunks[at].low not in language.weekdays or at + 1 == len(chunks):
        return None
    if chunks[at + 1].start - chunks[at].end > _MOST_APART:
        return None
    found = read_date(chunks, at + 1, language)
    if found is None or found[0].kind not in _DAYS or is_relative(found[0]):
        return None
    return found[0]._replace(start=chunks[at].start), found[1] + 1


def _compact(chunk: Chunk, language: Language) -> Typed | None:
    """``9-Mar-2026``, ``Mar-09-2026``, and months: ``2026-03``, ``03/2026``."""
    first, named = _NAMED_FIRST.fullmatch(chunk.low), _NAMED.fullmatch(chunk.low)
    written = (first[1], first[2], first[3]) if first else named and (named[2], named[1], named[3])
    if written:
        month, day, year = language.months.get(written[0]), int(written[1]), int(written[2])
        if month is None or not 1 <= day <= 31:
            return None
        year = year if year > 99 else _CENTURY + year
        return _date(year, month, day, chunk.start, chunk.end)
    bare = _MONTH.fullmatch(chunk.text)
    if bare is None:
        return None
    year, month = int(bare[1] or bare[4]), int(bare[2] or bare[3])
    if not (1900 <= year < 2200 and 1 <= month <= 12):
        return None
    return Typed(Kind.DATE, month_token(year, month), chunk.start, chunk.end)


def _date(year: int | None, month: int, day: int, start: int, end: int) -> Typed:
    readings = (date_token(None, month, day), day_token(day)) if year else (day_token(day),)
    return Typed(Kind.DATE, date_token(year, month, day), start, end, readings)


def _day_first(chunks: Sequence[Chunk], at: int, language: Language) -> tuple[Typed, int] | None:
    """``4 December 2026``, ``4th of December``, ``fourth of December``."""
    day = _day(chunks[at], language)
    if day is None:
        return None
    month_at = at + 1
    if month_at < len(chunks) and chunks[month_at].low in language.of:
        month_at += 1
    month = language.months.get(_low(chunks, month_at))
    if month is None:
        return None
    year = _year(_low(chunks, month_at + 1))
    last = month_at + 1 if year else month_at
    return _date(year, month, day, chunks[at].start, chunks[last].end), last - at + 1


def _month_first(chunks: Sequence[Chunk], at: int, language: Language) -> tuple[Typed, int] | None:
    """``May 1``, ``December 4, 2026``, ``December the fourth``, ``May 2026``."""
    month, day_at = language.months.get(chunks[at].low), at + 1
    if month is None or day_at == len(chunks):
        return None
    whole = _year(chunks[day_at].low) if chunks[at].text[0].isupper() else None
    if whole:  # "March 2026"
        token = month_token(whole, month)
        return Typed(Kind.DATE, token, chunks[at].start, chunks[day_at].end), 2
    if chunks[day_at].low in language.fillers:
        day_at += 1
    day = _day(chunks[day_at], language) if day_at < len(chunks) else None
    if day is None or (chunks[day_at].text[0].isalpha() and not chunks[at].text[0].isupper()):
        return None  # "I may first ask"
    year = _year(_low(chunks, day_at + 1))
    last = day_at + 1 if year else day_at
    return _date(year, month, day, chunks[at].start, chunks[last].end), last - at + 1


def _low(chunks: Sequence[Chunk], at: int) -> str:
    return chunks[at].low if at < len(chunks) else ""


def _day(chunk: Chunk, language: Language) -> int | None:
    if not chunk.text[0].isdigit():
        return language.ordinals.get(chunk.low)
    match = _DAY.fullmatch(chunk.text)
    if match is None:
        return None
    return int(match[1]) if 1 <= int(match[1]) <= 31 else None


def _year(text: str) -> int | None:
    return int(text) if _YEAR.fullmatch(text) else None
