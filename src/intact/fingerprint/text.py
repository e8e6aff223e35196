"""Text goes in; hashed words, bigrams, typed values and sentences come out.

One `TextRecord` per distinct string, remembered by `TextReader`: a conversation resends its
history with every call, and a message that was read before costs a dictionary look-up.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from intact.fingerprint.keys import SEPARATOR, Hasher, exact_id, token_id, value_id
from intact.fingerprint.languages import ENGLISH, Language
from intact.fingerprint.typed import Typed, only_value, scan
from intact.model.facts import Kind

#: At most this many hashes are kept of one fact, to find it inside a text.
MOST_TOKENS = 8

_WORD = re.compile(r"[^\W_]+")
_SENTENCE = re.compile(r"[.!?…]+[\"')\]]*\s+|\s*\n+\s*")
_ESCAPE = re.compile(r"\\+([nrt\"'/\\])")
_ESCAPED = {"n": "\n", "r": "\n", "t": " "}
_KEY_VALUE = re.compile(
    r"([A-Za-z_]\w{0,40})[\"']?\s{0,3}(?::|=|\bis\b)\s{0,3}[\"']?(\w{1,24})(?![\w.,]*\d)"
)
_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_LONGEST_PHRASE = 12  # words; a longer string is a text with facts of its own
_MOST_REMEMBERED_WORDS = 6  # of a phrase in the vocabulary
_REMEMBERED = 4_000_000  # characters of text whose records are kept


class TypedValue(NamedTuple):
    """One typed value of a text, hashed."""

    kind: Kind
    value: int  # 40 bits
    exact: int  # 24 bits
    aliases: tuple[int, ...]  # 32 bits each
    negated: bool
    telling: bool


class Sentence(NamedTuple):
    """One sentence, by the smallest of its bigrams."""

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
    tokens: tuple[int, ...]  # 32 bits each: aliases, or the words to search a text for


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


def normalise(text: str) -> str:
    r"""The text whose words are compared: escapes undone, compatibility forms folded.

    >>> normalise('{\\"carrier\\": \\"UPS\\"}\\n')
    '{"carrier": "UPS"}\n'
    """
    if "\\" in text:
        text = _ESCAPE.sub(lambda match: _ESCAPED.get(match[1], match[1]), text)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return text


def words_of(text: str) -> list[str]:
    """The words of a normalised text, folded; runs of CJK characters become bigrams.

    >>> words_of("Delivered_broken, by UPS.")
    ['delivered', 'broken', 'by', 'ups']
    """
    if text.isascii():
        return _WORD.findall(text.lower())
    words = []
    for word in _WORD.findall(text.casefold()):
        if len(word) > 1 and _CJK.search(word):
            words += [left + right for left, right in pairwise(word)]
        else:
            words.append(word)
    return words


def pair_token(key: str, value: str) -> str:
    """The token of a value that means something only together with its key."""
    return f"p{SEPARATOR}{' '.join(words_of(split_case(key)))}{SEPARATOR}{value}"


def split_case(key: str) -> str:
    """`orderId` and `order_id` name one thing.

    >>> split_case("orderId")
    'order Id'
    """
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", key)


def word_token(word: str) -> str:
    """The token of one word."""
    return f"w{SEPARATOR}{word}"


def phrase_token(words: Sequence[str]) -> str:
    """The token of a short string. A single word is its own token: so it is found in text."""
    return word_token(words[0]) if len(words) == 1 else f"t{SEPARATOR}{' '.join(words)}"


def surface_token(text: str) -> str:
    """The token of how a value was written."""
    return f"x{SEPARATOR}{text}"


def value_token(canonical: str) -> str:
    """The token of a canonical typed value."""
    return f"v{SEPARATOR}{canonical}"


def typed_token(found: Typed) -> str:
    """The token of a typed value: a name is a phrase, so that it meets a short string."""
    if found.kind is Kind.NAME:
        return phrase_token(words_of(found.token))
    return value_token(found.token)


class TextReader:
    """Reads strings into records under one key, and remembers them by the string.

    The memory holds keys that are strings of the user, so it is bounded in characters. Safe to
    share between threads: at worst a string is read twice.
    """

    __slots__ = ("_characters", "_hasher", "_language", "_records")

    def __init__(self, hasher: Hasher, language: Language = ENGLISH) -> None:
        self._hasher = hasher
        self._language = language
        self._records: dict[str, TextRecord] = {}
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
        tokens.update(alias for found in values for alias in found.aliases)
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
            telling = [
                hashed
                for word, hashed in zip(words, hashes, strict=True)
                if word not in language.stop
            ]
            if len(content) < MOST_TOKENS:
                content += [token_id(hashed) for hashed in telling]
            pairs = {token_id(hasher.pair(*pair)) for pair in pairwise(telling)}
            bigrams |= pairs
            if len(telling) >= 3:
                sentences.append(
                    Sentence(
                        value_id(
                            hasher[phrase_token(words)] if len(words) < 6 else _fold(hasher, hashes)
                        ),
                        tuple(sorted(pairs)[:MOST_TOKENS]),
                        any(word in language.negations for word in words),
                    )
                )
        leaf = self._leaf(raw.strip(), text, typed, values, count, content)
        if leaf is not None:
            tokens.add(token_id(leaf.hashed))
            if leaf.kind is not Kind.TEXT:
                tokens.update(leaf.tokens)
        return TextRecord(
            frozenset(tokens),
            frozenset(bigrams),
            values,
            tuple(sentences),
            count,
            tuple(content[:MOST_TOKENS]),
            hasher.bytes(raw.encode("utf-8", "surrogatepass")),
            leaf,
        )

    def _leaf(
        self,
        surface: str,
        text: str,
        typed: Sequence[Typed],
        values: Sequence[TypedValue],
        count: int,
        content: Sequence[int],
    ) -> Leaf | None:
        """The string as one value: a typed one, or a phrase of a few words."""
        hasher, language = self._hasher, self._language
        exact = exact_id(hasher[surface_token(surface)])
        if only_value(text, typed):
            found = typed[0]
            hashed = hasher[typed_token(found)]
            return Leaf(hashed, exact, found.kind, found.token, found.telling, values[0].aliases)
        if count > _LONGEST_PHRASE or "\n" in surface:
            return None
        words = words_of(text)
        if not words:
            return Leaf(hasher[surface_token(surface)], exact, Kind.TEXT, surface, True, ())
        common = len(words) <= 2 and all(
            word in language.common or word in language.stop for word in words
        )
        telling_values = (found.value >> 8 for found in values if found.telling)
        tokens = tuple(dict.fromkeys((*telling_values, *content)))[:MOST_TOKENS]
        return Leaf(
            hasher[phrase_token(words)],
            exact,
            Kind.TEXT,
            " ".join(words),
            not common,
            tokens if len(words) > 1 else (),
        )

    def _typed_value(self, found: Typed, text: str) -> TypedValue:
        hasher = self._hasher
        surface = text[found.start : found.end]
        before = words_of(text[max(0, found.start - 24) : found.start])[-3:]
        return TypedValue(
            found.kind,
            value_id(hasher[typed_token(found)]),
            exact_id(hasher[surface_token(surface)]),
            tuple(token_id(hasher[value_token(alias)]) for alias in found.aliases),
            any(word in self._language.negations for word in before),
            found.telling,
        )

    def _pairs(self, text: str) -> Iterator[str]:
        """`status: open` in a prompt is the fact `{"status": "open"}` of a state."""
        if ":" not in text and "=" not in text and " is " not in text:
            return
        for match in _KEY_VALUE.finditer(text):
            value = match[2].lower()
            if value.isdigit():
                value = f"n{int(value)}" if len(value) < 4 else value
            yield pair_token(match[1], value)


def _fold(hasher: Hasher, hashes: Sequence[int]) -> int:
    folded = 0
    for hashed in hashes:
        folded = hasher.pair(folded, hashed)
    return folded
