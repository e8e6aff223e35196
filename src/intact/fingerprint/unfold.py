"""Any Python value goes in; what it is made of comes out.

The shapes that agents keep state in are read: mappings, sequences, sets, dataclasses, pydantic
models, attrs classes, named tuples, enums, dates, decimals, uuids, paths, bytes, numpy scalars
and arrays. Anything else is `Opaque`: named by its type, never compared.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import fields as dataclass_fields
from dataclasses import is_dataclass
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import NamedTuple, cast


class Fields(NamedTuple):
    """A container with named parts."""

    items: Iterable[tuple[object, object]]


class Items(NamedTuple):
    """A container with numbered parts."""

    items: Iterable[object]


class Blob(NamedTuple):
    """Bytes that mean something only as a whole."""

    data: bytes


class Opaque(NamedTuple):
    """Something that cannot be read."""

    type_name: str


#: What a value unfolds to: a container, a blob, something opaque, or a scalar.
Unfolded = Fields | Items | Blob | Opaque | str | bool | int | float | Decimal | None

_SCALARS = frozenset({str, int, float, bool, type(None)})
_MOST_ARRAY_BYTES = 1 << 20
#: Types that are their own text, by name: not all of them are installed everywhere.
_TEXTUAL = frozenset(
    {
        "UUID",
        "PosixPath",
        "WindowsPath",
        "PurePosixPath",
        "PureWindowsPath",
        "IPv4Address",
        "IPv6Address",
        "IPv4Network",
        "IPv6Network",
        "Url",
        "AnyUrl",
        "HttpUrl",
        "AnyHttpUrl",
        "AnyWebsocketUrl",
        "WebsocketUrl",
        "FileUrl",
        "FtpUrl",
    }
)


def unfold(value: object) -> Unfolded:
    """One level of a value.

    Reads attributes and iterates over containers; iterators and generators are never consumed.

    >>> unfold({"a": 1}).items
    dict_items([('a', 1)])
    """
    kind = type(value)
    if kind in _SCALARS:  # the common types first: the checks below are slow for all of them
        return cast("Unfolded", value)
    if kind is dict:
        return Fields(cast("dict[object, object]", value).items())
    if kind is list:
        return Items(cast("list[object]", value))
    if isinstance(value, Enum):
        return unfold(value.value)
    if isinstance(value, str):
        return str.__str__(value)  # the text alone of a subclass: it is remembered by the caches
    if value is None or isinstance(value, (bool, int, float, Decimal)):
        return value
    if isinstance(value, Mapping):
        return Fields(value.items())
    if isinstance(value, (bytes, bytearray, memoryview)):
        return Blob(bytes(value))
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return Fields(zip(cast("Sequence[str]", value._fields), value, strict=False))
    if isinstance(value, (list, tuple)):
        return Items(value)
    if isinstance(value, (set, frozenset, Set)):
        # A set has no order, and its own differs between processes.
        return Items(sorted(value, key=_order))
    return _object(value)


def key_text(key: object) -> str:
    """A key of a mapping, as JSON would write it.

    >>> key_text("a"), key_text(1), key_text(None), key_text(True)
    ('a', '1', 'null', 'true')
    """
    if isinstance(key, Enum):
        return key_text(key.value)
    if isinstance(key, str):
        return str.__str__(key)
    if key is None or isinstance(key, bool):
        return {None: "null", True: "true", False: "false"}[key]
    if isinstance(key, (dt.date, dt.time)):
        return key.isoformat()
    return str(key)


def _order(item: object) -> str:
    """A text to sort the items of a set by: the same in every process."""
    if isinstance(item, (frozenset, tuple)):
        parts = [_order(part) for part in item]
        return f"{type(item).__name__}{sorted(parts) if isinstance(item, frozenset) else parts}"
    return f"{type(item).__name__}{item!r}"


def _object(value: object) -> Unfolded:
    if isinstance(value, (dt.date, dt.time)):  # a datetime is a date
        return value.isoformat()
    if isinstance(value, dt.timedelta):
        return f"{Decimal(str(value.total_seconds())).normalize():f} s"
    if isinstance(value, Fraction):
        return float(value)
    if is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in dataclass_fields(value)]
        return Fields([(name, getattr(value, name)) for name in names if hasattr(value, name)])
    kind = type(value)
    if hasattr(kind, "__pydantic_fields__") or hasattr(kind, "model_fields"):
        extra = getattr(value, "__pydantic_extra__", None)
        return Fields({**vars(value), **(extra if isinstance(extra, dict) else {})}.items())
    if hasattr(kind, "__attrs_attrs__"):
        names = [field.name for field in kind.__attrs_attrs__]
        return Fields([(name, getattr(value, name)) for name in names if hasattr(value, name)])
    if kind.__module__.partition(".")[0] == "numpy":
        return _numpy(value)
    if kind.__name__ in _TEXTUAL:
        return str(value)
    if isinstance(value, Sequence):
        return Items(value)
    return Opaque(kind.__qualname__)


def _numpy(value: object) -> Unfolded:
    shape, dtype = getattr(value, "shape", None), getattr(value, "dtype", None)
    if shape == () and hasattr(value, "item"):
        scalar = value.item()
        return Opaque(type(value).__qualname__) if scalar is value else unfold(scalar)
    if getattr(dtype, "hasobject", False) and hasattr(value, "tolist"):
        return Items(value.tolist())  # its bytes are addresses
    size = getattr(value, "nbytes", None)
    if isinstance(size, int) and size <= _MOST_ARRAY_BYTES and hasattr(value, "tobytes"):
        return Blob(f"{dtype}{shape}".encode() + value.tobytes())
    return Opaque(type(value).__qualname__)
