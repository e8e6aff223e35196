"""Chunks of text go in, numbers, amounts, shares, measures and durations come out.

``$1,299.00`` and ``1299 dollars`` are one token, and ``1.299,00 €`` is another. Each says its
plain number besides, by which it meets the ``1299`` of a state that names no currency.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from intact.fingerprint.chunks import Chunk, Typed
from intact.fingerprint.counted import MONEY, count_token, counts_of, kind_of
from intact.fingerprint.languages import Language
from intact.fingerprint.numerals import follows, read_numeral
from intact.model.facts import Kind

# Digits of any script: Decimal reads them all.
_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][+-]?\d{1,3})?")
_COMMA = re.compile(r"[+-]?(?:\d{1,3}(?:\.\d{3})+|\d+),\d{1,2}", re.ASCII)  # 1.299,00
_ATTACHED = re.compile(  # US$5, EUR20, -$5, 5€, 20USD
    r"([+-]?)([a-z]{0,3})([$€£¥₹]?)([+-]?[\d.,]+)([$€£¥₹]?)([a-z]{0,3})", re.ASCII
)
_WITH_UNIT = re.compile(r"(\d+(?:\.\d+)?)-?([a-z]+)", re.ASCII)  # 2h, 14-day
_SPAN = re.compile(r"(\d{1,4})[-–](\d{1,4})-?([a-z]*)", re.ASCII)  # 5-7
_SYMBOLS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR"}
_DOLLARS = {"us": "USD", "ca": "CAD", "c": "CAD", "au": "AUD", "a": "AUD", "nz": "NZD"}
_MOST_DIGITS = 40  # a longer run of digits is an id, not a quantity
_LONGEST = 10**9  # of what is counted in units of time
_LEAST_TELLING = 100  # smaller whole numbers stand everywhere: they tell nothing alone


def number_token(value: int | float | Decimal) -> str:
    """The canonical token of a number: `5`, `5.0` and `5.00` share one.

    >>> number_token(129.90), number_token(Decimal("1E+3")), number_token(-0.0)
    ('n129.9', 'n1000', 'n0')
    """
    if isinstance(value, int):
        # str() of a huge int is quadratic and refused beyond some 4,300 digits.
        return f"n{int(value)}" if value.bit_length() <= 4096 else f"n{int(value):x}"
    number = Decimal(repr(float(value))) if isinstance(value, float) else value
    if number == 0:
        return "n0"
    if abs(number.adjusted()) > 60:  # not written out; and no arithmetic, which may overflow
        sign, digits, exponent = number.as_tuple()
        plain = "".join(map(str, digits))
        bare = plain.rstrip("0")
        assert isinstance(exponent, int)
        return f"n{'-' if sign else ''}{bare}e{exponent + len(plain) - len(bare)}"
    plain = f"{number:f}"
    return "n" + (plain.rstrip("0").rstrip(".") if "." in plain else plain)


def is_telling(value: int | float | Decimal) -> bool:
    """Whether a number means something without its key.

    >>> is_telling(12), is_telling(12.5), is_telling(1200)
    (False, True, True)
    """
    return not (-_LEAST_TELLING < value < _LEAST_TELLING and value == int(value))


def read_prefixed(chunks: Sequence[Chunk], at: int, language: Language) -> tuple[Typed, int] | None:
    """An amount behind its currency: ``$ 5``, ``EUR 5``."""
    word = chunks[at].low
    currency = _currency(word, language)
    if currency and len(word) in (1, 3) and at + 1 < len(chunks):
        amount = _decimal(chunks[at + 1].text)
        if amount is not None:
            return _amount(amount, currency, chunks, at, 2)
    return None


def read_quantity(chunks: Sequence[Chunk], at: int, language: Language) -> tuple[Typed, int] | None:
    """The quantity that starts at this chunk, and how many chunks it takes."""
    chunk = chunks[at]
    if len(chunk.text) > _MOST_DIGITS:
        return None
    number, width = _leading(chunks, at, language)
    if number is None:
        return _with_comma(chunks, at, language) or _attached(chunks, at, language)
    following = chunks[at + width] if at + width < len(chunks) else None
    if following is not None and following.start - chunks[at + width - 1].end <= 1:
        found = _with_word(number, following.low, chunks, at, width + 1, language)
        found = found or _range(number, chunks, at, width, language)
        if found is not None:
            return found
    digits = chunk.text.lstrip("+-")
    if digits.isdigit() and (len(digits) > 9 or (digits[0] == "0" and len(digits) > 2)):
        return None  # an id
    token, telling = number_token(number), is_telling(number)
    readings = () if telling else counts_of(token, chunks, at, at + width, language)
    start, end = chunk.start, chunks[at + width - 1].end
    return Typed(Kind.NUMBER, token, start, end, readings, telling), width


def _leading(chunks: Sequence[Chunk], at: int, language: Language) -> tuple[Decimal | None, int]:
    """The number that starts here, in digits, in words, or both: ``1.5 million``."""
    text = chunks[at].text
    number = _number(text)
    if number is None:
        numeral = read_numeral(chunks, at, language) if text[0].isalpha() else None
        return (None, 0) if numeral is None else (Decimal(numeral[0]), numeral[1])
    scale = language.scales.get(chunks[at + 1].low) if at + 1 < len(chunks) else None
    if scale is not None and follows(chunks[at], chunks[at + 1]) and abs(number) < _LONGEST:
        return number * scale, 2
    return number, 1


def _with_word(
    number: Decimal,
    word: str,
    chunks: Sequence[Chunk],
    at: int,
    width: int,
    language: Language,
) -> tuple[Typed, int] | None:
    """A number with the word behind it: ``20 euros``, ``5 percent``, ``2 hours``, ``500 mg``."""
    currency = _currency(word, language)
    if currency:
        return _amount(number, currency, chunks, at, width)
    if word in language.percent:
        return _found(Kind.PERCENT, f"%{number_token(number)}", chunks, at, width)
    return _of_unit(number, word, chunks, at, width, language)


def _with_comma(chunks: Sequence[Chunk], at: int, language: Language) -> tuple[Typed, int] | None:
    """``1.299,00 €``, ``2,5 Stunden``: beside a unit a comma is no list of two."""
    number = _decimal(chunks[at].text)
    if number is None or at + 1 == len(chunks):
        return None
    return _with_word(number, chunks[at + 1].low, chunks, at, 2, language)


def _range(
    low: Decimal, chunks: Sequence[Chunk], at: int, width: int, language: Language
) -> tuple[Typed, int] | None:
    """``5 to 7 days``."""
    middle = at + width
    if chunks[middle].low not in language.ranges or middle + 2 >= len(chunks):
        return None
    high, more = _leading(chunks, middle + 1, language)
    if high is None or middle + 1 + more >= len(chunks):
        return None
    unit = chunks[middle + 1 + more].low
    return _span(low, high, unit, chunks, at, width + more + 2, language)


def _span(
    low: Decimal,
    high: Decimal,
    unit: str,
    chunks: Sequence[Chunk],
    at: int,
    width: int,
    language: Language,
) -> tuple[Typed, int] | None:
    ends = _duration(low, unit, language), _duration(high, unit, language)
    if None in ends or low >= high:
        return None
    return _found(Kind.DURATION, "-".join(filter(None, ends)), chunks, at, width)


def _attached(chunks: Sequence[Chunk], at: int, language: Language) -> tuple[Typed, int] | None:
    """One chunk with its unit: ``$1,299.00``, ``EUR20``, ``5%``, ``2h``, ``14-day``, ``500mg``."""
    text = chunks[at].low
    if text[-1] == "%":
        share = _decimal(text[:-1])
        token = None if share is None else f"%{number_token(share)}"
        return _found(Kind.PERCENT, token, chunks, at, 1) if token else None
    amount = _ATTACHED.fullmatch(text)
    if amount:
        sign, code, symbol, digits, after, code_after = amount.groups()
        number = _decimal(sign + digits)
        currency = _signs(code, symbol, after, code_after, language)
        if number is not None and currency:
            return _amount(number, currency, chunks, at, 1)
        if number is not None and "." in digits and text.endswith(digits) and not (code or symbol):
            return _found(Kind.NUMBER, number_token(number), chunks, at, 1)  # "1.299,00"
    span = _SPAN.fullmatch(text)
    if span:
        unit, width = (span[3], 1) if span[3] else _next(chunks, at)
        return _span(Decimal(span[1]), Decimal(span[2]), unit, chunks, at, width, language)
    unit_of = _WITH_UNIT.fullmatch(text)
    if unit_of:
        number, word = Decimal(unit_of[1]), unit_of[2]
    else:
        left, dash, word = text.partition("-")
        if not dash or left not in language.numbers:
            return None
        number = Decimal(language.numbers[left])
    return _of_unit(number, word, chunks, at, 1, language) or _count(
        number, word, chunks, at, language
    )


def _next(chunks: Sequence[Chunk], at: int) -> tuple[str, int]:
    return (chunks[at + 1].low, 2) if at + 1 < len(chunks) else ("", 1)


def _signs(code: str, symbol: str, after: str, code_after: str, language: Language) -> str:
    """The currency that stands around a number in one chunk; "" for none, or for no currency."""
    if code and symbol == "$" and code in _DOLLARS:
        return "" if code_after else _DOLLARS[code]
    named = [_currency(each, language) for each in (code, symbol, after, code_after) if each]
    return named[0] if named and all(named) else ""


def _currency(word: str, language: Language) -> str:
    return _SYMBOLS.get(word) or language.currencies.get(word, "")


def _amount(
    number: Decimal, currency: str, chunks: Sequence[Chunk], at: int, width: int
) -> tuple[Typed, int]:
    plain = number_token(number)
    found, _ = _found(Kind.AMOUNT, f"a{currency}{plain}", chunks, at, width)
    readings = () if is_telling(number) else (count_token(MONEY, plain),)
    return found._replace(plain=plain, readings=readings), width


def _of_unit(
    number: Decimal,
    unit: str,
    chunks: Sequence[Chunk],
    at: int,
    width: int,
    language: Language,
) -> tuple[Typed, int] | None:
    """A duration, or a measure such as a weight."""
    duration = _duration(number, unit, language)
    if duration is not None:
        found, _ = _found(Kind.DURATION, duration, chunks, at, width)
        token = number_token(number)
        # "one day" and "a second" are said of anything.
        telling = number != 1 or chunks[at].text[0].isdigit()
        readings = counts_of(token, chunks, at, at + width - 1, language) if width > 1 else ()
        return found._replace(readings=readings, telling=telling), width
    measure = language.measures.get(unit)
    if measure is None or abs(number) >= _LONGEST:
        return None
    factor, _, base = measure.partition(" ")
    token = f"q{number_token(number * Decimal(factor))}{base}"
    found, _ = _found(Kind.NUMBER, token, chunks, at, width)
    return found._replace(plain=number_token(number)), width


def _count(
    number: Decimal, noun: str, chunks: Sequence[Chunk], at: int, language: Language
) -> tuple[Typed, int] | None:
    """``4-star``, ``two-bedroom``."""
    if is_telling(number) or "-" not in chunks[at].text or len(noun) < 3 or not noun.isalpha():
        return None
    token = number_token(number)
    reading = count_token(kind_of(noun, language), token)
    found, width = _found(Kind.NUMBER, token, chunks, at, 1)
    return found._replace(readings=(reading,), telling=False), width


def _duration(number: Decimal, unit: str, language: Language) -> str | None:
    if abs(number) >= _LONGEST:
        return None
    if unit in language.units:
        return f"s{number_token(number * language.units[unit])}"
    if unit in language.calendar_units:  # months differ in seconds
        return f"m{number_token(number * language.calendar_units[unit])}"
    return None


def _found(
    kind: Kind, token: str, chunks: Sequence[Chunk], at: int, width: int
) -> tuple[Typed, int]:
    return Typed(kind, token, chunks[at].start, chunks[at + width - 1].end), width


def _number(text: str) -> Decimal | None:
    if len(text) > _MOST_DIGITS or not _NUMBER.fullmatch(text):
        return None
    return Decimal(text.replace(",", ""))


def _decimal(text: str) -> Decimal | None:
    """A number, also with a decimal comma: beside a unit that is never a list of two."""
    if len(text) <= _MOST_DIGITS and _COMMA.fullmatch(text):
        return Decimal(text.replace(".", "").replace(",", "."))
    return _number(text)
