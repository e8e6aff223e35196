"""One walk over one context: containers are taken apart, leaves go into a `FactTable`.

Dict keys lead to paths, list indexes do not (a shifted list is the same list). Text inside
messages is named by role: `user[0]/amount[0]`. A string that is JSON is walked like the state
that it holds.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from decimal import Decimal
from operator import itemgetter
from typing import NamedTuple, cast

import orjson

from intact.fingerprint.aliases import Aliases, Renamed
from intact.fingerprint.budget import Budget, Limits
from intact.fingerprint.digest import BLOCK, Blocks, blocks_of, is_long, still
from intact.fingerprint.history import Histories, History, Reading
from intact.fingerprint.keys import SEPARATOR, Hasher, exact_id
from intact.fingerprint.lists import Chain
from intact.fingerprint.meaning import Coder
from intact.fingerprint.messages import Other, Part, is_conversation, messages_of
from intact.fingerprint.numbers import is_telling, number_token
from intact.fingerprint.paths import PartStep, Redaction, join, name_of_key
from intact.fingerprint.records import Utterance
from intact.fingerprint.table import FactTable, Place
from intact.fingerprint.text import TextReader
from intact.fingerprint.tokens import surface_token
from intact.fingerprint.unfold import Blob, Fields, Items, Opaque, Unfolded, key_text, unfold
from intact.model.facts import Flag, Kind
from intact.model.fingerprint import Limit

_MOST_LINES = 64  # of a text that holds one JSON document a line
_MOST_PATHS = 1 << 14

#: Hash of a path, shown name and hash of its last key, by the hash of the path above and the key.
PathCache = dict[tuple[int, str], tuple[int, str, int]]
#: Where parts of messages stand, by the hash of the path above, role, number, sort and tool.
PartPlaces = dict[tuple[int, str, int, str, str], tuple[Place, PartStep]]


class Shared(NamedTuple):
    """What all walks under one key share."""

    hasher: Hasher
    path_hasher: Hasher  # of paths, which may have a key of their own
    reader: TextReader
    paths: PathCache
    places: PartPlaces
    histories: Histories
    limits: Limits
    redaction: Redaction
    seed: int  # of digests: nobody can write a context that is taken for another one
    coder: Coder | None = None


class Walk:
    """The state of one walk; made, used once, thrown away.

    Args:
        table: Where facts go.
        shared: What it shares with other walks.
        aliases: What keys are called besides.
        wanted: What else the table depends on: a history is recalled only where it is the same.
        lists: Digests of the long lists of the context that are known already, by their `id`.
    """

    def __init__(
        self,
        table: FactTable,
        shared: Shared,
        aliases: Aliases,
        wanted: Hashable,
        lists: Mapping[int, Blocks],
    ) -> None:
        self.budget = Budget(shared.limits)
        self._table = table
        self._shared = shared
        self._hasher = shared.hasher
        self._path_hasher = shared.path_hasher
        self._redaction = shared.redaction
        self._read = shared.reader
        self._paths = shared.paths
        self._aliases = aliases
        self._wanted = wanted
        self._lists = lists
        self.heard: dict[int, Utterance] = {}  # what the coder has no code for yet
        self._open: set[int] = set()  # ids of the containers above: a cycle meets one again

    def visit_root(self, context: object) -> None:
        """Walk the whole context."""
        self._visit(context, Place(0, 0, "", "", Flag.STATE), 0, 0)

    # -- containers -------------------------------------------------------------------------

    def _visit(self, value: object, at: Place, depth: int, nested: int) -> None:
        """Visit one value. What the user's own code raises on the way costs this value alone."""
        if self.budget.nodes >= self._shared.limits.leaves:
            self.budget.limit |= Limit.LEAVES
            return
        self.budget.nodes += 1
        if self._redaction and self._is_redacted():
            return
        try:
            self._enter(value, unfold(value), at, depth, nested)
        except RecursionError:
            raise
        except RuntimeError as error:
            if is_mutation(error):
                raise
            self.budget.limit |= Limit.ERROR
        except Exception:
            self.budget.limit |= Limit.ERROR

    def _enter(self, value: object, unfolded: Unfolded, at: Place, depth: int, nested: int) -> None:
        if isinstance(unfolded, (Fields, Items)):
            if depth >= self._shared.limits.depth:
                self.budget.limit |= Limit.DEPTH
                return
            if id(value) in self._open:
                self.budget.limit |= Limit.CYCLE
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
            self.budget.limit |= Limit.OPAQUE
        elif unfolded is not None:
            self._scalar(unfolded, at)

    def _fields(self, fields: Fields, at: Place, depth: int, nested: int) -> None:
        # In the order of their keys, which has no meaning: equal states are read the same way.
        for text, child in sorted(
            ((key_text(key), child) for key, child in fields.items), key=itemgetter(0)
        ):
            if self.budget.full():
                return
            renamed = self._aliases.find(self._table.steps, text) if self._aliases else None
            if renamed is not None:
                self.budget.size += len(text) + 4
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
            path, shown, own = step
            place = self._hasher.pair(at.place, own)
            self.budget.size += len(text) + 4
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
        path, own, name, key, inside = 0, 0, "", "", False
        for step in steps:
            if isinstance(step, int):
                path = self._path_hasher.pair(path, self._path_hasher[f"k{SEPARATOR}[]"])
                name, key = f"{name}[]", key or "[]"
                continue
            path, shown, own = self._step(path, step)
            message = isinstance(step, PartStep)
            name = step[1:] if message else join(name, shown, inside)
            inside, key = message, "" if message else step
        self._table.steps[:] = steps
        place = self._hasher.pair(at.place, own)
        self._visit(
            value,
            at._replace(path=path, place=place, name=name, key=key, inside=False),
            depth + 1,
            nested,
        )
        self._table.steps[:] = known

    def _step(self, parent: int, key: str) -> tuple[int, str, int]:
        """Hash of the path to a key, its shown name, and its own hash."""
        shown = name_of_key(key)
        # A key that may be content is hashed as content is.
        content = shown == "*" and not isinstance(key, PartStep)
        hasher = self._hasher if content else self._path_hasher
        hashed = self._path_hasher.pair(parent, hasher[f"k{SEPARATOR}{key}"])
        if len(self._paths) >= _MOST_PATHS:
            self._paths.clear()
        self._paths[parent, key] = (hashed, shown, self._hasher[f"k{SEPARATOR}{key}"])
        return self._paths[parent, key]

    def _items(self, value: object, items: Items, at: Place, depth: int, nested: int) -> None:
        if is_conversation(value):
            self._conversation(cast("Sequence[object]", value), at, depth, nested)
            return
        chain = Chain()
        for index, child in enumerate(items.items):
            if self.budget.full():
                return
            chain.add(self._item(child, at, index, depth, nested))
        self._table.add_list(chain, False, at)

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
        self.budget.limit |= Limit.REDACTED
        self._table.redacted()
        return True

    # -- messages ---------------------------------------------------------------------------

    def _conversation(self, items: Sequence[object], at: Place, depth: int, nested: int) -> None:
        """Visit messages. Of a long conversation, what was read before is recalled."""
        blocks = None
        # A coder is to hear all texts again: it may have failed at them, or forgotten them.
        if is_long(items) and self._shared.coder is None:
            blocks = self._lists.get(id(items)) or blocks_of(items, self._shared.seed)
        if blocks is None or self._table.has_messages:  # whose numbers go on here
            reading = Reading()
        else:
            where = (at, depth, nested, tuple(self._table.steps), self._wanted)
            reading = self._beginning(items, blocks.chain, where, at, depth, nested)
        messages = messages_of(items[reading.items :], reading.names)
        self._messages(messages, reading, at, depth, nested)
        if not reading.cut:
            self._table.add_list(reading.chain, True, at)

    def _beginning(
        self,
        items: Sequence[object],
        chain: Sequence[bytes],
        where: Hashable,
        at: Place,
        depth: int,
        nested: int,
    ) -> Reading:
        """Visit the whole blocks of a long conversation, or recall them.

        What is to be remembered goes into a table of its own first, since it must not depend on
        what stands before the conversation.
        """
        begun, budget = self.budget.begin(), self.budget
        known = self._shared.histories.longest(chain, where)
        if known is not None and not budget.has_room(known.spent):
            known = None
        reading = Reading() if known is None else known.reading.copy()
        first, last = reading.items, len(chain) * BLOCK
        messages = messages_of(items[first:last], reading.names)
        apart = first < last and (known is not None or self._shared.histories.met(chain))
        apart = apart and not any(isinstance(each, Other) for each in messages)
        outer = self._table
        if apart:
            self._table = outer.part()
        try:
            if known is not None:
                self._table.absorb(known.table)
                budget.spend(known.spent)
            self._messages(messages, reading, at, depth, nested)
            reading.items = last
        finally:
            part, self._table = self._table, outer
            spent = budget.end(begun)
            if apart:
                outer.absorb(part)
        if apart and still(chain, items, first // BLOCK, self._shared.seed):
            part.seal()
            history = History(part, reading.copy(), spent)
            self._shared.histories.add(chain[-1], where, history)
        return reading

    def _messages(
        self,
        messages: Sequence[Sequence[Part] | Other],
        reading: Reading,
        at: Place,
        depth: int,
        nested: int,
    ) -> None:
        """Visit messages, and note in `reading` how far they were read."""
        for message in messages:
            if self.budget.full():
                reading.cut = True
                return
            if isinstance(message, Other):
                digest = self._item(message.item, at, reading.messages, depth, nested)
                reading.chain.add(digest)
            else:
                digest = self._message(message, at, reading.messages, depth, nested)
                if digest:
                    reading.chain.add(digest)
            reading.messages += 1

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
            here, step = self._place_of(part, numbers[part.role], at.path)
            outer = self._table.enter_item()
            self._table.steps.append(step)
            if type(part.content) is str and not self.budget.full():  # most by far
                self.budget.nodes += 1
                self._string(part.content, here, depth + 1, nested)
            else:
                self._visit(part.content, here, depth + 1, nested)
            self._table.steps.pop()
            said = self._table.leave_item(outer, self._hasher.pair(place, position + 1))
            if part.role != "system":
                digest = self._hasher.pair(digest, said)
        return digest

    def _place_of(self, part: Part, number: int, above: int) -> tuple[Place, PartStep]:
        """Where a part of a message stands, and the step of its path: the same in every walk."""
        places, role = self._shared.places, part.role
        key = (above, role, number, part.what, part.tool)
        known = places.get(key)
        if known is not None:
            return known
        flags = Flag.SYSTEM if role == "system" else Flag.NONE
        name = f"{role}[{number}]"
        if part.what == "result":
            flags |= Flag.TOOL
            name = f"tool:{name_of_key(part.tool)}" if part.tool else f"tool[{number}]"
        elif part.what == "call":
            name = f"call:{name_of_key(part.tool)}" if part.tool else f"call[{number}]"
        step = PartStep(f"@{name}")
        path, *_ = self._step(above, step)
        here = Place(path, 0, name, "", flags, inside=True, prose=part.what == "call")
        if len(places) >= _MOST_PATHS:
            places.clear()
        places[key] = here, step
        return here, step

    # -- leaves -----------------------------------------------------------------------------

    def _scalar(self, value: bool | int | float | Decimal, at: Place) -> None:
        if not _is_finite(value):
            return  # no number at all, and JSON makes a null of it
        self.budget.size += 8
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
        self.budget.size += len(data)
        if data:
            hashed = self._hasher.bytes(b"b" + data)
            self._table.value(hashed, exact_id(hashed), Kind.OPAQUE, at)

    def _string(self, text: str, at: Place, depth: int, nested: int) -> None:
        stripped = text.strip()
        if not stripped:
            self.budget.size += len(text) + 3
            return
        if stripped[0] in "{[" and nested >= self._shared.limits.documents and self._redaction:
            # What is redacted may stand in it, and is not looked for any more.
            self.budget.limit |= Limit.DEPTH | Limit.REDACTED
            return
        if stripped[0] in "{[" and nested < self._shared.limits.documents:
            documents = _json_documents(stripped)
            if documents is not None:
                for document in documents:
                    self._visit(document, at, depth + 1, nested + 1)
                return
        self.budget.size += len(text) + 3
        if self.budget.characters + len(text) > self._shared.limits.characters:
            self.budget.limit |= Limit.SIZE
            self._table.unread(self._hasher.bytes(text.encode("utf-8", "surrogatepass")), at)
            return
        self.budget.characters += len(text)
        record = self._read(text)
        self._table.text(record, at)
        if self._shared.coder is not None and not at.flags & Flag.TOOL:
            self.heard.update(self._shared.coder.unheard(text, record, self._read))


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
