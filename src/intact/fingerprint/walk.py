"""One walk over one context: containers are taken apart, leaves go into a `FactTable`.

Dict keys lead to paths, list indexes do not (a shifted list is the same list). Text inside
messages is named by role: `user[0]/amount[0]`. A string that is JSON is walked like the state
that it holds.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from operator import itemgetter

import orjson

from intact.fingerprint.aliases import Aliases, Renamed
from intact.fingerprint.keys import SEPARATOR, Hasher, exact_id
from intact.fingerprint.messages import Other, Part, as_messages
from intact.fingerprint.numbers import is_telling, number_token
from intact.fingerprint.paths import PartStep, Redaction, join, name_of_key
from intact.fingerprint.table import FactTable, Place
from intact.fingerprint.text import TextReader
from intact.fingerprint.tokens import surface_token
from intact.fingerprint.unfold import Blob, Fields, Items, Opaque, Unfolded, key_text, unfold
from intact.model.facts import Flag, Kind
from intact.model.fingerprint import Limit

_MOST_LINES = 64  # of a text that holds one JSON document a line
_MOST_PATHS = 1 << 16

#: Hash and shown name of a key, by the hash of the path above and the key.
PathCache = dict[tuple[int, str], tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of one context is read. What lies beyond is marked in `Fingerprint.limits`."""

    depth: int = 32
    leaves: int = 20_000  # and containers
    characters: int = 256 * 1024  # of text that is read word by word
    documents: int = 4  # levels of JSON inside strings


class Walk:
    """The state of one walk; made, used once, thrown away."""

    def __init__(
        self,
        table: FactTable,
        hasher: Hasher,
        path_hasher: Hasher,
        reader: TextReader,
        paths: PathCache,
        aliases: Aliases,
        limits: Limits,
        redaction: Redaction,
    ) -> None:
        self.limit = Limit.NONE
        self.size = 0  # an estimate of the bytes as compact JSON
        self._table = table
        self._hasher = hasher
        self._path_hasher = path_hasher
        self._redaction = redaction
        self._read = reader
        self._paths = paths
        self._aliases = aliases
        self._limits = limits
        self._open: set[int] = set()  # ids of the containers above: a cycle meets one again
        self._nodes = 0
        self._characters = 0

    def visit_root(self, context: object) -> None:
        """Walk the whole context."""
        self._visit(context, Place(0, 0, "", "", Flag.STATE), 0, 0)

    # -- containers -------------------------------------------------------------------------

    def _visit(self, value: object, at: Place, depth: int, nested: int) -> None:
        """Visit one value. What the user's own code raises on the way costs this value alone."""
        if self._nodes >= self._limits.leaves:
            self.limit |= Limit.LEAVES
            return
        self._nodes += 1
        if self._redaction and self._is_redacted():
            return
        try:
            self._enter(value, unfold(value), at, depth, nested)
        except RecursionError:
            raise
        except RuntimeError as error:
            if is_mutation(error):
                raise
            self.limit |= Limit.ERROR
        except Exception:
            self.limit |= Limit.ERROR

    def _enter(self, value: object, unfolded: Unfolded, at: Place, depth: int, nested: int) -> None:
        if isinstance(unfolded, (Fields, Items)):
            if depth >= self._limits.depth:
                self.limit |= Limit.DEPTH
                return
            if id(value) in self._open:
                self.limit |= Limit.CYCLE
                return
            self._open.add(id(value))
            steps = len(self._table.steps)
            try:
                if isinstance(unfolded, Fields):
                    self._fields(unfolded, at, depth, nested)
                else:
                    self._items(value, unfolded, at, depth, nested)
            finally:
                self._open.discard(id(value))
                del self._table.steps[steps:]
        elif isinstance(unfolded, str):
            self._string(unfolded, at, depth, nested)
        elif isinstance(unfolded, Blob):
            self._blob(unfolded.data, at)
        elif isinstance(unfolded, Opaque):
            self.limit |= Limit.OPAQUE
        elif unfolded is not None:
            self._scalar(unfolded, at)

    def _fields(self, fields: Fields, at: Place, depth: int, nested: int) -> None:
        # In the order of their keys, which has no meaning: equal states are read the same way.
        for text, child in sorted(
            ((key_text(key), child) for key, child in fields.items), key=itemgetter(0)
        ):
            if self._full():
                return
            renamed = self._aliases.find(self._table.steps, text) if self._aliases else None
            if renamed is not None:
                self.size += len(text) + 4
                self._table.steps.append(text)
                hidden = self._redaction and self._is_redacted()
                self._table.steps.pop()
                if hidden:
                    continue
                self._alias(child, at, renamed, depth, nested)
                continue
            step = self._paths.get((at.path, text))
            if step is None:
                step = self._step(at.path, text)
            path, shown = step
            place = self._hasher.pair(at.place, path)
            self.size += len(text) + 4
            self._table.steps.append(text)
            self._visit(
                child,
                Place(
                    path, place, join(at.name, shown, at.inside), text, at.flags, False, at.prose
                ),
                depth + 1,
                nested,
            )
            self._table.steps.pop()

    def _alias(self, value: object, at: Place, renamed: Renamed, depth: int, nested: int) -> None:
        """Visit what stands under an alias, as if it stood where it is declared to."""
        known = self._table.steps[:]
        steps = [*known[: len(known) - renamed.above], *renamed.steps]
        path, name, key, inside = 0, "", "", False
        for step in steps:
            if isinstance(step, int):
                path = self._path_hasher.pair(path, self._path_hasher[f"k{SEPARATOR}[]"])
                name, key = f"{name}[]", key or "[]"
                continue
            path, shown = self._step(path, step)
            message = isinstance(step, PartStep)
            name = step[1:] if message else join(name, shown, inside)
            inside, key = message, "" if message else step
        self._table.steps[:] = steps
        place = self._hasher.pair(at.place, path)
        self._visit(
            value,
            at._replace(path=path, place=place, name=name, key=key, inside=False),
            depth + 1,
            nested,
        )
        self._table.steps[:] = known

    def _step(self, parent: int, key: str) -> tuple[int, str]:
        """Hash and shown name of a key."""
        shown = name_of_key(key)
        # A key that may be content is hashed as content is.
        content = shown == "*" and not isinstance(key, PartStep)
        hasher = self._hasher if content else self._path_hasher
        hashed = self._path_hasher.pair(parent, hasher[f"k{SEPARATOR}{key}"])
        if len(self._paths) >= _MOST_PATHS:
            self._paths.clear()
        self._paths[parent, key] = (hashed, shown)
        return self._paths[parent, key]

    def _items(self, value: object, items: Items, at: Place, depth: int, nested: int) -> None:
        messages = as_messages(value)
        if messages is not None:
            digests = self._messages(messages, at, depth, nested)
        else:
            digests = []
            for index, child in enumerate(items.items):
                if self._full():
                    return
                digests.append(self._item(child, at, index, depth, nested))
        self._table.add_list(digests, messages is not None, at)

    def _item(self, value: object, at: Place, index: int, depth: int, nested: int) -> int:
        """Visit an item. Returns its digest."""
        hasher = self._path_hasher
        here = at._replace(
            path=hasher.pair(at.path, hasher[f"k{SEPARATOR}[]"]),
            place=0,
            name=f"{at.name}[]",
            key=at.key or "[]",
        )
        outer = self._table.enter_item()
        self._table.steps.append(index)
        self._visit(value, here, depth + 1, nested)
        self._table.steps.pop()
        return self._table.leave_item(outer, self._hasher.pair(at.place, index + 1))

    def _is_redacted(self) -> bool:
        """Whether nothing that stands here may be read."""
        if not self._redaction.covers(self._table.steps):
            return False
        self.limit |= Limit.REDACTED
        self._table.redacted()
        return True

    def _full(self) -> bool:
        """Whether no more is to be read; what is left of a container then is not gone through."""
        if self._nodes < self._limits.leaves:
            return False
        self.limit |= Limit.LEAVES
        return True

    # -- messages ---------------------------------------------------------------------------

    def _messages(
        self, messages: Sequence[Sequence[Part] | Other], at: Place, depth: int, nested: int
    ) -> list[int]:
        """Visit messages. Returns the digests of those that are no system instructions."""
        digests = []
        for index, message in enumerate(messages):
            if self._full():
                return []
            if isinstance(message, Other):
                digests.append(self._item(message.item, at, index, depth, nested))
                continue
            digest = self._message(message, at, index, depth, nested)
            if digest:
                digests.append(digest)
        return digests

    def _message(
        self, parts: Sequence[Part], at: Place, index: int, depth: int, nested: int
    ) -> int:
        """Visit a message. Returns its digest: 0 when it holds system instructions alone."""
        numbers: dict[str, int] = {}
        place = self._hasher.pair(at.place, index + 1)
        digest = 0
        for position, part in enumerate(parts):
            if part.role not in numbers:
                numbers[part.role] = self._table.number(part.role)
            number = numbers[part.role]
            flags = Flag.SYSTEM if part.role == "system" else Flag.NONE
            name = f"{part.role}[{number}]"
            if part.what == "result":
                flags |= Flag.TOOL
                name = f"tool:{name_of_key(part.tool)}" if part.tool else f"tool[{number}]"
            elif part.what == "call":
                name = f"call:{name_of_key(part.tool)}" if part.tool else f"call[{number}]"
            step = PartStep(f"@{name}")
            path, _ = self._paths.get((at.path, step)) or self._step(at.path, step)
            here = Place(
                path,
                0,
                name,
                "",
                flags,
                inside=True,
                prose=part.what == "call",
            )
            outer = self._table.enter_item()
            self._table.steps.append(step)
            if type(part.content) is str and not self._full():  # most by far
                self._nodes += 1
                self._string(part.content, here, depth + 1, nested)
            else:
                self._visit(part.content, here, depth + 1, nested)
            self._table.steps.pop()
            said = self._table.leave_item(outer, self._hasher.pair(place, position + 1))
            if part.role != "system":
                digest = self._hasher.pair(digest, said)
        return digest

    # -- leaves -----------------------------------------------------------------------------

    def _scalar(self, value: bool | int | float | Decimal, at: Place) -> None:
        if not _is_finite(value):
            return  # no number at all, and JSON makes a null of it
        self.size += 8
        if isinstance(value, bool):
            token, kind, telling = ("true" if value else "false"), Kind.BOOLEAN, False
        else:
            token, kind = number_token(value), Kind.NUMBER
            telling = is_telling(value)
        exact = exact_id(self._hasher[surface_token(token.removeprefix("n"))])
        if telling:
            self._table.quantity(token, exact, at)
        else:
            self._table.value_of_key(token, exact, kind, at)

    def _blob(self, data: bytes, at: Place) -> None:
        self.size += len(data)
        if data:
            hashed = self._hasher.bytes(b"b" + data)
            self._table.value(hashed, exact_id(hashed), Kind.OPAQUE, at)

    def _string(self, text: str, at: Place, depth: int, nested: int) -> None:
        stripped = text.strip()
        if not stripped:
            self.size += len(text) + 3
            return
        if stripped[0] in "{[" and nested >= self._limits.documents and self._redaction:
            # What is redacted may stand in it, and is not looked for any more.
            self.limit |= Limit.DEPTH | Limit.REDACTED
            return
        if stripped[0] in "{[" and nested < self._limits.documents:
            documents = _json_documents(stripped)
            if documents is not None:
                for document in documents:
                    self._visit(document, at, depth + 1, nested + 1)
                return
        self.size += len(text) + 3
        if self._characters + len(text) > self._limits.characters:
            self.limit |= Limit.SIZE
            self._table.unread(self._hasher.bytes(text.encode("utf-8", "surrogatepass")), at)
            return
        self._characters += len(text)
        self._table.text(self._read(text), at)


def is_mutation(error: RuntimeError) -> bool:
    """Whether another thread changed a container while it was read."""
    return "during iteration" in str(error)


def _is_finite(value: int | float | Decimal) -> bool:
    if isinstance(value, Decimal):
        return value.is_finite()
    return isinstance(value, int) or math.isfinite(value)


def _json_documents(text: str) -> list[object] | None:
    """A text that is JSON, or one JSON document a line."""
    try:
        return [orjson.loads(text)]
    except orjson.JSONDecodeError:
        pass
    lines = [line for line in text.splitlines() if line.strip()]
    if not 1 < len(lines) <= _MOST_LINES or not all(line.strip()[0] in "{[" for line in lines):
        return None
    try:
        return [orjson.loads(line) for line in lines]
    except orjson.JSONDecodeError:
        return None
