"""Chunks of text go in, times of day come out, in digits or in words.

``6:15 pm``, ``quarter past six in the evening`` and ``18:15`` are one token. A time that does not
say its half of the day is read as it stands, and says the other half besides.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from intact.fingerprint.chunks import Chunk, Typed
from intact.fingerprint.languages import Language
from intact.fingerprint.numerals import follows, read_numeral
from intact.model.facts import Kind

_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(?:([ap]m)|h)?", re.I | re.ASCII)
_DOTTED = re.compile(r"(\d{1,2})\.(\d{2})()([ap]m)?", re.I | re.ASCII)  # 6.15 pm, 18.15 Uhr
_HOUR = re.compile(r"(\d{1,2})([ap]m)?", re.I | re.ASCII)
_MOST_GLUE = 2  # words between a time and the part of the day: "in the"


def time_token(hour: int, minute: int, second: int = 0) -> str:
    """The canonical token of a time of day."""
    return f"t{hour:02d}:{minute:02d}" + (f":{second:02d}" if second else "")


def read_time(chunks: Sequence[Chunk], at: int, language: Language) -> tuple[Typed, int] | None:
    """The time of day that starts at this chunk, and how many chunks it takes."""
    chunk = chunks[at]
    if chunk.text[0].isdigit():
        return (
            _in_digits(chunks, at, language)
            or _minutes_first(chunks, at, language)
            or _hour_first(chunks, at, language)
        )
    word = chunk.low
    if word in language.clock:
        return _time(chunks, at, 1, language.clock[word], 0, 0, language)
    if word in language.parts:
        return _part_first(chunks, at, language)
    return _by_fraction(chunks, at, language) or _hour_first(chunks, at, language)


def _in_digits(chunks: Sequence[Chunk], at: int, language: Language) -> tuple[Typed, int] | None:
    """``18:15``, ``6:15 pm``, ``6:15 in the evening``, ``18:15 Uhr``, ``6.15 pm``."""
    text = chunks[at].text
    dotted = _DOTTED.fullmatch(text)
    clock = dotted or _CLOCK.fullmatch(text)
    if clock is None or int(clock[1]) > 24 or int(clock[2]) > 59:
        return None
    hour, minute, second = int(clock[1]), int(clock[2]), int(clock[3] or 0)
    begins: int | None
    if clock[4]:
        begins, more = language.meridiem[clock[4].lower()], 0
    else:
        named = _oclock(chunks, at + 1, language)
        begins, more = _half(chunks, at + 1 + named, language)
        more += named
        if dotted and not more:
            return None  # "6.15" alone is a number
        if begins is None and clock[1][0] == "0":
            begins = 0  # nobody writes 06:15 who does not count to 24
    return _time(chunks, at, 1 + more, hour, minute, second, language, begins)


def _hour_first(chunks: Sequence[Chunk], at: int, language: Language) -> tuple[Typed, int] | None:
    """``6pm``, ``6 o'clock``, ``five in the afternoon``, ``six thirty pm``, ``18 Uhr 15``."""
    hour, width = _hour(chunks, at, language)
    if hour is None:
        return None
    attached = _HOUR.fullmatch(chunks[at].text)
    if attached and attached[2]:
        half = language.meridiem[attached[2].lower()]
        return _time(chunks, at, 1, hour, 0, 0, language, half) if 0 < hour < 13 else None
    end, minute = at + width, 0
    if end == len(chunks) or chunks[end].low not in language.after_hour:
        return None  # most numbers by far
    full = _oclock(chunks, end, language)
    end += full
    after, more = _minute(chunks, end, full, language)
    begins, tail = _half(chunks, end + more, language, told=bool(full or more))
    if more and (full or begins is not None):
        minute, end = after, end + more
    else:
        begins, tail = _half(chunks, end, language, told=bool(full))
    if begins is None and not full:
        return None
    if begins is not None and not 0 < hour < 13 and not full:
        return None
    return _time(chunks, at, end + tail - at, hour, minute, 0, language, begins)


def _minutes_first(
    chunks: Sequence[Chunk], at: int, language: Language
) -> tuple[Typed, int] | None:
    """``20 minutes to six in the evening``; without its minutes it may be a range."""
    text = chunks[at].text
    if not (len(text) < 3 and text.isascii() and text.isdigit() and 0 < int(text) < 60):
        return None
    if at + 2 >= len(chunks) or language.units.get(chunks[at + 1].low) != 60:
        return None
    step = language.steps.get(chunks[at + 2].low)
    return (
        None if step is None else _from_hour(step * int(text), False, chunks, at, at + 3, language)
    )


def _by_fraction(chunks: Sequence[Chunk], at: int, language: Language) -> tuple[Typed, int] | None:
    """``quarter past 6``, ``half past three``, ``ten minutes to six pm``, ``halb vier``."""
    word, end, sure = chunks[at].low, at + 1, True
    minutes = language.fractions.get(word)
    direct = language.before_hour.get(word)
    if minutes is None and direct is None:
        numeral = read_numeral(chunks, at, language)
        if numeral is None or not 0 < numeral[0] < 30:
            return None
        minutes, end, sure = numeral[0], at + numeral[1], False
    if end < len(chunks) and language.units.get(chunks[end].low) == 60:
        end += 1
    step = language.steps.get(chunks[end].low) if end < len(chunks) else None
    if step is not None and minutes is not None:
        minutes, end = step * minutes, end + 1
        half = language.before_hour.get(chunks[end].low) if end < len(chunks) else None
        if half is not None and half < 0:  # "fünf vor halb sechs"
            minutes, end, sure = minutes + half, end + 1, True
    elif direct is not None:
        minutes, sure = direct, word not in language.fractions
    else:
        return None
    return _from_hour(minutes, sure, chunks, at, end, language)


def _from_hour(
    minutes: int,
    sure: bool,
    chunks: Sequence[Chunk],
    at: int,
    end: int,
    language: Language,
) -> tuple[Typed, int] | None:
    """So many minutes from the hour that stands at `end`.

    Args:
        minutes: Negative before the hour.
        sure: Whether it is a time even if nothing says so behind the hour.
        chunks: Of the text.
        at: Where the time starts.
        end: Where its hour stands.
        language: The words.
    """
    hour, width = _hour(chunks, end, language)
    if hour is None or not follows(chunks[end - 1], chunks[end]):
        return None
    end += width
    full = _oclock(chunks, end, language)
    end += full
    begins, tail = _half(chunks, end, language, told=True)
    if not (sure or full or begins is not None):
        return None  # "five to seven" is a range as well
    moment = (hour * 60 + minutes) % 1440
    if begins is not None and hour < 13:
        moment = _resolved(moment // 60, begins) * 60 + moment % 60
    found = _time(chunks, at, end + tail - at, moment // 60, moment % 60, 0, language)
    return found if begins is None else (found[0]._replace(readings=()), found[1])


def _part_first(chunks: Sequence[Chunk], at: int, language: Language) -> tuple[Typed, int] | None:
    """``evening 6:15``, ``morning 9``."""
    if at + 1 == len(chunks) or not follows(chunks[at], chunks[at + 1]):
        return None
    begins, following = language.parts[chunks[at].low], chunks[at + 1]
    clock = _CLOCK.fullmatch(following.text)
    if clock and not clock[4] and 0 < int(clock[1]) < 13 and int(clock[2]) < 60:
        return _time(chunks, at, 2, int(clock[1]), int(clock[2]), 0, language, begins)
    hour, width = _hour(chunks, at + 1, language)
    if hour is None or not 0 < hour < 13 or _HOUR.fullmatch(following.text) is None:
        return None
    after = at + 1 + width
    if (
        after < len(chunks)
        and follows(chunks[after - 1], chunks[after])
        and chunks[after].low not in language.stop
    ):
        return None  # "in the evening 2 people came"
    return _time(chunks, at, 1 + width, hour, 0, 0, language, begins)


def _hour(chunks: Sequence[Chunk], at: int, language: Language) -> tuple[int | None, int]:
    """An hour in digits or in words, and how many chunks it takes."""
    if at >= len(chunks):
        return None, 0
    digits = _HOUR.fullmatch(chunks[at].text)
    if digits:
        return (int(digits[1]), 1) if int(digits[1]) < 25 else (None, 0)
    value = language.numbers.get(chunks[at].low)
    return (value, 1) if value is not None and 0 < value < 25 else (None, 0)


def _oclock(chunks: Sequence[Chunk], at: int, language: Language) -> int:
    """How many chunks say that the hour is full: "uhr", and "o'clock", which is two."""
    if at < len(chunks) and chunks[at].low in language.oclock:
        return 1
    two = [chunk.low for chunk in chunks[at : at + 2]]
    return 2 if len(two) == 2 and " ".join(two) in language.oclock else 0


def _minute(chunks: Sequence[Chunk], at: int, full: int, language: Language) -> tuple[int, int]:
    """Minutes behind an hour, and how many chunks they take: none, mostly."""
    if at >= len(chunks) or not follows(chunks[at - 1], chunks[at]):
        return 0, 0
    text = chunks[at].text
    if full and len(text) == 2 and text.isdigit() and text.isascii() and int(text) < 60:
        return int(text), 1
    numeral = read_numeral(chunks, at, language)
    return numeral if numeral is not None and 0 < numeral[0] < 60 else (0, 0)


def _half(
    chunks: Sequence[Chunk], at: int, language: Language, told: bool = True
) -> tuple[int | None, int]:
    """The first hour of the half day that these chunks name, and how many they are.

    Unless it is told already that a time goes before, a part of the day needs its "in the":
    "2 morning flights" are no time.
    """
    for width in range(1, _MOST_GLUE + 2):
        if at + width > len(chunks) or not follows(chunks[at + width - 2], chunks[at + width - 1]):
            # The dots of "p.m." are no part of a chunk, so what follows a time is one sign away.
            return None, 0
        word = chunks[at + width - 1].low
        if width == 1 and word in language.meridiem:
            return language.meridiem[word], 1
        if word in language.parts and (told or width > 1):
            return language.parts[word], width
        if word not in language.stop:
            return None, 0
    return None, 0


def _resolved(hour: int, begins: int) -> int:
    """The hour of the day, of the twelve hours that begin at `begins`.

    >>> _resolved(6, 12), _resolved(12, 0), _resolved(2, 18), _resolved(12, 13)
    (18, 0, 2, 0)
    """
    return (hour % 12 + 12 * -(-(begins - hour % 12) // 12)) % 24


def _time(
    chunks: Sequence[Chunk],
    at: int,
    width: int,
    hour: int,
    minute: int,
    second: int,
    language: Language,
    begins: int | None = None,
) -> tuple[Typed, int]:
    named = chunks[at].low in language.clock
    readings: tuple[str, ...] = ()
    if begins is not None and hour < 13:
        hour = _resolved(hour, begins)
    elif 0 < hour < 13 and not named:
        readings = (time_token((hour + 12) % 24, minute, second),)
    token = time_token(hour % 24, minute, second)
    end = chunks[at + width - 1].end
    return Typed(Kind.TIME, token, chunks[at].start, end, readings), width
