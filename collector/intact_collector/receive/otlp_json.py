"""OTLP/JSON -> protobuf objects, by the rules of OTLP and not of protobuf's own JSON mapping.

In: JSON bytes and the class of the request. Out: a filled message, or `Refused` with the name of
the wrong field and never its value.

    ids             hex in either case; base64 is refused with a hint, since it is a common mistake
    64-bit numbers  as string or number
    enums           integers only
    doubles         numbers, numeric strings, "NaN", "Infinity", "-Infinity"
    bytes           base64, either alphabet, padding optional
    names           lowerCamelCase only; what is unknown is ignored at every level
    null            the same as missing, except as an item of a list

A table per message type is derived from its descriptor once: name -> a function that sets the field
from a JSON value. `json_format` does the same work about a hundred times slower.
"""

from __future__ import annotations

import binascii
import math
from base64 import b64decode
from collections.abc import Callable
from functools import cache, partial
from typing import Any, Final, TypeVar

import orjson
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from intact_collector.receive.refusal import Reason, Refused

M = TypeVar("M", bound=Message)

#: Sets one field of a message from a JSON value; the last argument is the depth that is left.
_Setter = Callable[[Any, Any, int], None]

_IDS: Final = frozenset({"traceId", "spanId", "parentSpanId"})

_RANGES: Final[dict[int, tuple[int, int]]] = {
    FieldDescriptor.TYPE_INT32: (-(1 << 31), (1 << 31) - 1),
    FieldDescriptor.TYPE_UINT32: (0, (1 << 32) - 1),
    FieldDescriptor.TYPE_FIXED32: (0, (1 << 32) - 1),
    FieldDescriptor.TYPE_INT64: (-(1 << 63), (1 << 63) - 1),
    FieldDescriptor.TYPE_FIXED64: (0, (1 << 64) - 1),
}

_LONGEST_NUMBER: Final = 32  # characters; no number of 64 bits needs more


def from_json(body: bytes, kind: type[M], max_depth: int) -> M:
    """Decode one OTLP/JSON request.

    Raises:
        Refused: not JSON, not UTF-8, nested too deeply, or a field of the wrong type.
    """
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        # Line and column help; `error.doc` is the content and must not travel on.
        raise Refused(
            Reason.MALFORMED, f"the body is not JSON (line {error.lineno}, column {error.colno})"
        ) from None
    if not isinstance(document, dict):
        raise Refused(Reason.MALFORMED, "the body is not a JSON object")
    message = kind()
    _fill(message, document, _table(kind.DESCRIPTOR), max_depth)
    return message


def _fill(message: Any, document: dict[str, Any], table: dict[str, _Setter], depth: int) -> None:
    for name, value in document.items():
        if value is not None:
            setter = table.get(name)
            if setter is not None:
                setter(message, value, depth)


@cache
def _table(descriptor: Descriptor) -> dict[str, _Setter]:
    """The setters of a message type. Types refer to themselves: inner tables are made on use."""
    return {field.json_name: _setter(field) for field in descriptor.fields}


def _setter(field: FieldDescriptor) -> _Setter:
    # The one spelling of "is it repeated" that protobuf 5, 6 and 7 share without a warning.
    repeated = field.default_value == []
    if field.message_type is not None:
        build = _set_messages if repeated else _set_message
        return partial(build, field.name, field.json_name, field.message_type)
    convert = _converter(field)
    if repeated:
        return partial(_set_values, field.name, field.json_name, convert)
    return partial(_set_value, field.name, convert)


def _set_value(
    field: str, convert: Callable[[Any], Any], message: Any, value: Any, _depth: int
) -> None:
    setattr(message, field, convert(value))


def _set_values(
    field: str, label: str, convert: Callable[[Any], Any], message: Any, value: Any, _depth: int
) -> None:
    if type(value) is not list:
        raise _wrong(label, "a list")
    getattr(message, field).extend([convert(item) for item in value])


def _set_message(
    field: str, label: str, kind: Descriptor, message: Any, value: Any, depth: int
) -> None:
    if type(value) is not dict:
        raise _wrong(label, "an object")
    inner = getattr(message, field)
    inner.SetInParent()  # an empty object is present, which chooses the member of a oneof
    _fill(inner, value, _table(kind), _deeper(depth))


def _set_messages(
    field: str, label: str, kind: Descriptor, message: Any, value: Any, depth: int
) -> None:
    if type(value) is not list:
        raise _wrong(label, "a list")
    items = getattr(message, field)
    del items[:]  # a member of a oneof, or a name that stands twice: the last one counts
    table = _table(kind)
    left = _deeper(depth)
    for item in value:
        if type(item) is not dict:
            raise _wrong(label, "a list of objects")
        _fill(items.add(), item, table, left)


def _deeper(depth: int) -> int:
    if depth == 0:
        raise Refused(Reason.MALFORMED, "the JSON is nested too deeply")
    return depth - 1


def _converter(field: FieldDescriptor) -> Callable[[Any], Any]:
    """JSON value -> Python value of one scalar field."""
    label = field.json_name
    if label in _IDS and field.type == FieldDescriptor.TYPE_BYTES:
        return partial(_id, label)
    if field.type == FieldDescriptor.TYPE_BYTES:
        return partial(_bytes, label)
    if field.type == FieldDescriptor.TYPE_STRING:
        return partial(_text, label)
    if field.type == FieldDescriptor.TYPE_BOOL:
        return partial(_bool, label)
    if field.type == FieldDescriptor.TYPE_DOUBLE:
        return partial(_double, label)
    if field.type == FieldDescriptor.TYPE_ENUM:
        return partial(_enum, label)
    return partial(_integer, label, *_RANGES[field.type])


def _text(label: str, value: Any) -> str:
    if type(value) is not str:
        raise _wrong(label, "a string")
    return value


def _bool(label: str, value: Any) -> bool:
    if type(value) is not bool:
        raise _wrong(label, "true or false")
    return value


def _integer(label: str, low: int, high: int, value: Any) -> int:
    if type(value) is str and len(value) <= _LONGEST_NUMBER:
        digits = value[1:] if value.startswith("-") else value
        number = int(value) if digits.isascii() and digits.isdigit() else None
    elif type(value) is float:
        number = int(value) if value.is_integer() else None
    else:
        number = value if type(value) is int else None
    if number is None or not low <= number <= high:
        raise _wrong(label, f"an integer from {low} to {high}, as number or string")
    return number


def _enum(label: str, value: Any) -> int:
    if type(value) is not int or not -(1 << 31) <= value < 1 << 31:
        raise _wrong(label, "an integer: OTLP/JSON has no names for enums")
    return value


def _double(label: str, value: Any) -> float:
    if type(value) is float or type(value) is int:
        return float(value)
    if type(value) is str and len(value) <= _LONGEST_NUMBER:
        if value in ("NaN", "Infinity", "-Infinity"):
            return float(value)
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        # Python reads more than JSON writes: "1_0", " 1", "nan", "inf"
        if math.isfinite(number) and "_" not in value and value == value.strip():
            return number
    raise _wrong(label, "a number")


def _bytes(label: str, value: Any) -> bytes:
    if type(value) is str:
        text = value.replace("-", "+").replace("_", "/").rstrip("=")
        try:
            return b64decode(text + "=" * (-len(text) % 4), validate=True)
        except (binascii.Error, ValueError):
            pass
    raise _wrong(label, "base64")


def _id(label: str, value: Any) -> bytes:
    if type(value) is str:
        try:
            identifier = bytes.fromhex(value)
        except ValueError:
            pass
        else:
            if 2 * len(identifier) == len(value):  # fromhex skips spaces
                return identifier
        if len(value) in (12, 24) and value.endswith("="):
            raise _wrong(label, "hex digits (this looks like base64, which OTLP/JSON has not)")
    raise _wrong(label, "hex digits")


def _wrong(label: str, wanted: str) -> Refused:
    return Refused(Reason.MALFORMED, f"{label} must be {wanted}")
