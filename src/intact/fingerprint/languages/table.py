"""What a language has to say for its typed values to be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

Value = TypeVar("Value", int, str)


@dataclass(frozen=True, slots=True)
class Language:
    """The tables of one language; every word is in lower case."""

    months: Mapping[str, int]  # name or abbreviation -> 1..12
    weekdays: Mapping[str, int]  # name -> 1 (Monday) .. 7
    meridiem: Mapping[str, int]  # "am" -> 0, "pm" -> 12
    units: Mapping[str, int]  # unit of a duration -> seconds
    calendar_units: Mapping[str, int]  # unit of a duration -> months
    currencies: Mapping[str, str]  # word or code -> ISO 4217 code
    percent: frozenset[str]
    negations: frozenset[str]
    stop: frozenset[str]  # words that carry no content of their own
    common: frozenset[str]  # values that mean something only together with their key
    openers: frozenset[str] = field(init=False)  # words that a typed value may begin with

    def __post_init__(self) -> None:
        openers = frozenset((*self.months, *self.weekdays, *self.currencies))
        object.__setattr__(self, "openers", openers)


def words(text: str) -> list[str]:
    """A table of words, written as text."""
    return text.split()


def spellings(table: Mapping[Value, str]) -> dict[str, Value]:
    """Turn ``{value: "its many spellings"}`` round."""
    return {word: value for value, text in table.items() for word in words(text)}
