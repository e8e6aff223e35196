"""What stands between two spaces goes in, what is known of it comes out.

Most pieces of most texts were met before: a word with, at most, a comma behind it. So a piece is
read once, and after that costs one look-up, whatever is asked about it: its words and their
hashes, the chunks it is made of, whether a typed value may begin in it.

No rule of this room looks across a space but by way of chunks and words, so that the pieces of a
text say what the text as a whole would.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from intact.fingerprint.chunks import Chunk, chunks_of
from intact.fingerprint.keys import Hasher, token_id
from intact.fingerprint.languages import Language
from intact.fingerprint.pairs import SIGN, SIGN_WORDS
from intact.fingerprint.stems import stem
from intact.fingerprint.tokens import word_token, words_of
from intact.fingerprint.typed import may_begin

_MOST = 1 << 15  # pieces, of some 700 bytes each
_LONGEST = 32  # characters of one that is worth remembering
_END = re.compile(r"[.!?…][\"')\]]*\Z")


class Holds:
    """What a piece holds that asks for a closer look, as bits."""

    VALUE: Final = 1  # chunks that a typed value may begin with
    SIGN: Final = 2  # what may stand between a key and its value
    END: Final = 4  # the end of a sentence
    NEGATION: Final = 8
    COMMON: Final = 16  # a word that means something only beside others


class Content(NamedTuple):
    """A word that is no stop word."""

    hashed: int  # 64 bits
    opened: int  # the same, ready to be the left one of a pair
    stem: int  # 32 bits: token of its stem
    vital: bool  # a negation, or a word with a digit: without it a sentence says something else


class Piece(NamedTuple):
    """One piece. Positions of its chunks count from its beginning."""

    holds: int  # bits of `Holds`
    tokens: tuple[int, ...]  # 32 bits each: its words, and the stems of those with content
    words: tuple[str, ...]
    content: tuple[Content, ...]
    chunks: tuple[Chunk, ...]
    begins: tuple[int, ...]  # which of them a typed value may begin with


class Pieces(dict[str, Piece]):
    """Piece of a normalised text -> what is known of it; bounded in pieces and their length.

    Safe to share between threads: the worst a race can do is to read a piece twice.
    """

    __slots__ = ("_hasher", "_language")

    def __init__(self, hasher: Hasher, language: Language) -> None:
        super().__init__()
        self._hasher = hasher
        self._language = language

    def __missing__(self, text: str) -> Piece:
        piece = self._read(text)
        if len(text) <= _LONGEST:
            if len(self) >= _MOST:
                self.clear()
            self[text] = piece
        return piece

    def _read(self, text: str) -> Piece:
        hasher, language = self._hasher, self._language
        words = tuple(words_of(text))
        chunks = tuple(chunks_of(text))
        tokens, content = [], []
        for word in words:
            hashed = hasher[word_token(word)]
            tokens.append(token_id(hashed))
            if word not in language.stop:
                content.append(self._content(word, hashed))
        tokens += [word.stem for word in content]
        begins = [at for at, chunk in enumerate(chunks) if may_begin(chunk, language)]
        holds = Holds.VALUE if begins else 0
        if (not text.isalnum() or text in SIGN_WORDS) and SIGN.search(text):
            holds |= Holds.SIGN
        if not text[-1].isalnum() and _END.search(text):
            holds |= Holds.END
        if not language.negations.isdisjoint(words):
            holds |= Holds.NEGATION
        if not language.common.isdisjoint(words):
            holds |= Holds.COMMON
        return Piece(
            holds, tuple(dict.fromkeys(tokens)), words, tuple(content), chunks, tuple(begins)
        )

    def _content(self, word: str, hashed: int) -> Content:
        root = stem(word)
        stemmed = token_id(hashed if root == word else self._hasher[word_token(root)])
        digits = not word.isalpha() and any(map(str.isdigit, word))
        vital = digits or word in self._language.negations
        return Content(hashed, self._hasher.open(hashed), stemmed, vital)
