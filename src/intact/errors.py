"""The errors of Intact, as a tree.

    IntactError
    ├── ConfigError      a setting is wrong: says which, its value, and an example
    ├── CodecError       bytes that are no fingerprint
    │   ├── SuiteError   a fingerprint of a suite that this version does not know
    │   └── CutError     a fingerprint attribute that a length limit cut
    ├── KeyFileError     a key could not be read or made
    └── MissingExtra     a command needs an extra that is not installed: says the install line

The library never raises any of these into the user's agent; they surface from ``configure``,
from explicit calls on data (``compare``) and from the command line.
"""

from __future__ import annotations

import re

_CREDENTIALS = re.compile(r"//[^/@\s]*@")


def without_credentials(text: str) -> str:
    """A text as it may be shown: without the user and password of a URL in it.

    >>> without_credentials("http://me:secret@otel.example:4317")
    'http://...@otel.example:4317'
    """
    return _CREDENTIALS.sub("//...@", text)


def quoted(value: object) -> str:
    """A value in a message, without the credentials of a URL."""
    return without_credentials(repr(value))


class IntactError(Exception):
    """Base of everything that Intact raises on purpose."""


class ConfigError(IntactError, ValueError):
    """A setting is wrong. The message names each wrong setting, its value and an example."""


class CodecError(IntactError, ValueError):
    """Bytes that cannot be read as a fingerprint. Never carries the bytes."""


class SuiteError(CodecError):
    """A fingerprint of a suite that this version does not know. Upgrade the reader."""

    def __init__(self, suite: int) -> None:
        super().__init__(f"fingerprint suite {suite} is not known to this version")
        self.suite = suite


class CutError(CodecError):
    """A fingerprint attribute is shorter than its size says: a length limit cut it."""


class KeyFileError(IntactError, OSError):
    """The key could not be read or created. Operator action: see the message."""


class MissingExtra(IntactError, ImportError):
    """A command needs an optional part. The message is the install line."""
