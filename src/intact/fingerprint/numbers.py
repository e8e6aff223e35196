"""Chunks of text go in, numbers come out, in digits, in words, or in both.

``1,299.00``, ``1.5 million``, ``2,5 Millionen``, ``1.2k``, ``twelve and a half``, ``minus five``.
Left to others: what a number is a number of (`quantities`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from intact.fingerprint.chunks import Chunk
from intact.fingerprint.languages import Language
from intact.fingerprint.numerals import follows, read_numeral

# Digits of any script: Decimal reads them all.
_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:[,'’]\d{3})+|\d+)(?:\.\d+)?(?:[eE][+-]?\d{1,3})?")
_GROUPS = re.compile(r"[,'’]")
_COMMA = re.compile(r"[+-]?(?:\d{1,3}(?:\.\d{3})+|\d+),\d{1,2}", re.ASCII)  # 1.299,00
_SHORT = re.compile(r"([+-]?\d[\d.,]*)([kKM])", re.ASCII)  # 1.2k, 3M
#: What letters right behind a number multiply it by.
SUFFIXES: Final[Mapping[str, int]] = {
    "k": 10**3,
    "m": 10**6,
    "mn": 10**6,
    "mio": 10**6,
    "b": 10**9,
    "bn": 10**9,
    "mrd": 10**9,
}
_MOST_DIGITS = 40  # a longer run of digits is an id, not a quantity
_LARGEST = 10**9  # of a number before a scale
_MOST_DECIMALS = 6  # of a number in words
_LEAST_TELLING = 100  # smaller whole numbers stand everywhere: they tell nothing alone
_HALF = Decimal("0.5")


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


def read_number(chunks: Sequence[Chunk], at: int, language: Language) -> tuple[Decimal | None, int]:
    """The number that starts at this chunk, and how many chunks it takes.

    >>> from intact.fingerprint.chunks import chunks_of
    >>> from intact.fingerprint.languages import LANGUAGES
    >>> texts = "1.5 million", "2,5 Millionen", "twelve and a half", "three point one four"
    >>> [str(read_number(chunks_of(text), 0, LANGUAGES)[0]) for text in texts]
    ['1500000.0', '2500000.0', '12.5', '3.14']
    """
    text = chunks[at].text
    if text[0].isalpha():
        return _in_words(chunks, at, language)
    number = plain_number(text)
    scale = language.scales.get(chunks[at + 1].low) if at + 1 < len(chunks) else None
    if scale is not None and follows(chunks[at], chunks[at + 1]):
        number = decimal_number(text) if number is None else number
        if number is not None and abs(number) < _LARGEST:
            return number * scale, 2
    if number is None:
        short = _SHORT.fullmatch(text)
        digits = decimal_number(short[1]) if short else None
        return (
            (None, 0)
            if short is None or digits is None
            else (
                digits * SUFFIXES[short[2].lower()],
                1,
            )
        )
    width = 1 + _and_a_half(chunks, at + 1, language)
    return (number + _HALF, width) if width > 1 and number == int(number) else (number, 1)


def plain_number(text: str) -> Decimal | None:
    """A number in digits, its groups of three set off by commas or not at all."""
    if len(text) > _MOST_DIGITS or not _NUMBER.fullmatch(text):
        return None
    return Decimal(_GROUPS.sub("", text))


def decimal_number(text: str) -> Decimal | None:
    """A number, also with a decimal comma: beside a unit that is never a list of two."""
    if len(text) <= _MOST_DIGITS and _COMMA.fullmatch(text):
        return Decimal(text.replace(".", "").replace(",", "."))
    return plain_number(text)


def _in_words(chunks: Sequence[Chunk], at: int, language: Language) -> tuple[Decimal | None, int]:
    word = chunks[at].low
    if word in language.halves:
        return _scaled(language.halves[word] + _HALF, chunks, at, 1, language)
    if word in language.minus:
        following = at + 1 < len(chunks) and follows(chunks[at], chunks[at + 1])
        number, width = read_number(chunks, at + 1, language) if following else (None, 0)
        return (None, 0) if number is None or number < 0 else (-number, width + 1)
    numeral = read_numeral(chunks, at, language)
    if numeral is None:
        return None, 0
    number, width = Decimal(numeral[0]), numeral[1]
    decimals = _decimals(chunks, at + width, language)
    if decimals:
        number, width = number + Decimal(f"0.{decimals}"), width + 1 + len(decimals)
    elif half := _and_a_half(chunks, at + width, language):
        number, width = number + _HALF, width + half
    else:
        return number, width
    return _scaled(number, chunks, at, width, language)


def _scaled(
    number: Decimal, chunks: Sequence[Chunk], at: int, width: int, language: Language
) -> tuple[Decimal, int]:
    """A number with the scale that may follow: ``dreieinhalb Millionen``."""
    end = at + width
    if end == len(chunks) or not follows(chunks[end - 1], chunks[end]):
        return number, width
    scale = language.scales.get(chunks[end].low)
    return (number, width) if scale is None else (number * scale, width + 1)


def _decimals(chunks: Sequence[Chunk], at: int, language: Language) -> str:
    """The digits behind "point", each a word."""
    if at >= len(chunks) or chunks[at].low not in language.point:
        return ""
    digits = ""
    for index in range(at + 1, min(at + 1 + _MOST_DECIMALS, len(chunks))):
        digit = language.numbers.get(chunks[index].low, 10)
        if digit > 9 or not follows(chunks[index - 1], chunks[index]):
            break
        digits += str(digit)
    return digits


def _and_a_half(chunks: Sequence[Chunk], at: int, language: Language) -> int:
    """How many chunks say "and a half" from here on: three, or none."""
    words = [chunk.low for chunk in chunks[at : at + 3]]
    said = (
        len(words) == 3
        and words[0] in language.joins
        and words[1] in language.articles
        and words[2] in language.half
    )
    return 3 if said else 0


def and_a_half(chunks: Sequence[Chunk], at: int, language: Language) -> bool:
    """Whether "and a half" stands here, behind a unit: "an hour and a half"."""
    return bool(_and_a_half(chunks, at, language))
