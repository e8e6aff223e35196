"""Text goes in, the typed values in it come out as canonical tokens.

``6:15 pm`` and ``18:15`` are one token, as are ``$1,299.00`` and ``1299``: neither words nor
embeddings can tell 6:15 from 6:30, typed tokens can. The text is cut into chunks once, and each
chunk looks at no more than three neighbours, so time is linear in the text whatever it says.

Left to others: what a token is hashed to, and where it stood.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from intact.fingerprint.languages import ENGLISH, Language
from intact.model.facts import Kind

_CHUNK = re.compile(
    r"""https?://[^\s"'<>\\]+
      | [^\s"'<>(){}\[\]\\;|=,:]+ (?: (?: (?<=\d)[,:](?=\d) | :(?=//) ) [^\s"'<>(){}\[\]\\;|=,:]+ )*
    """,
    re.VERBOSE,
)
_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:[,\u00a0']\d{3})+|\d+)(?:\.\d+)?(?:[eE][+-]?\d{1,3})?")
_ISO_DATE = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})"
    r"(?:[Tt_](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?([Zz]|[+-]\d{2}:?\d{2})?)?"
)
_NUMERIC_DATE = re.compile(r"(\d{1,4})[/.](\d{1,2})[/.](\d{1,4})")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?([ap]m)?", re.IGNORECASE)
_HOUR = re.compile(r"(\d{1,2})([ap]m)", re.IGNORECASE)
_ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th)", re.IGNORECASE)
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+")
_SYMBOLS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR"}
_PUNCTUATION = ".!?…“”‘’`*_~«»"
_LONGEST_VALUE = 512
_MOST_DIGITS = 40  # a longer run of digits is an id, not a quantity
_LEAST_TELLING = 100  # smaller whole numbers stand everywhere: they tell nothing alone


class Typed(NamedTuple):
    """A typed value found in a text. `aliases` are coarser or other readings of it."""

    kind: Kind
    token: str
    start: int
    end: int
    aliases: tuple[str, ...] = ()
    telling: bool = True  # whether it means something without its key


class _Chunk(NamedTuple):
    text: str
    low: str
    start: int
    end: int


def scan(text: str, language: Language = ENGLISH) -> list[Typed]:
    """Find the typed values of a text, in order, without overlaps.

    >>> [(found.kind.label, found.token) for found in scan("Pay $1,299.00 by 4 December 2026")]
    [('amount', 'n1299'), ('date', 'd2026-12-04')]
    """
    chunks = _chunks(text)
    found: list[Typed] = []
    at = 0
    while at < len(chunks):
        match, width = _read(chunks, at, text, language)
        if match is not None:
            found.append(match)
        at += width
    return found


def only_value(text: str, found: Sequence[Typed]) -> bool:
    """Whether a text is one typed value and nothing else.

    >>> text = "6:15 pm."
    >>> only_value(text, scan(text)), only_value("at 6:15 pm", scan("at 6:15 pm"))
    (True, False)
    """
    if len(found) != 1 or found[0].kind is Kind.NAME or len(text) > _LONGEST_VALUE:
        return False
    rest = text[: found[0].start] + text[found[0].end :]
    return not any(character.isalnum() for character in rest)


def number_token(value: int | float | Decimal) -> str:
    """The canonical token of a number: `5`, `5.0` and `5.00` share one.

    >>> number_token(129.90), number_token(Decimal("1E+3")), number_token(-0.0)
    ('n129.9', 'n1000', 'n0')
    """
    if isinstance(value, int):
        # str() of a huge int is quadratic and refused beyond some 4,300 digits.
        return f"n{value}" if value.bit_length() <= 4096 else f"n{value:x}"
    number = Decimal(repr(value)) if isinstance(value, float) else value
    if not number.is_finite():
        return f"n{number!s}".lower()
    if number == 0:
        return "n0"
    if abs(number.adjusted()) > 60:
        return f"n{number.normalize()}"
    plain = f"{number:f}"
    return "n" + (plain.rstrip("0").rstrip(".") if "." in plain else plain)


def date_token(year: int | None, month: int, day: int) -> str:
    """The canonical token of a date, with or without its year."""
    return f"d{year:04d}-{month:02d}-{day:02d}" if year else f"d--{month:02d}-{day:02d}"


def time_token(hour: int, minute: int, second: int = 0) -> str:
    """The canonical token of a time of day."""
    return f"t{hour:02d}:{minute:02d}" + (f":{second:02d}" if second else "")


def _chunks(text: str) -> list[_Chunk]:
    chunks = []
    for match in _CHUNK.finditer(text):
        raw, start, end = match.group(), match.start(), match.end()
        left = raw.lstrip(_PUNCTUATION)
        start += len(raw) - len(left)
        kept = left.rstrip(_PUNCTUATION)
        end -= len(left) - len(kept)
        if kept:
            chunks.append(_Chunk(kept, kept.lower(), start, end))
    return chunks


def _read(
    chunks: Sequence[_Chunk], at: int, text: str, language: Language
) -> tuple[Typed | None, int]:
    """What starts at this chunk, and how many chunks it takes."""
    chunk = chunks[at]
    if chunk.text.isalpha():
        return _word(chunks, at, text, language)
    if "@" in chunk.text and _EMAIL.fullmatch(chunk.low):
        return Typed(Kind.EMAIL, "@" + chunk.low, chunk.start, chunk.end), 1
    if chunk.low.startswith(("http://", "https://", "www.")):
        return Typed(Kind.URL, "u" + _url(chunk.text), chunk.start, chunk.end), 1
    if any(character.isdigit() for character in chunk.text):
        return _digits(chunks, at, language)
    if chunk.text in _SYMBOLS and at + 1 < len(chunks):
        amount = _number(chunks[at + 1].text)
        if amount is not None:
            end = chunks[at + 1].end
            return Typed(Kind.AMOUNT, number_token(amount), chunk.start, end), 2
    return None, 1


def _word(
    chunks: Sequence[_Chunk], at: int, text: str, language: Language
) -> tuple[Typed | None, int]:
    chunk = chunks[at]
    if chunk.low in language.weekdays:
        token = f"dw{language.weekdays[chunk.low]}"
        return Typed(Kind.DATE, token, chunk.start, chunk.end), 1
    if chunk.low in language.months and at + 1 < len(chunks):  # "May 1", "December 4, 2026"
        day = _day(chunks[at + 1].text)
        if day is not None:
            year = _year(chunks[at + 2].text) if at + 2 < len(chunks) else None
            width = 3 if year else 2
            month = language.months[chunk.low]
            return _date(year, month, day, chunk.start, chunks[at + width - 1].end), width
    if chunk.low in language.currencies and at + 1 < len(chunks) and len(chunk.low) == 3:
        amount = _number(chunks[at + 1].text)
        if amount is not None:
            end = chunks[at + 1].end
            return Typed(Kind.AMOUNT, number_token(amount), chunk.start, end), 2
    if chunk.text[0].isupper():
        return _name(chunks, at, text, language)
    return None, 1


def _name(
    chunks: Sequence[_Chunk], at: int, text: str, language: Language
) -> tuple[Typed | None, int]:
    """Two or more capitalised words in a row, or one acronym."""
    stop = language.stop | language.common
    if chunks[at].low in stop or chunks[at].low in language.months:
        return None, 1
    last = at
    while (
        last + 1 < len(chunks)
        and last - at < 4
        and chunks[last + 1].text.isalpha()
        and chunks[last + 1].text[0].isupper()
        and chunks[last + 1].low not in stop
        and chunks[last + 1].low not in language.weekdays
        and text[chunks[last].end : chunks[last + 1].start] == " "
    ):
        last += 1
    start, end = chunks[at].start, chunks[last].end
    if last > at:
        words = " ".join(chunk.low for chunk in chunks[at : last + 1])
        return Typed(Kind.NAME, words, start, end), last - at + 1
    word = chunks[at].text
    if 2 <= len(word) <= 6 and word.isupper():
        return Typed(Kind.NAME, chunks[at].low, start, end), 1
    return None, 1


def _digits(chunks: Sequence[_Chunk], at: int, language: Language) -> tuple[Typed | None, int]:
    chunk = chunks[at]
    following = chunks[at + 1].low if at + 1 < len(chunks) else ""
    for found in _dates_and_times(chunk, following, chunks, at, language):
        return found
    amount = _amount(chunk)
    if amount is not None:
        return amount, 1
    number = _number(chunk.text)
    if number is None:
        return _identifier(chunk), 1
    if following in language.currencies:
        end = chunks[at + 1].end
        return Typed(Kind.AMOUNT, number_token(number), chunk.start, end), 2
    if following in language.percent:
        token = "%" + number_token(number)
        return Typed(Kind.PERCENT, token, chunk.start, chunks[at + 1].end), 2
    if following in language.units and abs(number) < 10**9:
        token = "s" + number_token(number * language.units[following])
        return Typed(Kind.DURATION, token, chunk.start, chunks[at + 1].end), 2
    return _plain_number(chunk, number), 1


def _dates_and_times(
    chunk: _Chunk, following: str, chunks: Sequence[_Chunk], at: int, language: Language
) -> Iterator[tuple[Typed, int]]:
    iso = _ISO_DATE.fullmatch(chunk.text)
    if iso and 1 <= int(iso[2]) <= 12 and 1 <= int(iso[3]) <= 31:
        yield _iso(iso, chunk), 1
    numeric = _NUMERIC_DATE.fullmatch(chunk.text)
    if numeric:
        date = _numeric_date(numeric, chunk)
        if date is not None:
            yield date, 1
    clock = _CLOCK.fullmatch(chunk.text)
    if clock and int(clock[1]) < 25 and int(clock[2]) < 60:
        half = clock[4] or (following if following in language.meridiem else "")
        hour = _hour(int(clock[1]), half, language)
        width = 2 if half and not clock[4] else 1
        end = chunks[at + width - 1].end
        token = time_token(hour, int(clock[2]), int(clock[3] or 0))
        yield Typed(Kind.TIME, token, chunk.start, end), width
    o_clock = _HOUR.fullmatch(chunk.text)
    if o_clock and int(o_clock[1]) < 13:
        token = time_token(_hour(int(o_clock[1]), o_clock[2], language), 0)
        yield Typed(Kind.TIME, token, chunk.start, chunk.end), 1
    day = _day(chunk.text)
    if day is None:
        return
    if following in language.meridiem and day < 13:
        token = time_token(_hour(day, following, language), 0)
        yield Typed(Kind.TIME, token, chunk.start, chunks[at + 1].end), 2
    month_at = at + 2 if following == "of" and at + 2 < len(chunks) else at + 1
    if month_at < len(chunks) and chunks[month_at].low in language.months:  # "4 December 2026"
        year = _year(chunks[month_at + 1].text) if month_at + 1 < len(chunks) else None
        last = month_at + 1 if year else month_at
        month = language.months[chunks[month_at].low]
        yield _date(year, month, day, chunk.start, chunks[last].end), last - at + 1


def _iso(match: re.Match[str], chunk: _Chunk) -> Typed:
    year, month, day = int(match[1]), int(match[2]), int(match[3])
    date = _date(year, month, day, chunk.start, chunk.end)
    if match[4] is None:
        return date
    zone = (match[7] or "").upper().replace(":", "")
    zone = "Z" if zone in {"+0000", "-0000"} else zone
    clock = time_token(int(match[4]), int(match[5]), int(match[6] or 0))
    aliases = (date.token, *date.aliases, clock)
    return Typed(Kind.DATETIME, date.token + clock + zone, chunk.start, chunk.end, aliases)


def _numeric_date(match: re.Match[str], chunk: _Chunk) -> Typed | None:
    first, second, third = int(match[1]), int(match[2]), int(match[3])
    if len(match[1]) == 4:
        year, month, day = first, second, third
    elif len(match[3]) == 4:
        year = third
        month, day = (second, first) if first > 12 else (first, second)
    else:
        return None
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    date = _date(year, month, day, chunk.start, chunk.end)
    if len(match[3]) == 4 and first <= 12 and second <= 12 and first != second:
        # Written the American way or the European: both readings are kept.
        return date._replace(aliases=(*date.aliases, date_token(year, day, month)))
    return date


def _date(year: int | None, month: int, day: int, start: int, end: int) -> Typed:
    aliases = (date_token(None, month, day),) if year else ()
    return Typed(Kind.DATE, date_token(year, month, day), start, end, aliases)


def _day(text: str) -> int | None:
    ordinal = _ORDINAL.fullmatch(text)
    digits = ordinal[1] if ordinal else text
    return (
        int(digits)
        if digits.isascii() and digits.isdigit() and 1 <= int(digits[:3]) <= 31
        else None
    )


def _year(text: str) -> int | None:
    return int(text) if len(text) == 4 and text.isascii() and text.isdigit() else None


def _hour(hour: int, half: str, language: Language) -> int:
    if not half:
        return hour % 24
    return hour % 12 + language.meridiem[half.lower()]


def _amount(chunk: _Chunk) -> Typed | None:
    text = chunk.text
    if text[-1] == "%":
        number = _number(text[:-1])
        if number is not None:
            return Typed(Kind.PERCENT, "%" + number_token(number), chunk.start, chunk.end)
    sign = text[0] if text[0] in "+-" else ""
    bare = text[len(sign) :]
    for symbol in _SYMBOLS:
        if bare.startswith(symbol) or bare.endswith(symbol):
            number = _number(sign + bare.strip(symbol))
            if number is not None:
                return Typed(Kind.AMOUNT, number_token(number), chunk.start, chunk.end)
    return None


def _number(text: str) -> Decimal | None:
    if len(text) > _MOST_DIGITS or not _NUMBER.fullmatch(text):
        return None
    try:
        return Decimal(text.replace(",", "").replace("'", "").replace("\u00a0", ""))
    except InvalidOperation:  # digits of another script
        return None


def _plain_number(chunk: _Chunk, number: Decimal) -> Typed:
    digits = chunk.text.lstrip("+-")
    if digits.isdigit() and (len(digits) > 9 or (digits[0] == "0" and len(digits) > 2)):
        kind = Kind.PHONE if chunk.text[0] == "+" else Kind.ID
        return Typed(kind, "i" + digits, chunk.start, chunk.end)
    whole_number = number == number.to_integral_value()
    telling = not (whole_number and abs(number) < _LEAST_TELLING)
    return Typed(Kind.NUMBER, number_token(number), chunk.start, chunk.end, (), telling)


def _identifier(chunk: _Chunk) -> Typed | None:
    """Letters and digits together, or digits in groups: an id, whatever it names."""
    body = chunk.text.strip("#-/&+")
    if not body or len(body) > 128:
        return None
    letters = any(character.isalpha() for character in body)
    digits = sum(character.isdigit() for character in body)
    if chunk.text[0] == "+" and not letters and digits >= 7:
        plain = "".join(character for character in body if character.isdigit())
        return Typed(Kind.PHONE, "i" + plain, chunk.start, chunk.end)
    if not letters and digits < 4:  # "5-7", "3/4": ranges and fractions
        return None
    if letters and digits < 2 and len(body) < 4:  # "v2", "5x"
        return None
    plain = "".join(character for character in body.lower() if character.isalnum())
    return Typed(Kind.ID, "i" + plain, chunk.start, chunk.end)


def _url(text: str) -> str:
    scheme, _, rest = text.partition("://")
    if not rest:
        rest = scheme
    host, slash, path = rest.partition("/")
    return (host.lower() + slash + path).rstrip("/.,;!?)")
