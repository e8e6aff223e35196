"""Chunks of text go in, numbers, amounts, shares and durations come out.

``$1,299.00``, ``1299 USD`` and ``1.299,00 €`` are one token, and so is the number ``1299`` of a
state: which currency it was stands beside it, in words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from intact.fingerprint.chunks import Chunk, Typed
from intact.fingerprint.languages import Language
from intact.model.facts import Kind

# Digits of any script: Decimal reads them all.
_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][+-]?\d{1,3})?")
_COMMA = re.compile(r"[+-]?(?:\d{1,3}(?:\.\d{3})+|\d+),\d{1,2}", re.ASCII)  # 1.299,00
_ATTACHED = re.compile(  # US$5, EUR20, -$5, 5€, 20USD
    r"([+-]?)([a-z]{0,3})([$€£¥₹]?)([+-]?[\d.,]+)([$€£¥₹]?)([a-z]{0,3})", re.ASCII
)
_WITH_UNIT = re.compile(r"(\d+(?:\.\d+)?)-?([a-z]+)", re.ASCII)  # 2h, 14-day
_SYMBOLS = frozenset("$€£¥₹")
_DOLLARS = frozenset({"us", "ca", "au", "nz", "a", "c"})
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
    if at + 1 < len(chunks) and (
        word in _SYMBOLS or (len(word) == 3 and word in language.currencies)
    ):
        amount = _amount(chunks[at + 1].text)
        if amount is not None:
            return _found(Kind.AMOUNT, number_token(amount), chunks, at, 2)
    return None


def read_quantity(chunks: Sequence[Chunk], at: int, language: Language) -> tuple[Typed, int] | None:
    """The quantity that starts at this chunk, and how many chunks it takes."""
    chunk = chunks[at]
    following = chunks[at + 1] if at + 1 < len(chunks) else None
    if len(chunk.text) > _MOST_DIGITS:
        return None
    number = _number(chunk.text)
    if following is not None:
        pair = _with_word(chunk.text, number, following.low, language)
        if pair is not None:
            return _found(*pair, chunks, at, 2)
    if number is None:
        alone = _attached(chunk.low, language)
        return _found(*alone, chunks, at, 1) if alone else None
    digits = chunk.text.lstrip("+-")
    if digits.isdigit() and (len(digits) > 9 or (digits[0] == "0" and len(digits) > 2)):
        return None  # an id
    token, telling = number_token(number), is_telling(number)
    return Typed(Kind.NUMBER, token, chunk.start, chunk.end, (), telling), 1


def _with_word(
    text: str, number: Decimal | None, word: str, language: Language
) -> tuple[Kind, str] | None:
    """A number with the word behind it: ``20 euros``, ``5 percent``, ``2 hours``."""
    if word in language.currencies or word in _SYMBOLS:
        amount = _amount(text)
        return None if amount is None else (Kind.AMOUNT, number_token(amount))
    if number is None:
        return None
    if word in language.percent:
        return Kind.PERCENT, f"%{number_token(number)}"
    return _duration(number, word, language)


def _attached(text: str, language: Language) -> tuple[Kind, str] | None:
    """One chunk with its unit: ``$1,299.00``, ``EUR20``, ``5%``, ``2h``, ``14-day``."""
    if text[-1] == "%":
        share = _number(text[:-1])
        return None if share is None else (Kind.PERCENT, f"%{number_token(share)}")
    amount = _ATTACHED.fullmatch(text)
    if amount:
        sign, code, symbol, digits, after, code_after = amount.groups()
        known = not code or code in language.currencies or (symbol == "$" and code in _DOLLARS)
        known = known and (not code_after or code_after in language.currencies)
        number = _amount(sign + digits) if known else None
        if number is not None and (code or symbol or after or code_after):
            return Kind.AMOUNT, number_token(number)
        if number is not None and "." in digits:
            return Kind.NUMBER, number_token(number)  # "1.299,00"
    unit = _WITH_UNIT.fullmatch(text)
    return _duration(Decimal(unit[1]), unit[2], language) if unit else None


def _duration(number: Decimal, unit: str, language: Language) -> tuple[Kind, str] | None:
    if abs(number) >= _LONGEST:
        return None
    if unit in language.units:
        return Kind.DURATION, f"s{number_token(number * language.units[unit])}"
    if unit in language.calendar_units:  # months differ in seconds
        return Kind.DURATION, f"m{number_token(number * language.calendar_units[unit])}"
    return None


def _found(
    kind: Kind, token: str, chunks: Sequence[Chunk], at: int, width: int
) -> tuple[Typed, int]:
    return Typed(kind, token, chunks[at].start, chunks[at + width - 1].end), width


def _number(text: str) -> Decimal | None:
    if len(text) > _MOST_DIGITS or not _NUMBER.fullmatch(text):
        return None
    return Decimal(text.replace(",", ""))


def _amount(text: str) -> Decimal | None:
    """A number, also with a decimal comma: beside a currency that is never a list of two."""
    if len(text) <= _MOST_DIGITS and _COMMA.fullmatch(text):
        return Decimal(text.replace(".", "").replace(",", "."))
    return _number(text)
