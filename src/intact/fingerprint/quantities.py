"""Chunks of text go in, numbers and what they are numbers of come out.

A number with a word behind it is an amount, a share, a measure or a length of time; alone it is a
number, and a small one says what it counts. Left to others: reading the number itself
(`numbers`), money (`money`), time (`durations`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from intact.fingerprint import durations, money
from intact.fingerprint.chunks import Chunk, Typed
from intact.fingerprint.counted import count_token, counts_of, kind_of
from intact.fingerprint.languages import Language
from intact.fingerprint.numbers import (
    decimal_number,
    is_telling,
    number_token,
    read_number,
)
from intact.model.facts import Kind

_MEASURED = re.compile(r"(\d+(?:\.\d+)?)-?(°?[a-z]+)", re.ASCII)  # 500mg, 500-mg, 20°C
_THOUSANDS = re.compile(
    r"[1-9]\d{0,2}\.\d{3}", re.ASCII
)  # 1.200: a number to some, 1,200 to others
_MOST_DIGITS = 40  # a longer run of digits is an id, not a quantity
_LONGEST = 10**9  # of what is measured


def read_quantity(chunks: Sequence[Chunk], at: int, language: Language) -> tuple[Typed, int] | None:
    """The quantity that starts at this chunk, and how many chunks it takes."""
    chunk = chunks[at]
    if len(chunk.text) > _MOST_DIGITS:
        return None
    number, width = read_number(chunks, at, language)
    if number is None:
        return _with_comma(chunks, at, language) or _attached(chunks, at, language)
    following = chunks[at + width] if at + width < len(chunks) else None
    # "2 Mio. Euro": the dot of a scale is no part of its chunk.
    if following is not None and following.start - chunks[at + width - 1].end <= width:
        found = money.read_grouped(chunks, at, language)
        found = found or _with_word(number, chunks, at, width, language)
        found = found or durations.read_range(number, chunks, at, width, language)
        if found is not None:
            return found
    digits = chunk.text.lstrip("+-")
    if digits.isdigit() and (len(digits) > 9 or (digits[0] == "0" and len(digits) > 2)):
        return None  # an id
    token, telling = number_token(number), is_telling(number)
    if _THOUSANDS.fullmatch(chunk.text):
        readings: tuple[str, ...] = (number_token(Decimal(chunk.text.replace(".", ""))),)
    else:
        readings = () if telling else counts_of(token, chunks, at, at + width, language)
    start, end = chunk.start, chunks[at + width - 1].end
    return Typed(Kind.NUMBER, token, start, end, readings, telling), width


def _with_word(
    number: Decimal, chunks: Sequence[Chunk], at: int, width: int, language: Language
) -> tuple[Typed, int] | None:
    """A number with the word behind it: ``20 euros``, ``5 percent``, ``2 hours``, ``500 mg``."""
    word = chunks[at + width].low
    currency, more = money.currency_at(chunks, at + width, language)
    if currency:
        return money.with_cents(number, currency, chunks, at, width + more, language)
    two = f"{word} {chunks[at + width + 1].low}" if at + width + 1 < len(chunks) else ""
    if word in language.percent or two in language.percent:
        more = 1 if word in language.percent else 2
        return _found(Kind.PERCENT, f"%{number_token(number)}", chunks, at, width + more)
    return (
        money.read_cents(number, chunks, at, width, language)
        or durations.read_units(number, chunks, at, width, language)
        or _measure(number, word, chunks, at, width + 1, language)
        or (_measure(number, two, chunks, at, width + 2, language) if two else None)
    )


def _with_comma(chunks: Sequence[Chunk], at: int, language: Language) -> tuple[Typed, int] | None:
    """``1.299,00 €``, ``2,5 Stunden``, ``0,5``: a number with a decimal comma."""
    number = decimal_number(chunks[at].text)
    if number is None:
        return None
    found = _with_word(number, chunks, at, 1, language) if at + 1 < len(chunks) else None
    if found is None:
        alone, width = _found(Kind.NUMBER, number_token(number), chunks, at, 1)
        found = alone._replace(telling=False), width  # in a text it may be a list of two
    return found


def _attached(chunks: Sequence[Chunk], at: int, language: Language) -> tuple[Typed, int] | None:
    """One chunk with its unit: ``$1,299.00``, ``EUR20``, ``5%``, ``2h``, ``14-day``, ``500mg``."""
    text = chunks[at].low
    if text[-1] == "%":
        share = decimal_number(text[:-1])
        token = None if share is None else f"%{number_token(share)}"
        return _found(Kind.PERCENT, token, chunks, at, 1) if token else None
    found = money.read_attached(chunks, at, language)
    found = found or durations.read_attached(chunks, at, language)
    if found is not None:
        return found
    measured = _MEASURED.fullmatch(text)
    if measured:
        number, word = Decimal(measured[1]), measured[2]
    else:
        left, dash, word = text.partition("-")
        if not dash or left not in language.numbers:
            return None
        number = Decimal(language.numbers[left])
    found = _measure(number, word, chunks, at, 1, language)
    return found or _count(number, word, chunks, at, language)


def _measure(
    number: Decimal,
    unit: str,
    chunks: Sequence[Chunk],
    at: int,
    width: int,
    language: Language,
) -> tuple[Typed, int] | None:
    """A measure such as a weight."""
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


def _found(
    kind: Kind, token: str, chunks: Sequence[Chunk], at: int, width: int
) -> tuple[Typed, int]:
    return Typed(kind, token, chunks[at].start, chunks[at + width - 1].end), width
