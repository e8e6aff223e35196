"""Text goes in; hashed words, bigrams, typed values and sentences come out.

One `TextRecord` per distinct string, remembered by `TextReader`: a conversation resends its
history with every call, and a message that was read before costs a dictionary look-up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from intact.fingerprint.chunks import Typed
from intact.fingerprint.keys import Hasher, exact_id, token_id, value_id
from intact.fingerprint.languages import LANGUAGES, Language
from intact.fingerprint.quantities import number_token
from intact.fingerprint.relative import is_relative
from intact.fingerprint.stems import StemTokens
from intact.fingerprint.today import is_today
from intact.fingerprint.tokens import (
    normalise,
    pair_token,
    phrase_token,
    reading_token,
    surface_token,
    typed_token,
    value_token,
    word_token,
    words_of,
)
from intact.fingerprint.typed import only_value, scan
from intact.model.facts import Kind

#: At most this many hashes are kept of one fact, to find it inside a text.
MOST_TOKENS = 8
#: A sentence has so many bigrams besides: its words alone are in many a long prompt.
MOST_PAIRS = 4

# Looks back for the full stop: a run of them, or of spaces, is passed once and not once each.
_SENTENCE = re.compile(r"(?<=[.!?…])[\"')\]]*\s+|\n")
_KEY_VALUE = re.compile(
    r"(?<!\w)((?:[A-Za-z]\w{0,40}[ ]){0,3}[A-Za-z_]\w{0,40})"
    r"[\"'*`]{0,3}\s{0,3}(?::|=|\||>|\bis\b)[>\"'*`]{0,3}\s{0,3}[\"'*`]{0,3}"
    r"([+-]?\d{1,4}(?:\.0{1,4})?|\w{1,24})(?:[ _](\w{1,24}))?(?![\w.,]*\d)"
)
_MEANS = {"yes": "true", "no": "false"}
_LONGEST_PHRASE = 12  # words; a longer string is a text with facts of its own
_MOST_REMEMBERED_WORDS = 6  # of a phrase in the vocabulary
_READ_IN_OTHERS = frozenset({Kind.DATE, Kind.TIME, Kind.DATETIME, Kind.PHONE})
_REMEMBERED = 4_000_000  # characters of text whose records are kept


class TypedValue(NamedTuple):
    """One typed value of a text, hashed."""

    kind: Kind
    value: int  # 40 bits
    exact: int  # 24 bits
    said: tuple[int, ...]  # 32 bits each: what a text that holds it says besides
    tokens: tuple[int, ...]  # 32 bits each: what else to search a text for
    negated: bool
    telling: bool
    relative: str = ""  # the token, of a date told from today


class Sentence(NamedTuple):
    """One sentence, by stems of its words and the smallest of its bigrams.

    The last half of the tokens, rounded down and at most `MOST_PAIRS`, are the bigrams: of a
    sentence of n different stems there are never fewer than n - 1.
    """

    value: int
    tokens: tuple[int, ...]
    negated: bool


class Leaf(NamedTuple):
    """What a short string is when it stands alone under a key."""

    hashed: int  # 64 bits; of the typed value, when the string is one
    exact: int
    kind: Kind
    token: str  # what is hashed together with the key when the value alone tells nothing
    telling: bool
    negated: bool
    tokens: tuple[int, ...]  # 32 bits each: what else to search a text for


class TextRecord(NamedTuple):
    """What a string says, in hashes."""

    words: frozenset[int]  # 32-bit token ids: words, typed values, key-value pairs
    bigrams: frozenset[int]  # 32-bit ids of adjacent content words
    typed: tuple[TypedValue, ...]
    sentences: tuple[Sentence, ...]
    length: int  # words in all
    content: tuple[int, ...]  # token ids of the first content words, in order
    hashed: int  # 64-bit hash of the string as it is
    leaf: Leaf | None  # None for a text too long to be one fact
    today: str = ""  # the token of the date that it says today is


class TextReader:
    """Reads strings into records under one key, and remembers them by the string.

    The memory holds keys that are strings of the user, so it is bounded in characters. Safe to
    share between threads: at worst a string is read twice.
    """

    __slots__ = ("_characters", "_hasher", "_language", "_records", "_stems")

    def __init__(self, hasher: Hasher, language: Language = LANGUAGES) -> None:
        self._hasher = hasher
        self._language = language
        self._records: dict[str, TextRecord] = {}
        self._stems = StemTokens(hasher)
        self._characters = 0

    def __call__(self, text: str) -> TextRecord:
        record = self._records.get(text)
        if record is None:
            record = self._read(text)
            if self._characters > _REMEMBERED:
                self._records.clear()
                self._characters = 0
            self._records[text] = record
            self._characters += len(text)
        return record

    def _read(self, raw: str) -> TextRecord:
        hasher, language = self._hasher, self._language
        text = normalise(raw)
        typed = scan(text, language)
        values = tuple(self._typed_value(found, text) for found in typed)
        tokens = {found.value >> 8 for found in values}
        tokens.update(token_id(hasher[surface_token(text[f.start : f.end])]) for f in typed)
        tokens.update(reading for found in values for reading in found.said)
        tokens.update(token_id(hasher[pair]) for pair in self._pairs(text))
        bigrams: set[int] = set()
        sentences = []
        content: list[int] = []
        count = 0
        for sentence in _SENTENCE.split(text):
            words = words_of(sentence)
            if not words:
                continue
            count += len(words)
            hashes = [hasher[word_token(word)] for word in words]
            tokens.update(token_id(hashed) for hashed in hashes)
            telling_words = [word for word in words if word not in language.stop]
            telling = [hasher[word_token(word)] for word in telling_words]
            tokens.update(map(self._stems.__getitem__, telling_words))
            if len(content) < MOST_TOKENS:
                content += [token_id(hashed) for hashed in telling]
            pairs = {token_id(hasher.pair(*pair)) for pair in pairwise(telling)}
            bigrams |= pairs
            if len(telling) >= 2:
                sentences.append(
                    Sentence(
                        value_id(
                            hasher[phrase_token(words)] if len(words) < 6 else _fold(hasher, hashes)
                        ),
                        self._search_sentence(telling_words, pairs),
                        any(word in language.negations for word in words),
                    )
                )
        leaf = self._leaf(raw.strip(), text, typed, values, count)
        if leaf is not None:
            tokens.add(token_id(leaf.hashed))
        return TextRecord(
            frozenset(tokens),
            frozenset(bigrams),
            values,
            tuple(sentences),
            count,
            tuple(content[:MOST_TOKENS]),
            hasher.bytes(raw.encode("utf-8", "surrogatepass")),
            leaf,
            next((f.token for f in typed if is_today(f, text, language)), ""),
        )

    def _leaf(
        self,
        surface: str,
        text: str,
        typed: Sequence[Typed],
        values: Sequence[TypedValue],
        count: int,
    ) -> Leaf | None:
        """The string as one value: a typed one, or a phrase of a few words."""
        hasher, language = self._hasher, self._language
        exact = exact_id(hasher[surface_token(surface)])
        if only_value(text, typed, language):
            found = typed[0]
            value = values[0]
            hashed = hasher[typed_token(found)]
            return Leaf(
                hashed, value.exact, found.kind, found.token, found.telling, False, value.tokens
            )
        if count > _LONGEST_PHRASE or "\n" in surface:
            return None
        words = words_of(text)
        if not words:
            return Leaf(hasher[surface_token(surface)], exact, Kind.TEXT, surface, True, False, ())
        common = len(words) <= 2 and all(
            word in language.common or word in language.stop for word in words
        )
        return Leaf(
            hasher[phrase_token(words)],
            exact,
            Kind.TEXT,
            " ".join(words),
            not common,
            any(word in language.negations for word in words),
            self._search(words, values) if len(words) > 1 else (),
        )

    def _search(self, words: Sequence[str], values: Sequence[TypedValue]) -> tuple[int, ...]:
        """What to search a text for to find a phrase in it: its words and typed values.

        What holds a digit, and a negation, stands twice: a phrase counts as found when most of
        its tokens are, and without one of these it says something else.
        """
        hasher, language = self._hasher, self._language
        telling = [word for word in words if word not in language.stop] or words
        vital = [
            found.value >> 8 for found in values if found.telling and found.kind is not Kind.NAME
        ]
        plain: list[int] = []
        for word in telling:
            token = token_id(hasher[word_token(word)])
            vital_word = word in language.negations or any(map(str.isdigit, word))
            (vital if vital_word else plain).append(token)
        vital = list(dict.fromkeys(vital))[: MOST_TOKENS // 2]
        return (*vital, *vital, *dict.fromkeys(plain))[:MOST_TOKENS]

    def _search_sentence(self, words: Sequence[str], pairs: set[int]) -> tuple[int, ...]:
        """What to search a text for to find a sentence in it.

        What holds a digit, and negations, come first: they are the last to be left out.
        """
        language = self._language
        vital = [w for w in words if w in language.negations or any(map(str.isdigit, w))]
        stems = tuple(dict.fromkeys(self._stems[word] for word in (*vital, *words)))[:MOST_TOKENS]
        return (*stems, *sorted(pairs)[: min(MOST_PAIRS, len(stems))])

    def _typed_value(self, found: Typed, text: str) -> TypedValue:
        hasher = self._hasher
        surface = text[found.start : found.end]
        said = [token_id(hasher[reading_token(reading)]) for reading in found.readings]
        search: list[int] = []
        if found.kind in _READ_IN_OTHERS:
            search = [token_id(hasher[value_token(reading)]) for reading in found.readings]
            own = token_id(hasher[reading_token(found.token)])
            search = [*search, own] if found.kind is Kind.DATETIME else [own, *search]
        elif found.plain:
            said.append(token_id(hasher[reading_token(found.plain)]))
            search = [token_id(hasher[value_token(found.plain)])]
        elif found.kind is Kind.NUMBER and found.telling:  # amounts of any currency say it
            search = [token_id(hasher[reading_token(found.token)])]
        return TypedValue(
            found.kind,
            value_id(hasher[typed_token(found)]),
            exact_id(hasher[surface_token(surface)]),
            tuple(said),
            tuple(search),
            found.telling and self._is_negated(text, found.start),
            found.telling,
            found.token if is_relative(found) else "",
        )

    def _is_negated(self, text: str, start: int) -> bool:
        """Whether one of the last words before a value is a negation."""
        before = words_of(text[max(0, start - 24) : start])[-3:]
        return any(word in self._language.negations for word in before)

    def _pairs(self, text: str) -> Iterator[str]:
        """`Order status: open` in a prompt is the fact `{"order_status": "open"}` of a state.

        How many words before the colon are the key, and how many after it the value, cannot be
        told: each number of them is a pair.
        """
        for match in _KEY_VALUE.finditer(text):
            value = match[2].lower()
            digits, _, _ = value.lstrip("+-").partition(".")
            if digits.isdigit() and len(digits) < 5:
                value = number_token(-int(digits) if value[0] == "-" else int(digits))
            elif value in self._language.numbers:
                value = number_token(self._language.numbers[value])
            values = [value, _MEANS.get(value, value)]
            if match[3]:
                values.append(f"{value} {match[3].lower()}")
            words = match[1].split(" ")
            for first in range(len(words)):
                key = " ".join(words[first:])
                for each in dict.fromkeys(values):
                    yield pair_token(key, each)


def _fold(hasher: Hasher, hashes: Sequence[int]) -> int:
    folded = 0
    for hashed in hashes:
        folded = hasher.pair(folded, hashed)
    return folded
