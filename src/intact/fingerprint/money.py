"""Chunks of text go in, amounts of money come out, with their currency.

``$1,299.00``, ``USD 1299``, ``1.299,00 €``, ``$1.5k``, ``2 million dollars``, ``49 euros and 90
cents``. An amount says its plain number besides, by which it meets the ``1299`` of a state that
names no currency.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from intact.fingerprint.chunks import Chunk, Typed
from intact.fingerprint.counted import MONEY, count_token
from intact.fingerprint.languages import Language
from intact.fingerprint.numbers import (
    SUFFIXES,
    decimal_number,
    is_telling,
    number_token,
    read_number,
)
from intact.fingerprint.numerals import follows
from intact.model.facts import Kind

_ATTACHED = re.compile(  # US$5, EUR20, -$5, 5€, 20USD, $1.5k
    r"([+-]?)([a-z]{0,3})([$€£¥₹₩₽₺]?)([+-]?[\d.,'’]+)([$€£¥₹₩₽₺]?)([a-z]{0,3})", re.ASCII
)
_GROUP = re.compile(r"\d{3}(?:[.,]\d{2})?", re.ASCII)
_SYMBOLS = {
    "$": "USD",
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
    "₹": "INR",
    "₩": "KRW",
    "₽": "RUB",
    "₺": "TRY",
}
_DOLLARS = {"us": "USD", "ca": "CAD", "c": "CAD", "au": "AUD", "a": "AUD", "nz": "NZD"}
_MOST_GROUPS = 4


def currency_at(chunks: Sequence[Chunk], at: int, language: Language) -> tuple[str, int]:
    """The currency that is named here, and in how many chunks: ``euros``, ``US dollars``."""
    if at >= len(chunks):
        return "", 0
    word = chunks[at].low
    if at + 1 < len(chunks) and follows(chunks[at], chunks[at + 1]):
        two = language.currencies.get(f"{word} {chunks[at + 1].low}")
        if two is not None:
            return two, 2
    named = _currency(word, language)
    return (named, 1) if named else ("", 0)


def read_prefixed(chunks: Sequence[Chunk], at: int, language: Language) -> tuple[Typed, int] | None:
    """An amount behind its currency: ``$ 5``, ``EUR 5``, ``USD 2 million``."""
    word = chunks[at].low
    currency = _currency(word, language)
    if not currency or len(word) not in (1, 3) or at + 1 == len(chunks):
        return None
    number, width = decimal_number(chunks[at + 1].text), 1
    if number is not None or chunks[at + 1].text[0].isdigit():
        scaled, more = read_number(chunks, at + 1, language)
        number, width = (scaled, more) if scaled is not None else (number, 1)
    return None if number is None else amount(number, currency, chunks, at, width + 1)


def read_attached(chunks: Sequence[Chunk], at: int, language: Language) -> tuple[Typed, int] | None:
    """An amount in one chunk with its currency, and the scale that may follow: ``$2 million``."""
    match = _ATTACHED.fullmatch(chunks[at].low)
    if match is None:
        return None
    sign, code, symbol, digits, after, tail = match.groups()
    factor, width = 1, 1
    if tail in SUFFIXES and (code or symbol) and not after:
        factor, tail = SUFFIXES[tail], ""
    number, currency = decimal_number(sign + digits), _signs(code, symbol, after, tail, language)
    if number is None or not currency:
        return None
    scale = language.scales.get(chunks[at + 1].low) if at + 1 < len(chunks) else None
    if scale is not None and follows(chunks[at], chunks[at + 1]):
        factor, width = factor * scale, 2
    return with_cents(number * factor, currency, chunks, at, width, language)


def read_grouped(chunks: Sequence[Chunk], at: int, language: Language) -> tuple[Typed, int] | None:
    """Groups of three with spaces between them, before a currency: ``1 299,00 €``."""
    text = chunks[at].text
    if not (text.isascii() and text.isdigit() and len(text) < 4):
        return None
    end = at + 1
    while (
        end < len(chunks)
        and end - at <= _MOST_GROUPS
        and _GROUP.fullmatch(chunks[end].text)
        and follows(chunks[end - 1], chunks[end])
    ):
        text += chunks[end].text
        end += 1
    currency, width = currency_at(chunks, end, language)
    number = decimal_number(text)
    if end == at + 1 or not currency or number is None:
        return None
    return amount(number, currency, chunks, at, end - at + width)


def read_cents(
    number: Decimal, chunks: Sequence[Chunk], at: int, width: int, language: Language
) -> tuple[Typed, int] | None:
    """``99 cents``: of which currency is not said, so a number with two decimals."""
    if chunks[at + width].low not in language.cents or number != int(number):
        return None
    token = number_token(number / 100)
    last = chunks[at + width]
    return Typed(Kind.NUMBER, token, chunks[at].start, last.end), width + 1


def with_cents(
    number: Decimal,
    currency: str,
    chunks: Sequence[Chunk],
    at: int,
    width: int,
    language: Language,
) -> tuple[Typed, int]:
    """An amount, with the cents that may follow: ``49 euros and 90 cents``."""
    end = at + width
    if end + 1 < len(chunks) and number == int(number):
        first = end + (chunks[end].low in language.joins)
        cents, more = read_number(chunks, first, language) if first < len(chunks) else (None, 0)
        last = first + more
        if (
            cents is not None
            and 0 < cents < 100
            and last < len(chunks)
            and chunks[last].low in language.cents
        ):
            return amount(number + cents / 100, currency, chunks, at, last + 1 - at)
    return amount(number, currency, chunks, at, width)


def amount(
    number: Decimal, currency: str, chunks: Sequence[Chunk], at: int, width: int
) -> tuple[Typed, int]:
    """So much of a currency, found at these chunks."""
    plain = number_token(number)
    readings = () if is_telling(number) else (count_token(MONEY, plain),)
    start, end = chunks[at].start, chunks[at + width - 1].end
    return Typed(Kind.AMOUNT, f"a{currency}{plain}", start, end, readings, True, plain), width


def _signs(code: str, symbol: str, after: str, code_after: str, language: Language) -> str:
    """The currency that stands around a number in one chunk; "" for none, or for no currency."""
    if code and symbol == "$" and code in _DOLLARS:
        return "" if code_after else _DOLLARS[code]
    named = [_currency(each, language) for each in (code, symbol, after, code_after) if each]
    return named[0] if named and all(named) else ""


def _currency(word: str, language: Language) -> str:
    return _SYMBOLS.get(word) or language.currencies.get(word, "")
