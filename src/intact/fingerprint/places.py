"""Short strings go in, the place that they name comes out, as it is usually called.

``SF`` and ``San Francisco`` are one place, and so, where nothing says otherwise, are ``Toronto``
and ``Toronto, Canada``. Which names there are is data of the languages.
"""

from __future__ import annotations

from collections.abc import Sequence

from intact.fingerprint.languages import Language
from intact.fingerprint.tokens import words_of


def usual_name(words: Sequence[str], language: Language) -> list[str]:
    """The words of a place's usual name; of anything else, the words as they are.

    >>> from intact.fingerprint.languages import LANGUAGES
    >>> usual_name(["nyc"], LANGUAGES), usual_name(["berlin"], LANGUAGES)
    (['new', 'york'], ['berlin'])
    """
    named = language.places.get(" ".join(words))
    return list(words) if named is None else named.split(" ")


def apart(text: str, language: Language) -> tuple[str, str]:
    """What stands before a region, and the region; "" for none.

    >>> from intact.fingerprint.languages import LANGUAGES
    >>> apart("Anaheim, CA", LANGUAGES), apart("Smith, Dana", LANGUAGES)
    (('Anaheim', 'california'), ('Smith, Dana', ''))
    """
    place, comma, behind = text.rpartition(",")
    region = language.regions.get(" ".join(words_of(behind)), "") if comma and place else ""
    return (place, region) if region else (text, "")
