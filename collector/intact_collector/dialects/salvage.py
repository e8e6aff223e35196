"""What can be read of a value that is no JSON: cut JSON, Python literals, reprs.

    {"agent_name": "refund_ag            cut by a length limit
    [{'id': 'call_1', 'type': 'fun…      a Python literal
    ChatMessage(role=<R.USER: 'user'>, content='Hi')     a repr: its fields, under their names
    id='7' source='triage' content='Hi'  a repr of a model's fields alone

One reader for all of them, since they mix. It evaluates nothing, keeps what stood before the place
where it had to stop, and says whether that was the end. Linear in the text; bounded in depth.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from intact.model.measurement import Reason

_DEPTH: Final = 32
_LONGEST: Final = 1 << 20  # characters: beyond it only the beginning is looked at

_SPACE = re.compile(r"\s*")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
_WORD = re.compile(r"[A-Za-z_][\w.]*")
_ENUM = re.compile(r"<[^<>:]{0,200}: ")
_STRING = {
    quote: re.compile(rf"[^{quote}\\]*(?:\\.[^{quote}\\]*)*", re.DOTALL) for quote in ("'", '"')
}
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "0": "\0"}
_CONSTANTS: Final = {
    "None": None,
    "null": None,
    "True": True,
    "true": True,
    "False": False,
    "false": False,
}


@dataclass(frozen=True, slots=True)
class Salvaged:
    """A value, and whether the text ended where the value did."""

    value: object
    whole: bool

    @property
    def reason(self) -> Reason | None:
        """Why the value cannot be trusted to be all there was."""
        return None if self.whole else Reason.ATTRIBUTE_CUT


class _Stop(Exception):
    """The text ended, or went on in a way that is not understood; carries what was read."""

    def __init__(self, value: object) -> None:
        super().__init__()
        self.value = value


def salvaged(text: str) -> Salvaged:
    """Read as much of a text as is a value.

    >>> salvaged("[{'name': 'lookup', 'arguments': {'id': 7}}]").value
    [{'name': 'lookup', 'arguments': {'id': 7}}]
    >>> salvaged('{"agent_name": "billing", "message": "Refund it bef')
    Salvaged(value={'agent_name': 'billing', 'message': 'Refund it bef'}, whole=False)
    >>> salvaged("Message(role=<Role.USER: 'user'>, content='Hi')").value
    {'role': 'user', 'content': 'Hi'}
    """
    reader = _Reader(text[:_LONGEST])
    try:
        value = reader.value(_DEPTH)
        more = reader.fields(value, _DEPTH)
    except _Stop as stopped:
        return Salvaged(stopped.value, False)
    return Salvaged(more, reader.ended() and len(text) <= _LONGEST)


class _Reader:
    """A cursor over one text. Every method leaves it behind what it read, or raises `_Stop`."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def ended(self) -> bool:
        self._skip()
        return self._at >= len(self._text)

    def value(self, depth: int) -> object:
        first = self._next()
        if depth == 0 or first == "":
            raise _Stop(None)
        if first == "{":
            return self._mapping(depth)
        if first in "[(":
            return self._list("]" if first == "[" else ")", depth)
        if first in _STRING:
            return self._string(first)
        if first == "<":
            return self._enum(depth)
        number = _NUMBER.match(self._text, self._at)
        if number is not None:
            self._at = number.end()
            written = number.group()
            return float(written) if set(".eE") & set(written) else int(written[:400])
        return self._word(depth)

    def fields(self, first: object, depth: int) -> object:
        """The value, or, where it is the first of ``name=value`` pairs, all of them."""
        if not isinstance(first, _Name) or self._next() != "=":
            if isinstance(first, _Name):
                raise _Stop(None)
            return first
        found: dict[str, object] = {}
        name: object = first
        while isinstance(name, _Name) and self._next() == "=":
            self._at += 1
            self._field(found, str(name), depth)
            if self._next() == "":
                break
            name = self._named(found)
        return found

    def _named(self, found: dict[str, object]) -> _Name:
        word = _WORD.match(self._text, self._at)
        if word is None:
            raise _Stop(found)
        self._at = word.end()
        return _Name(word.group())

    def _field(self, into: dict[str, object], name: str, depth: int) -> None:
        try:
            into[name] = self.value(depth - 1)
        except _Stop as stopped:
            if stopped.value is not None:
                into[name] = stopped.value
            raise _Stop(into) from None

    def _skip(self) -> None:
        space = _SPACE.match(self._text, self._at)
        self._at = space.end() if space is not None else self._at

    def _next(self) -> str:
        self._skip()
        return self._text[self._at : self._at + 1]

    def _mapping(self, depth: int) -> dict[str, object]:
        found: dict[str, object] = {}
        self._at += 1
        while (first := self._next()) != "}":
            if first == ",":
                self._at += 1
                continue
            try:
                key = self.value(depth - 1)
            except _Stop:
                raise _Stop(found) from None
            if self._next() != ":":
                raise _Stop(found)
            self._at += 1
            self._field(found, str(key), depth)
        self._at += 1
        return found

    def _list(self, end: str, depth: int) -> list[object]:
        found: list[object] = []
        self._at += 1
        while (first := self._next()) != end:
            if first == ",":
                self._at += 1
                continue
            try:
                found.append(self.value(depth - 1))
            except _Stop as stopped:
                if stopped.value is not None:
                    found.append(stopped.value)
                raise _Stop(found) from None
        self._at += 1
        return found

    def _string(self, quote: str) -> str:
        body = _STRING[quote].match(self._text, self._at + 1)
        if body is None:
            raise _Stop(None)
        text = _ESCAPE.sub(_unescaped, body.group())
        if "\\u" in body.group():  # halves of a pair are joined; a half alone is no character
            text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        if body.end() >= len(self._text):
            raise _Stop(text)
        self._at = body.end() + 1
        return text

    def _enum(self, depth: int) -> object:
        """``<Role.USER: 'user'>``: the value behind the name."""
        head = _ENUM.match(self._text, self._at)
        if head is None:
            raise _Stop(None)
        self._at = head.end()
        value = self.value(depth - 1)
        if self._next() != ">":
            raise _Stop(value)
        self._at += 1
        return value

    def _word(self, depth: int) -> object:
        word = _WORD.match(self._text, self._at)
        if word is None:
            raise _Stop(None)
        self._at = word.end()
        name = word.group()
        if name in _CONSTANTS:
            return _CONSTANTS[name]
        if self._text[self._at : self._at + 1] != "(":
            return _Name(name)
        return self._constructor(depth)

    def _constructor(self, depth: int) -> object:
        """``Name(field=value, …)``: the fields; of arguments without names a list."""
        fields: dict[str, object] = {}
        unnamed: list[object] = []
        self._at += 1
        while (first := self._next()) != ")":
            if first == ",":
                self._at += 1
                continue
            try:
                value = self.value(depth - 1)
            except _Stop as stopped:
                raise _Stop(fields or stopped.value) from None
            if isinstance(value, _Name) and self._next() == "=":
                self._at += 1
                self._field(fields, str(value), depth)
            else:
                unnamed.append(value)
        self._at += 1
        return fields or unnamed


class _Name(str):
    """A bare word: the name of a field, or a value that is none of ours."""

    __slots__ = ()


def _unescaped(found: re.Match[str]) -> str:
    code = found.group(1)
    if code[0] in "ux" and len(code) > 1:
        return chr(int(code[1:], 16))
    return _ESCAPED.get(code, code)
