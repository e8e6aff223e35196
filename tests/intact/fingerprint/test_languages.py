"""A language is one file of tables; all are read together."""

from __future__ import annotations

from dataclasses import fields

import pytest

from intact.fingerprint.languages import ENGLISH, GERMAN, LANGUAGES, Language
from intact.fingerprint.typed import scan

TABLES = [field.name for field in fields(Language) if field.init]


@pytest.mark.parametrize("table", TABLES)
def test_english_holds_where_two_languages_contradict(table: str) -> None:
    """Whatever a word means in English, it means in all languages together."""
    english, everything = getattr(ENGLISH, table), getattr(LANGUAGES, table)
    if isinstance(english, frozenset):
        assert english <= everything
    else:
        assert english.items() <= everything.items()


@pytest.mark.parametrize("table", TABLES)
def test_words_are_in_lower_case(table: str) -> None:
    """Or they would never be found."""
    for language in (ENGLISH, GERMAN):
        assert all(word == word.lower() for word in getattr(language, table))


def test_english_text_reads_the_same_without_the_other_languages() -> None:
    """No German word is taken for a value in it."""
    text = (
        "The man in the old house was at war with his kind neighbours; an elf, so to say, at "
        "half past three on May 4, for 20 dollars or 2.5 hours. One hundred people came on Friday."
    )
    assert scan(text, ENGLISH) == scan(text, LANGUAGES)


def test_german_text_is_read() -> None:
    """Months, weekdays, numerals, times, units and the decimal comma."""
    text = (
        "Heute um halb vier nachmittags, am 4. Dezember 2026 oder Freitag: fünfundzwanzig Euro, "
        "12,5 % Rabatt auf 1.299,00 €, Lieferung in zwei Wochen um 18 Uhr 15."
    )
    assert [found.token for found in scan(text) if found.kind.label != "name"] == [
        "d+0",
        "t15:30",
        "d2026-12-04",
        "dw5",
        "aEURn25",
        "%n12.5",
        "aEURn1299",
        "d+14",
        "t18:15",
    ]
