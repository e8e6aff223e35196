"""What is hashed: words, phrases, values, and values together with their keys, as tokens.

Every token begins with a mark of its sort, so that no word is ever equal to a number. That a
value of a state is found again in a prompt rests on both sides making the same token of it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

from intact.fingerprint.chunks import Typed
from intact.fingerprint.keys import SEPARATOR
from intact.model.facts import Kind

_WORD = re.compile(r"[^\W_]+")
_ESCAPE = re.compile(r"\\+(?:u([0-9a-fA-F]{4})|([nrt\"'/\\]))")
_ESCAPED = {"n": "\n", "r": "\n", "t": " "}
_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
#: A full stop with no space behind it: "on March 11th.Is that right".
_RUN_ON = re.compile(r"[.!?](?<=[a-zß-ÿ0-9)].)(?=[A-Z][a-zß-ÿ]*[,']?\s)")
_LINK = re.compile(r"[/@\\]")
_LONGEST_RUN = 80
_LONG, _MOST_GROWTH = 500, 3
_PIECE = re.compile(r".{1,2000}(?=\s|\Z)|.{1,2000}", re.DOTALL)


def normalise(text: str) -> str:
    r"""The text whose words are compared: escapes undone, compatibility forms folded.

    Sentences without a space between them are set apart.

    >>> normalise('{\\"carrier\\": \\"UPS\\"}\\n')
    '{"carrier": "UPS"}\n'
    """
    if "\\" in text:
        text = _ESCAPE.sub(_unescaped, text)
        if not text.isascii():  # two escapes may be one character
            text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if not text.isascii():
        # In pieces: putting combining marks in order is quadratic in how many follow each other.
        text = "".join(map(_folded, _PIECE.findall(text)))
    return _RUN_ON.sub(_ended, text)


def _ended(match: re.Match[str]) -> str:
    """The full stop with a space behind it, unless it stands in a link or a path."""
    before = match.string[max(0, match.start() - _LONGEST_RUN) : match.start()]
    *_, run = before.split() or [""]
    return match[0] if _LINK.search(run) else f"{match[0]} "


def _unescaped(match: re.Match[str]) -> str:
    code, character = match.groups()
    return chr(int(code, 16)) if code else _ESCAPED.get(character, character)


def _folded(piece: str) -> str:
    folded = unicodedata.normalize("NFKC", piece)
    # One character can be folded to 18: a text of nothing else must not grow that far.
    return piece if len(piece) > _LONG and len(folded) > _MOST_GROWTH * len(piece) else folded


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
    return pair_of_words(words_of(split_case(key)), value)


def pair_of_words(key: Sequence[str], value: str) -> str:
    """`pair_token` of a key that is words already, as `words_of` gives them."""
    return f"p{SEPARATOR}{' '.join(key)}{SEPARATOR}{value}"


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


def reading_token(canonical: str) -> str:
    """The token of what a finer value says besides: "4 December" of "4 December 2026".

    Not the token of the value itself, or a date would be found in another year's.
    """
    return f"r{SEPARATOR}{canonical}"


def typed_token(found: Typed) -> str:
    """The token of a typed value: a name is a phrase, so that it meets a short string."""
    if found.kind is Kind.NAME:
        return phrase_token(words_of(found.token))
    return value_token(found.token)
