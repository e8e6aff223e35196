"""What a small number counts: ``2 tickets`` in a text, ``{"number_of_seats": 2}`` in a state.

A small whole number means nothing alone, so it is hashed together with what it counts: on the
side of a text the noun behind it, on the side of a state the words of its key. Words for the
same kind of thing share one name, from the table of the language.
"""

from __future__ import annotations

from collections.abc import Sequence

from intact.fingerprint.chunks import Chunk
from intact.fingerprint.languages import Language
from intact.fingerprint.numerals import follows
from intact.fingerprint.tokens import split_case, words_of

#: What amounts of money count.
MONEY = "$"

_NOUNS = 3  # words behind a number that may name what it counts: "2 value train tickets"
_MOST_KINDS = 2  # that one key may name


def count_token(what: str, number: str) -> str:
    """The reading of so many of something."""
    return f"{what} {number}"


def singular(word: str) -> str:
    """A noun without the "s" of its plural."""
    return word[:-1] if len(word) > 3 and word[-1] == "s" and word[-2] != "s" else word


def kind_of(word: str, language: Language) -> str:
    """What a word counts: its kind, or the word itself in the singular.

    >>> from intact.fingerprint.languages import LANGUAGES
    >>> kind_of("tickets", LANGUAGES), kind_of("rooms", LANGUAGES), kind_of("number", LANGUAGES)
    ('people', 'room', '')
    """
    single = singular(word)
    kind = language.counted.get(single)
    return language.counted.get(word, single) if kind is None else kind


def counts_of(
    number: str, chunks: Sequence[Chunk], at: int, after: int, language: Language
) -> tuple[str, ...]:
    """What the words behind a number say that it counts, else the one before: "a table for 2"."""
    kinds = []
    for index in range(after, min(after + _NOUNS, len(chunks))):
        word = chunks[index].low
        if not follows(chunks[index - 1], chunks[index]) or not word.isalpha():
            break
        if word in language.stop:
            break
        kinds.append(kind_of(word, language))
    if not kinds and at and follows(chunks[at - 1], chunks[at]):
        before = at - 1
        if before and chunks[before].low in language.of:  # "a party of 4"
            before -= 1
        kinds.append(language.counted.get(chunks[before].low, ""))
    return tuple(count_token(kind, number) for kind in dict.fromkeys(kinds) if kind)


def counts_of_key(key: str, number: str, language: Language) -> list[str]:
    """What the key of a number says that it counts.

    >>> from intact.fingerprint.languages import LANGUAGES
    >>> counts_of_key("number_of_checked_bags", "n2", LANGUAGES)
    ['checked n2', 'bag n2']
    """
    words = [word for word in words_of(split_case(key)) if word not in language.stop]
    kinds = dict.fromkeys(kind_of(word, language) for word in words)
    return [count_token(kind, number) for kind in kinds if kind][-_MOST_KINDS:]
