"""Content that is not what was there: redacted, cut by a length limit, dropped by a count limit.

A side with one of these is not measured. Taken for content, a mark such as ``__REDACTED__`` or a
prompt that ends in the middle would read as a loss.
"""

from __future__ import annotations

from collections.abc import Iterable

import orjson

from intact.model.measurement import Reason

_MARKS = frozenset(
    {"__REDACTED__", "[REDACTED]", "REDACTED", "<redacted>", "[redacted]", "readacted"}  # sic
)
_OPENING = ("{", "[")
_CLOSING = ("}", "]")


def is_redacted(value: object) -> bool:
    """Whether a value is a mark that stands for content.

    >>> is_redacted("__REDACTED__"), is_redacted("a redacted word")
    (True, False)
    """
    return isinstance(value, str) and value.strip() in _MARKS


def is_cut(value: object) -> bool:
    """Whether a text begins as JSON and stops before its end. Looks at both ends only."""
    if not isinstance(value, str):
        return False
    text = value.strip()
    return text.startswith(_OPENING) and not text.endswith(_CLOSING)


def parse(value: object) -> tuple[object, Reason | None]:
    """Read an attribute that holds JSON; what is no JSON stays as it is.

    Returns the value, or None and the reason why there is none.

    >>> parse('{"a": 1}')
    ({'a': 1}, None)
    >>> parse('[{"role": "us')
    (None, <Reason.ATTRIBUTE_CUT: 'attribute_cut'>)
    """
    if not isinstance(value, str):
        return value, None
    if is_redacted(value):
        return None, Reason.REDACTED
    if not value.lstrip().startswith(_OPENING):
        return value, None
    try:
        return orjson.loads(value), None
    except orjson.JSONDecodeError as error:
        ended = error.pos >= len(value.rstrip())  # a cut may fall behind a closing bracket
        return None, Reason.ATTRIBUTE_CUT if ended or is_cut(value) else Reason.UNREADABLE


def parse_text(value: object) -> tuple[object, Reason | None]:
    """The same for free text: what begins with a bracket need not be JSON.

    >>> parse_text("[urgent] call me back")
    ('[urgent] call me back', None)
    """
    parsed, reason = parse(value)
    if reason is Reason.UNREADABLE or (reason is Reason.ATTRIBUTE_CUT and not _is_start(value)):
        return value, None
    return parsed, reason


def _is_start(value: object) -> bool:
    """Whether a text is likely to be the start of JSON, rather than a text in brackets."""
    text = str(value).lstrip()
    return text[1:].lstrip()[:1] in ('"', "{", "[", "") or text[1:2].isdigit()


def distinct(reasons: Iterable[Reason | None]) -> tuple[Reason, ...]:
    """The reasons that are there, each once, in order."""
    return tuple(dict.fromkeys(reason for reason in reasons if reason is not None))
