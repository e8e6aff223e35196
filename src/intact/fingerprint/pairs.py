"""Text goes in, values that stand behind their keys come out: ``Order status: open``.

In a prompt that is the fact ``{"order_status": "open"}`` of a state. How many words before the
colon are the key, and how many after it the value, cannot be told: each number of them is a pair.

A pair is found around a sign, at most so many pieces (what stands between spaces) before and
behind it; so only the surroundings of signs are searched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from intact.fingerprint.languages import Language
from intact.fingerprint.numbers import number_token
from intact.fingerprint.tokens import pair_token

#: What may stand between a key and its value; and those of it that are words.
SIGN = re.compile(r"[:=|>]|\b(?:is|ist)\b")
SIGN_WORDS = frozenset({"is", "ist"})

_PAIR = re.compile(
    r"(?<!\w)((?:[A-Za-z]\w{0,40}[ ]){0,3}[A-Za-z_]\w{0,40})"
    r"[\"'*`]{0,3}\s{0,3}(:|=|\||>|\b(?:is|ist)\b)[>\"'*`]{0,3}\s{0,3}[\"'*`]{0,3}"
    r"([+-]?\d{1,4}(?:\.0{1,4})?|\w{1,24})(?:[ _](\w{1,24}))?(?![\w.,]*\d)"
)
_BEFORE = 4  # pieces: a key has up to four words, and there may be a space behind it
_BEHIND = 2  # and a value up to two


def pairs_of(
    text: str, signs: Iterable[int], starts: Sequence[int], language: Language
) -> Iterator[str]:
    """The tokens of all pairs of a text.

    Args:
        text: Normalised text.
        signs: The pieces that hold a sign, ascending.
        starts: Where each piece starts.
        language: Words for numbers.

    >>> from intact.fingerprint.languages import LANGUAGES
    >>> list(pairs_of("open: no", [0], [0, 6], LANGUAGES)) == [
    ...     pair_token("open", "no"), pair_token("open", "false")
    ... ]
    True
    """
    for first, last in _around(signs, len(starts)):
        end = starts[last] if last < len(starts) else len(text)
        for match in _PAIR.finditer(text, starts[first], end):
            yield from _tokens(match, language)


def _around(signs: Iterable[int], count: int) -> Iterator[tuple[int, int]]:
    """The pieces around signs, from and up to, runs that touch put together."""
    first = last = -1
    for sign in signs:
        if last < 0 or sign - _BEFORE > last:
            if last >= 0:
                yield first, last
            first = max(0, sign - _BEFORE)
        last = min(count, sign + _BEHIND + 1)
    if last >= 0:
        yield first, last


def _tokens(match: re.Match[str], language: Language) -> Iterator[str]:
    before, sign, behind, further = match.groups()
    value = behind.lower()
    digits, _, _ = value.lstrip("+-").partition(".")
    if digits.isdecimal() and len(digits) < 5:
        value = number_token(-int(digits) if value[0] == "-" else int(digits))
    elif value in language.numbers:
        value = number_token(language.numbers[value])
    values = [value, language.means.get(value, value)]
    if further:
        values.append(f"{value} {further.lower()}")
    words = before.split(" ")
    for first in range(len(words)):
        key = " ".join(words[first:])
        for each in dict.fromkeys(values):
            yield pair_token(key, each)
    if sign.isalpha() and value not in language.negations and value not in language.stop:
        yield pair_token(value, "true")  # "the customer is vegetarian"
