"""What a language has to say for its typed values to be read.

A language is data: one file that fills a `Language`. The texts of one system mix languages, and
nothing says which one a text is in, so all languages are read at once: `merged` lays their
tables over one another. Where two contradict each other, the one named first is right.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

Value = TypeVar("Value", int, str)
_SHORTEST_UNIT = 3  # letters of a unit that a value may begin with: the "s" of "Dana's" is none


@dataclass(frozen=True, slots=True)
class Language:
    """The tables of one language; every word is in lower case."""

    months: Mapping[str, int]  # name or abbreviation -> 1..12
    weekdays: Mapping[str, int]  # name -> 1 (Monday) .. 7
    numbers: Mapping[str, int]  # numeral in one word -> its value
    scales: Mapping[str, int]  # "hundred", "thousand", "million"
    halves: Mapping[str, int]  # a number and a half in one word -> the number
    half: frozenset[str]
    articles: frozenset[str]  # "an" before a unit: one of it
    minus: frozenset[str]
    point: frozenset[str]  # before decimals in words
    ordinals: Mapping[str, int]  # day of a month in words -> 1..31
    days: Mapping[str, int]  # "today", "tomorrow" -> days from now
    coming: Mapping[str, int]  # "last", "this", "next" before a weekday, week … -> -1, 0, 1
    ahead: frozenset[str]  # "in" before a length of time: so long from now
    back: frozenset[str]  # before it, and
    ago: frozenset[str]  # behind it: so long ago
    hence: frozenset[str]  # two words behind it: so long from now
    meridiem: Mapping[str, int]  # "am" -> 0, "pm" -> 12
    parts: Mapping[str, int]  # part of the day -> the hour its twelve hours begin
    clock: Mapping[str, int]  # time of day that has a name -> its hour
    fractions: Mapping[str, int]  # "quarter" -> minutes
    before_hour: Mapping[str, int]  # fraction right before an hour -> minutes from that hour
    steps: Mapping[str, int]  # "past", "to" between minutes and hour -> 1, -1
    units: Mapping[str, int]  # unit of a duration -> seconds
    calendar_units: Mapping[str, int]  # unit of a duration -> months
    measures: Mapping[str, str]  # other unit -> factor and base unit, "0.001 g"
    currencies: Mapping[str, str]  # one word or two, or a code -> ISO 4217 code
    cents: frozenset[str]  # hundredths of a currency
    counted: Mapping[str, str]  # word of a key, or beside a number -> what is counted
    oclock: frozenset[str]  # what follows a full hour
    ordinal_marks: frozenset[str]  # what makes an ordinal of digits: "th"
    joins: frozenset[str]  # "and" inside a numeral
    ranges: frozenset[str]  # "to" between the ends of a range
    fillers: frozenset[str]  # "the", "later": before a value, without a meaning for it
    at: frozenset[str]  # "on", "at": before a moment, and saying no more than it
    glue: frozenset[str]  # "on", "by" before a date
    of: frozenset[str]  # between the day and the month
    week: frozenset[str]
    month: frozenset[str]
    year: frozenset[str]
    percent: frozenset[str]
    negations: frozenset[str]
    means: Mapping[str, str]  # yes and no in other words -> "true", "false"
    auxiliaries: frozenset[str]  # verb before the key of a yes or no: "has" of "has_insurance"
    generic: frozenset[str]  # word of a key that names no thing: "type"
    now: frozenset[str]  # keys, and words before a date, that say which day it is
    stop: frozenset[str]  # words that carry no content of their own
    common: frozenset[str]  # values that mean something only together with their key
    places: Mapping[str, str]  # what a place is called besides -> its name
    regions: Mapping[str, str]  # region or country behind a place, "london, uk" -> its name
    openers: frozenset[str] = field(init=False)  # words that a typed value may begin with
    numeral_openers: frozenset[str] = field(init=False)  # words that a number may begin with
    after_hour: frozenset[str] = field(init=False)  # words that make a number an hour

    def __post_init__(self) -> None:
        units = (*self.units, *self.calendar_units)
        openers = {word for word in units if len(word) >= _SHORTEST_UNIT}
        for table in (
            self.halves,
            self.minus,
            self.months,
            self.weekdays,
            self.numbers,
            self.scales,
            self.ordinals,
            self.days,
            self.coming,
            self.parts,
            self.clock,
            self.fractions,
            self.before_hour,
            self.currencies,
        ):
            openers.update(table)
        object.__setattr__(self, "openers", frozenset(openers))
        numerals = (*self.numbers, *self.scales, *self.halves, *self.minus)
        object.__setattr__(self, "numeral_openers", frozenset(numerals))
        clock = (word.split()[0] for word in self.oclock)
        after = (*clock, *self.meridiem, *self.parts, *self.numbers, *self.stop)
        object.__setattr__(self, "after_hour", frozenset(after))


def merged(first: Language, *others: Language) -> Language:
    """All languages as one; what an earlier one says holds.

    >>> from intact.fingerprint.languages import ENGLISH, GERMAN
    >>> merged(ENGLISH, GERMAN).months["dezember"], merged(GERMAN, ENGLISH).months["december"]
    (12, 12)
    """
    tables: dict[str, Any] = {}
    for table in fields(Language):
        if not table.init:
            continue
        values = [getattr(language, table.name) for language in (first, *others)]
        if isinstance(values[0], frozenset):
            tables[table.name] = frozenset().union(*values)
        else:
            tables[table.name] = {
                word: meaning for each in reversed(values) for word, meaning in each.items()
            }
    return Language(**tables)


def words(text: str) -> list[str]:
    """A table of words, written as text."""
    return text.split()


def spellings(table: Mapping[Value, str]) -> dict[str, Value]:
    """Turn ``{value: "its many spellings"}`` round."""
    return {word: value for value, text in table.items() for word in words(text)}


def compounds(tens: Mapping[str, int], units: Mapping[str, int], form: str) -> dict[str, int]:
    """Numerals of tens and units, each as the language puts them together.

    >>> compounds({"twenty": 20}, {"five": 5}, "{ten}-{unit}")
    {'twenty-five': 25}
    """
    return {
        form.format(ten=ten, unit=unit): more + less
        for ten, more in tens.items()
        for unit, less in units.items()
    }
