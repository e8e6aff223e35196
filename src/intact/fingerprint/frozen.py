"""A context as it is now, in a form that nobody can change: for whoever fingerprints it later.

In: a context.  Out: bytes, and from the bytes a context that has the same fingerprint.
Left to others: when that is, and what to do with a context that cannot be frozen.

One serialisation in C is several times cheaper than a copy of the structure in Python, even of
one that shares its strings.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Final

import orjson

from intact.fingerprint.unfold import Fields, unfold

#: What orjson would write its own way comes to `_as_walked` instead.
_OPTIONS: Final = (
    orjson.OPT_PASSTHROUGH_DATACLASS
    | orjson.OPT_PASSTHROUGH_DATETIME
    | orjson.OPT_PASSTHROUGH_SUBCLASS
)
#: Items of a list of the user's own type; a walk goes through fewer.
_MOST_ITEMS: Final = 1 << 16
_ANY_KEYS: Final = _OPTIONS | orjson.OPT_NON_STR_KEYS
_SCALARS: Final = frozenset({str, int, float, bool, type(None)})
#: Class attributes by which an object can be a message although it does not hold them.
_TELLING: Final = ("type", "kind", "part_kind")


def freeze(context: object) -> bytes | None:
    """The context as bytes; None where they would not have its fingerprint.

    JSON values, dataclasses, pydantic models, enums, dates, UUIDs and sets of scalars can be
    frozen. Decimals, bytes, arrays, objects with slots, and what cannot be read at all cannot.

    Costs one JSON serialisation, about 0.5 microseconds a KB, and some microseconds for each
    object that is no plain JSON value.

    >>> thaw(freeze({"order": {"id": "A-1042"}, "seats": (1, 2)}))
    {'order': {'id': 'A-1042'}, 'seats': [1, 2]}
    >>> freeze({"picture": b"GIF89a"}) is None
    True
    """
    try:
        return orjson.dumps(context, _as_walked, _OPTIONS)
    except Exception:  # no JSON, cyclic, too deep, or code of the user's own that raised
        return None


def serialise(context: object) -> bytes:
    """Bytes that no context of another fingerprint has; with keys that are no strings, too.

    Raises:
        Exception: Where there are none. Code of the user's own may raise anything.
    """
    try:
        return orjson.dumps(context, _as_walked, _OPTIONS)
    except TypeError:  # allowing for other keys takes three times as long
        return orjson.dumps(context, _as_walked, _ANY_KEYS)


def thaw(frozen: bytes) -> object:
    """A context with the fingerprint of the one that was frozen."""
    return orjson.loads(frozen)


def _as_walked(value: object) -> object:
    """What is walked when this value is: the same facts, under the same names.

    A list among whose items are messages is read differently from any other sequence, and an
    object that has a role differently from a dict without. What could differ is refused.
    """
    unfolded = unfold(value)
    if isinstance(unfolded, (str, int)) or unfolded is None:
        return unfolded
    if isinstance(unfolded, float):
        return float(unfolded)
    if isinstance(value, Mapping):
        return dict(value.items())
    if isinstance(value, (list, tuple)) and not hasattr(value, "_fields"):
        items = list(islice(value, _MOST_ITEMS))  # an iterator of the user's own may never end
        if len(items) == _MOST_ITEMS:
            raise TypeError
        return items
    if isinstance(unfolded, Fields):
        return _fields(value, dict(unfolded.items))
    items = list(getattr(unfolded, "items", ()))
    if items and all(type(item) in _SCALARS for item in items):
        return items
    raise TypeError


def _fields(value: object, fields: dict[object, object]) -> dict[object, object]:
    """The fields of an object, if a message could read no more and no less in it."""
    held = getattr(value, "__dict__", None)
    if not isinstance(held, dict) or held.keys() != fields.keys():
        raise TypeError
    kind = type(value)
    if any(isinstance(getattr(kind, name, None), str) and name not in held for name in _TELLING):
        raise TypeError
    return fields
