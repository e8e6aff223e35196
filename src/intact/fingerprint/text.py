"""Text goes in; hashed words, bigrams, typed values and sentences come out.

One `TextRecord` per distinct string, remembered by `TextReader`: a conversation resends its
history with every call, and a message that was read before costs a dictionary look-up. A new one
is cut at its spaces, and what stands between them was mostly met before (`pieces`): what is left
to do is what depends on neighbours, and only where there are any signs of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, chain, compress
from operator import add, itemgetter
from typing import NamedTuple

from intact.fingerprint.chunks import Typed, chunks_at
from intact.fingerprint.described import said_of
from intact.fingerprint.keys import Hasher, exact_id, token_id, value_id
from intact.fingerprint.languages import LANGUAGES, Language
from intact.fingerprint.memory import Memory
from intact.fingerprint.pairs import pairs_of
from intact.fingerprint.pieces import Content, Holds, Piece, Pieces
from intact.fingerprint.places import apart, usual_name
from intact.fingerprint.records import (
    MOST_PAIRS,
    MOST_TOKENS,
    Found,
    Leaf,
    TextRecord,
    Utterance,
    numbered,
)
from intact.fingerprint.today import is_today
from intact.fingerprint.tokens import (
    normalise,
    phrase_token,
    reading_token,
    surface_token,
    typed_token,
    value_token,
    word_token,
    words_of,
)
from intact.fingerprint.typed import only_value, read_values
from intact.model.facts import Flag, Kind
from intact.model.meaning import MOST_VALUES

_LONGEST_PHRASE = 12  # words; a longer string is a text with facts of its own
_READ_IN_OTHERS = frozenset({Kind.DATE, Kind.TIME, Kind.DATETIME, Kind.PHONE})
# Whoever means half past ten at night says so: from here on a time is only looked for as it is.
_SURE_HOUR = "t10:00"
_ROOM = 24 << 20  # bytes of records
_DESCRIBES = Holds.NEGATION | Holds.COMMON
_BEFORE = 24  # characters before a value in which a negation may stand
_SPACED = re.compile(r"\S+")
_holds, _tokens, _words, _content, _chunks = map(itemgetter, range(5))  # of a `Piece`


class TypedValue(NamedTuple):
    """One typed value of a text, hashed."""

    kind: Kind
    value: int  # 40 bits
    exact: int  # 24 bits
    surface: int  # 32 bits: how it was written
    said: tuple[int, ...]  # 32 bits each: what a text that holds it says besides
    tokens: tuple[int, ...]  # 32 bits each: what else to search a text for
    negated: bool
    telling: bool
    day: str = ""  # the token of the day, of a date or a date-time


class Sentence(NamedTuple):
    """One sentence, by stems of its words and the smallest of its bigrams.

    The last half of the tokens, rounded down and at most `MOST_PAIRS`, are the bigrams: of a
    sentence of n different stems there are never fewer than n - 1.
    """

    value: int  # 40 bits
    tokens: tuple[int, ...]
    negated: bool


class _Cut(NamedTuple):
    """A text cut at its spaces."""

    text: str  # normalised
    lines: list[list[str]]
    cut: list[str]
    pieces: list[Piece]
    holds: int  # bits of all pieces


class TextReader:
    """Reads strings into records under one key, and remembers them by the string.

    The memory holds keys that are strings of the user, so it is bounded in bytes. Safe to share
    between threads: at worst a string is read twice.
    """

    __slots__ = ("_hasher", "_language", "_pieces", "_records")

    def __init__(self, hasher: Hasher, language: Language = LANGUAGES) -> None:
        self._hasher = hasher
        self._language = language
        self._pieces = Pieces(hasher, language)
        self._records: Memory[str, TextRecord] = Memory(_ROOM)

    def __call__(self, text: str) -> TextRecord:
        record = self._records.get(text)
        if record is None:
            record = self._read(text)
            self._records.put(text, record, len(text) + record.room())
        return record

    def utterances(self, raw: str) -> dict[int, Utterance]:
        """The text in words, by the value ids of its sentences and of itself as a phrase.

        Costs as much as to read it anew, and nothing is remembered.
        """
        text, lines, cut, pieces, holds = self._cut(raw)
        starts = _starts(cut, text)
        typed = self._typed(text, pieces, starts) if holds & Holds.VALUE else []
        values = [
            (found.start, token_id(self._hasher[typed_token(found)]))
            for found in typed
            if found.kind is not Kind.NAME
        ]
        said = {}
        for begin, end in ((0, len(cut)), *_sentences(pieces, lines, holds)):
            if begin == end:
                continue
            part = pieces[begin:end]
            start, stop = starts[begin], starts[end - 1] + len(cut[end - 1])
            inside = (value for at, value in values if start <= at < stop)
            said[self._value(part)] = Utterance(
                " ".join(cut[begin:end]),
                tuple(dict.fromkeys(inside))[:MOST_VALUES],
                any(piece.holds & Holds.NEGATION for piece in part),
            )
        return said

    def _cut(self, raw: str) -> _Cut:
        text = normalise(raw)
        lines = [line.split() for line in text.split("\n")]
        cut = [*chain.from_iterable(lines)]
        pieces = [*map(self._pieces.__getitem__, cut)]
        holds = 0
        for each in {*map(_holds, pieces)}:
            holds |= each
        return _Cut(text, lines, cut, pieces, holds)

    def _read(self, raw: str) -> TextRecord:
        hasher, language = self._hasher, self._language
        text, lines, cut, pieces, holds = self._cut(raw)
        starts = _starts(cut, text) if holds & (Holds.VALUE | Holds.SIGN) else ()
        typed = self._typed(text, pieces, starts) if holds & Holds.VALUE else []
        negated = bool(holds & Holds.NEGATION)
        ends: Sequence[int] = ()  # of pieces with a negation
        if negated and typed:
            placed = zip(pieces, starts, map(len, cut), strict=True)
            ends = [at + length for piece, at, length in placed if piece.holds & Holds.NEGATION]
        values = tuple(self._typed_value(found, text, ends) for found in typed)
        words = {*chain.from_iterable(map(_tokens, pieces))}
        words.update(found.value >> 8 for found in values)
        words.update(found.surface for found in values)
        words.update(chain.from_iterable(found.said for found in values))
        if holds & Holds.SIGN:
            signs = (at for at, piece in enumerate(pieces) if piece.holds & Holds.SIGN)
            words.update(token_id(hasher[pair]) for pair in pairs_of(text, signs, starts, language))
        if holds & _DESCRIBES:
            beside = (at for at, piece in enumerate(pieces) if piece.holds & _DESCRIBES)
            told = said_of(cut, [*map(_words, pieces)], beside, language)
            words.update(token_id(hasher[each]) for each in told)
        bigrams: set[int] = set()
        sentences = []
        first: Sequence[Content] = ()
        last: Sequence[Content] = ()
        for begin, end in _sentences(pieces, lines, holds):
            part = pieces[begin:end]
            telling = [*chain.from_iterable(map(_content, part))]
            if len(telling) >= 2:
                first, last = first or telling, telling
                sentences.append(self._sentence(part, telling, bigrams, negated))
        count = sum(map(len, map(_words, pieces)))
        leaf = self._leaf(raw.strip(), text, typed, values, count)
        if leaf is not None:
            words.add(token_id(leaf.hashed))
            if leaf.kind is Kind.TEXT:
                words.update(leaf.tokens)
        found, numbers = _found(values, sentences)
        return TextRecord(
            tuple(words),
            tuple(bigrams),
            found,
            len(found) - len(sentences),
            numbers,
            count,
            (
                *(token_id(word.hashed) for word in first[:2]),
                *self._pair(first[:2]),
                *self._pair(last[-2:]),
            ),
            hasher.bytes(raw.encode("utf-8", "surrogatepass")),
            leaf,
            tuple((each.day, each.value) for each in values if each.day),
            next((f.token for f in typed if is_today(f, text, language)), ""),
        )

    def _pair(self, words: Sequence[Content]) -> list[int]:
        """The bigram of two words; nothing for none."""
        return self._hasher.pairs((w.opened for w in words[:1]), (w.hashed for w in words[1:]))

    def _typed(self, text: str, pieces: Sequence[Piece], starts: Sequence[int]) -> list[Typed]:
        """The typed values of a text."""
        begins = []
        before = 0
        for holds, _, _, _, chunks, its_begins in pieces:
            if holds & Holds.VALUE:
                begins += [before + at for at in its_begins]
            before += len(chunks)
        placed = chunks_at(map(_chunks, pieces), starts)
        return read_values(placed, begins, text, self._language)

    def _sentence(
        self,
        pieces: Sequence[Piece],
        telling: Sequence[Content],
        bigrams: set[int],
        negated: bool,
    ) -> Sentence:
        """One sentence. Its bigrams join those of the text. `negated`: whether the text is.

        What holds a digit, and negations, come first among its tokens: the last to be left out.
        """
        hashes, opened, stems, vital = zip(*telling, strict=True)
        pairs = {*self._hasher.pairs(opened, hashes[1:])}
        bigrams |= pairs
        first = compress(stems, vital)
        sought = tuple(dict.fromkeys((*first, *stems)))[:MOST_TOKENS]
        return Sentence(
            self._value(pieces),
            (*sought, *sorted(pairs)[: min(MOST_PAIRS, len(sought))]),
            negated and any(piece.holds & Holds.NEGATION for piece in pieces),
        )

    def _value(self, pieces: Sequence[Piece]) -> int:
        return value_id(self._hasher[phrase_token([*chain.from_iterable(map(_words, pieces))])])

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
        if only_value(text, typed, language):
            found = typed[0]
            value = values[0]
            hashed = hasher[typed_token(found)]
            return Leaf(
                hashed,
                value.exact,
                found.kind,
                found.token,
                # "A week" and "0,5" say something when nothing else stands there.
                found.telling or found.kind is Kind.DURATION or "." in found.token,
                False,
                value.tokens,
            )
        if count > _LONGEST_PHRASE or "\n" in surface:
            return None
        exact = exact_id(hasher[surface_token(surface)])
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
            self._search_phrase(text, words, values),
        )

    def _search_phrase(
        self, text: str, words: Sequence[str], values: Sequence[TypedValue]
    ) -> tuple[int, ...]:
        """What to search a text for to find a short string in it; nothing for one plain word.

        A place is looked for under its usual name, and the region behind it stands aside: it is
        one token in five or more, so that the place counts as found without it.
        """
        hasher, language = self._hasher, self._language
        place, region = apart(text, language)
        named = usual_name(words_of(place) if region else words, language)
        if region:
            own = [token_id(hasher[word_token(word)]) for word in named[: MOST_TOKENS // 2]]
            aside = token_id(hasher[phrase_token(region.split(" "))])
            return (*own * -(-4 // len(own)), aside) if own else ()
        return self._search(named, values) if named != words or len(words) > 1 else ()

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

    def _typed_value(self, found: Typed, text: str, negations: Sequence[int]) -> TypedValue:
        hasher = self._hasher
        surface = hasher[surface_token(text[found.start : found.end])]
        said = [token_id(hasher[reading_token(reading)]) for reading in found.readings]
        search: list[int] = []
        day = ""
        if found.kind in _READ_IN_OTHERS:
            search = [token_id(hasher[value_token(reading)]) for reading in found.readings]
            own = token_id(hasher[reading_token(found.token)])
            day = found.token if found.kind is Kind.DATE else ""
            if found.kind is Kind.DATETIME:  # as `measure.outcome` takes it apart
                time, date, of_year, *local = search
                search = [time, own, *(local or [own]), date, of_year]
                day = found.readings[1]
            elif found.kind is Kind.TIME and found.token >= _SURE_HOUR:
                search = [own]
            else:
                search = [own, *search]
        elif found.kind is Kind.NAME:
            search = [token_id(hasher[phrase_token(words_of(name))]) for name in found.readings]
            words = [word for name in found.readings for word in words_of(name)]
            said = [*search, *(token_id(hasher[word_token(word)]) for word in words)]
        elif found.plain:
            said.append(token_id(hasher[reading_token(found.plain)]))
            search = [token_id(hasher[value_token(found.plain)])]
        elif found.kind is Kind.DURATION:  # "in 3 days" says it
            search = [token_id(hasher[reading_token(found.token)])]
        elif found.kind is Kind.NUMBER and found.telling:  # amounts of any currency say it
            search = [token_id(hasher[reading_token(found.token)])]
            search += [token_id(hasher[value_token(reading)]) for reading in found.readings]
        return TypedValue(
            found.kind,
            value_id(hasher[typed_token(found)]),
            exact_id(surface),
            token_id(surface),
            tuple(said),
            tuple(search),
            found.telling and self._is_negated(text, found.start, negations),
            found.telling,
            day,
        )

    def _is_negated(self, text: str, start: int, negations: Sequence[int]) -> bool:
        """Whether one of the last words before a value is a negation. They end there at most."""
        if not any(start - _BEFORE < end for end in negations):
            return False
        before = words_of(text[max(0, start - _BEFORE) : start])[-3:]
        return any(word in self._language.negations for word in before)


def _found(
    values: Sequence[TypedValue], sentences: Sequence[Sentence]
) -> tuple[tuple[Found, ...], Mapping[Kind, int]]:
    """The facts of a text, numbered by kind, and how many there are of each."""
    found = []
    numbers: dict[Kind, int] = {}
    for each in values:
        if each.telling:
            number = numbers[each.kind] = numbers.get(each.kind, -1) + 1
            flags = Flag.NEGATED if each.negated else Flag.NONE
            name = numbered(each.kind, number)
            found.append(Found(each.kind, each.value, each.exact, flags, each.tokens, name))
    for number, sentence in enumerate(sentences):
        flags = Flag.NEGATED if sentence.negated else Flag.NONE
        value, name = sentence.value, numbered(Kind.SENTENCE, number)
        found.append(Found(Kind.SENTENCE, value, value >> 16, flags, sentence.tokens, name))
    counts = {kind: number + 1 for kind, number in numbers.items()}
    return tuple(found), {**counts, Kind.SENTENCE: len(sentences)}


def _starts(cut: Sequence[str], text: str) -> Sequence[int]:
    """Where each piece of a text starts."""
    if sum(map(len, cut)) + len(cut) - 1 == len(text):  # one space between each two
        return [*map(add, accumulate(map(len, cut[:-1]), initial=0), range(len(cut)))]
    return [match.start() for match in _SPACED.finditer(text)]


def _sentences(
    pieces: Sequence[Piece], lines: Sequence[Sequence[str]], holds: int
) -> Iterator[tuple[int, int]]:
    """Where each sentence begins and ends: at a full stop before a space, and with its line."""
    ends = {*accumulate(map(len, lines))}
    if holds & Holds.END:
        ends.update(at for at, piece in enumerate(pieces, 1) if piece.holds & Holds.END)
    first = 0
    for end in sorted(ends):
        if end > first:
            yield first, end
            first = end
