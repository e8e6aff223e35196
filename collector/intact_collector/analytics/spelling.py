"""Text of foreign origin on its way into attributes, made fit for every backend.

In: names that telemetry gave to agents, services and journeys. Out: valid UTF-8 of bounded length.
One lone surrogate, as JSON can smuggle in, would make every request fail that it is part of, and
with it every other total; a name of many lines is content that somebody put into the wrong field.
"""

from __future__ import annotations

from typing import Final

#: What is longer is no name. Several backends refuse longer label values.
LONGEST: Final = 255


def valid(text: str) -> str:
    r"""The text as valid UTF-8.

    >>> valid("a\ud800b")
    'a?b'
    """
    return text.encode("utf-8", "replace").decode()


def label(text: str) -> str:
    """A name as an attribute.

    >>> len(label("x" * 300))
    255
    """
    return valid(text[:LONGEST])
