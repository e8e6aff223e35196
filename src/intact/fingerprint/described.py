"""Words that mean something only beside others go in: ``not vegetarian``, ``a standard car``.

On the side of a text a common word is read together with the nouns behind it, and a negation with
what it denies; on the side of a state a common value together with the words of its key. So
``{"car": {"type": "standard"}}`` meets "a standard car", and ``{"vegetarian": false}`` "not
vegetarian". What a text affirms without a sign (``with insurance``) is not read: most of what it
says is affirmed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from intact.fingerprint.counted import singular
from intact.fingerprint.languages import Language
from intact.fingerprint.tokens import pair_of_words, reading_token, split_case, words_of

_BEHIND = 2  # words that a common word may describe, or a negation deny
_PIECES = 4  # what stands between spaces: how far they are looked for
_CLAUSE_ENDS = frozenset(",;:.!?)")
_MOST_KINDS = 2  # of things that one key may name


def said_of(
    cut: Sequence[str],
    words: Sequence[Sequence[str]],
    at: Iterable[int],
    language: Language,
) -> Iterator[str]:
    """The tokens of what a text says of the things in it.

    Args:
        cut: The text, cut at its spaces.
        words: The words of each piece.
        at: The pieces that hold a common word or a negation.
        language: The tables.

    >>> from intact.fingerprint.languages import LANGUAGES
    >>> from intact.fingerprint.tokens import pair_token
    >>> cut = ["not", "vegetarian"]
    >>> list(said_of(cut, [[each] for each in cut], [0], LANGUAGES)) == [
    ...     pair_token("vegetarian", "false")
    ... ]
    True
    """
    for index in at:
        for position, word in enumerate(words[index]):
            denies = word in language.negations
            if not denies and word not in language.common:
                continue
            behind = _behind(cut, words, index, position, language)
            if denies:
                yield from (
                    pair_of_words(behind[:count], "false") for count in range(1, len(behind) + 1)
                )
            else:
                yield from (reading_token(description(singular(noun), word)) for noun in behind)


def description(what: str, word: str) -> str:
    """The reading of a thing that is said to be so."""
    return f"{what} {word}"


def described_by_key(key: str, above: str, word: str, language: Language) -> list[str]:
    """What a common value under a key says of which things.

    A key such as ``type`` names no thing: the key above it does.

    >>> from intact.fingerprint.languages import LANGUAGES
    >>> described_by_key("type", "rental_cars", "standard", LANGUAGES)
    ['rental standard', 'car standard']
    >>> described_by_key("priority", "ticket", "high", LANGUAGES)
    ['priority high', 'ticket high']
    """
    kinds = dict.fromkeys((*_things(key, language), *_things(above, language)))
    return [description(kind, word) for kind in list(kinds)[:_MOST_KINDS]]


def without_auxiliary(key: str, language: Language) -> str:
    """The key of a yes or no without the verb before it: ``has_insurance``.

    >>> from intact.fingerprint.languages import LANGUAGES
    >>> without_auxiliary("hasInsurance", LANGUAGES), without_auxiliary("express", LANGUAGES)
    ('insurance', 'express')
    """
    words = words_of(split_case(key))
    if len(words) > 1 and words[0] in language.auxiliaries:
        return " ".join(words[1:])
    return key


def _things(key: str, language: Language) -> list[str]:
    words = [word for word in words_of(split_case(key)) if word not in language.stop]
    return [singular(word) for word in words if word.isalpha() and word not in language.generic]


def _behind(
    cut: Sequence[str],
    words: Sequence[Sequence[str]],
    index: int,
    position: int,
    language: Language,
) -> list[str]:
    """The content words behind one word, as far as its clause goes."""
    found: list[str] = []
    following: Sequence[str] = words[index][position + 1 :]
    for piece in range(index, min(index + _PIECES, len(cut))):
        if piece > index:
            following = words[piece]
        found += [word for word in following if word.isalpha() and word not in language.stop]
        if len(found) >= _BEHIND or cut[piece][-1] in _CLAUSE_ENDS:
            break
    return found[:_BEHIND]
