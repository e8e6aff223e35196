"""One reading of one context: leaves, messages and texts become facts.

State of a single walk; made, used once, thrown away. Dict keys lead to paths, list indexes do
not (a shifted list is the same list). Text inside messages is named by role: `user[0]/amount[0]`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

import orjson

from intact.fingerprint.keys import SEPARATOR, Hasher, exact_id, token_id, value_id
from intact.fingerprint.messages import Part, as_messages
from intact.fingerprint.paths import PathPattern, Step, join, name_of_key
from intact.fingerprint.text import (
    MOST_TOKENS,
    TextReader,
    TextRecord,
    pair_token,
    surface_token,
    value_token,
)
from intact.fingerprint.typed import number_token
from intact.fingerprint.unfold import Blob, Fields, Items, Opaque, unfold
from intact.model.facts import Fact, Flag, Kind
from intact.model.fingerprint import Fingerprint, Limit, Sketch

_MASK = 0xFFFFFFFFFFFFFFFF
_SMALL = 100  # whole numbers below mean something only with their key
_MOST_COUNT = 255


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of one context is read."""

    depth: int = 32
    leaves: int = 20_000
    characters: int = 256 * 1024  # of text that is read word by word
    documents: int = 4  # levels of JSON inside strings


class _Place(NamedTuple):
    """Where the walk is."""

    path: int  # 64-bit hash of the keys so far
    place: int  # the same with list indexes: for the root digest
    name: str
    key: str
    flags: Flag
    inside: bool = False  # at the top of a message: what follows its name is set off by "/"


class _Draft:
    """A fact in the making; equal ones are counted."""

    __slots__ = ("count", "fact")

    def __init__(self, fact: Fact) -> None:
        self.fact = fact
        self.count = 1


class Reading:
    """One walk over one context."""

    def __init__(
        self,
        hasher: Hasher,
        reader: TextReader,
        paths: dict[tuple[int, object], tuple[int, str]],
        limits: Limits,
        must_keep: Sequence[PathPattern],
        names: bool,
    ) -> None:
        self._hasher = hasher
        self._read = reader
        self._paths = paths
        self._limits = limits
        self._patterns = must_keep
        self._met: set[str] = set()
        self._names = names
        self._steps: list[Step] = []
        self._open: set[int] = set()  # ids of the containers above: a cycle meets one again
        self._drafts: dict[tuple[int, int], _Draft] = {}
        self._numbers: Counter[tuple[str, str]] = Counter()
        self._words: set[int] = set()
        self._bigrams: set[int] = set()
        self._limit = Limit.NONE
        self._leaves = 0
        self._characters = 0
        self._size = 0
        self._root = 0

    def visit_root(self, context: object) -> None:
        self._visit(context, _Place(0, 0, "", "", Flag.STATE), 0, 0)

    def fingerprint(
        self, key_id: bytes, pruned: tuple[tuple[str, str], ...], size: int, limits: Limit
    ) -> Fingerprint:
        """What the walk found, as far as it came."""
        facts = tuple(
            draft.fact._replace(count=min(draft.count, _MOST_COUNT))
            for draft in self._drafts.values()
        )
        return Fingerprint(
            key_id=key_id,
            root=self._root,
            facts=facts,
            fact_total=len(facts),
            words=Sketch(frozenset(self._words), total=len(self._words)),
            bigrams=Sketch(frozenset(self._bigrams), total=len(self._bigrams)),
            pruned=pruned,
            absent=tuple(p.text for p in self._patterns if p.text not in self._met),
            limits=self._limit | limits,
            size=size or self._size,
        )

    # -- containers -------------------------------------------------------------------------

    def _visit(self, value: object, at: _Place, depth: int, nested: int) -> None:
        unfolded = unfold(value)
        if isinstance(unfolded, (Fields, Items)):
            if depth >= self._limits.depth:
                self._limit |= Limit.DEPTH
                return
            if id(value) in self._open:
                self._limit |= Limit.CYCLE
                return
            self._open.add(id(value))
            try:
                if isinstance(unfolded, Fields):
                    self._fields(unfolded, at, depth, nested)
                else:
                    self._items(value, unfolded, at, depth, nested)
            finally:
                self._open.discard(id(value))
            return
        if self._leaves >= self._limits.leaves:
            self._limit |= Limit.LEAVES
            return
        self._leaves += 1
        if isinstance(unfolded, str):
            self._string(unfolded, at, depth, nested)
        elif isinstance(unfolded, Blob):
            self._blob(unfolded.data, at)
        elif isinstance(unfolded, Opaque):
            self._limit |= Limit.OPAQUE
        elif unfolded is not None:
            self._scalar(unfolded, at)

    def _fields(self, fields: Fields, at: _Place, depth: int, nested: int) -> None:
        for key, child in fields.items:
            text = key if isinstance(key, str) else str(key)
            step = self._paths.get((at.path, text))
            if step is None:
                step = self._step(at.path, text)
            path, shown = step
            place = self._hasher.pair(at.place, path)
            self._size += len(text) + 4
            self._steps.append(text)
            self._visit(
                child,
                _Place(path, place, join(at.name, shown, at.inside), text, at.flags),
                depth + 1,
                nested,
            )
            self._steps.pop()

    def _step(self, parent: int, key: str) -> tuple[int, str]:
        hashed = self._hasher.pair(parent, self._hasher[f"k{SEPARATOR}{key}"])
        if len(self._paths) > 1 << 16:
            self._paths.clear()
        self._paths[parent, key] = (hashed, name_of_key(key))
        return self._paths[parent, key]

    def _items(self, value: object, items: Items, at: _Place, depth: int, nested: int) -> None:
        messages = as_messages(value)
        if messages is not None:
            for index, message in enumerate(messages):
                self._message(message, at, index, depth, nested)
            return
        path = self._hasher.pair(at.path, self._hasher[f"k{SEPARATOR}[]"])
        for index, child in enumerate(items.items):
            self._steps.append(index)
            place = self._hasher.pair(at.place, index + 1)
            self._visit(
                child,
                _Place(path, place, f"{at.name}[]", at.key, at.flags, at.inside),
                depth + 1,
                nested,
            )
            self._steps.pop()

    # -- messages ---------------------------------------------------------------------------

    def _message(
        self, parts: Sequence[Part], at: _Place, index: int, depth: int, nested: int
    ) -> None:
        role = parts[0].role
        number = self._numbers["", role]
        self._numbers["", role] += 1
        place = self._hasher.pair(at.place, index + 1)
        for position, part in enumerate(parts):
            flags = Flag.SYSTEM if part.role == "system" else Flag.NONE
            name = f"{role}[{number}]"
            if part.what == "result":
                flags |= Flag.TOOL
                name = f"tool:{name_of_key(part.tool)}" if part.tool else f"tool[{number}]"
            elif part.what == "call":
                name = f"call:{name_of_key(part.tool)}" if part.tool else f"call[{number}]"
            path = self._step(at.path, f"@{name}")[0]
            here = _Place(
                path, self._hasher.pair(place, position + 1), name, "", flags, inside=True
            )
            self._steps.append(f"@{name}")
            if isinstance(part.content, str):
                self._leaves += 1
                self._string(part.content, here, depth + 1, nested)
            else:
                self._visit(part.content, here, depth + 1, nested)
            self._steps.pop()

    # -- leaves -----------------------------------------------------------------------------

    def _scalar(self, value: bool | int | float | Decimal, at: _Place) -> None:
        if isinstance(value, float) and not math.isfinite(value):
            return  # no number at all, and JSON makes a null of it
        self._size += 8
        if isinstance(value, bool):
            token, kind, telling = ("true" if value else "false"), Kind.BOOLEAN, False
        else:
            token, kind = number_token(value), Kind.NUMBER
            telling = not (value == int(value) and abs(value) < _SMALL)
        exact = exact_id(self._hasher[surface_token(token.removeprefix("n"))])
        if telling:
            hashed = self._hasher[value_token(token)]
            self._words.add(token_id(hashed))
            self._add(hashed, exact, kind, at, ())
        else:
            self._add_with_key(token, exact, kind, at)

    def _blob(self, data: bytes, at: _Place) -> None:
        self._size += len(data)
        if data:
            hashed = self._hasher.bytes(b"b" + data)
            self._add(hashed, exact_id(hashed), Kind.OPAQUE, at, ())

    def _string(self, text: str, at: _Place, depth: int, nested: int) -> None:
        self._size += len(text) + 3
        stripped = text.strip()
        if not stripped:
            return
        if stripped[0] in "{[" and nested < self._limits.documents:
            documents = _json_documents(stripped)
            if documents is not None:
                for document in documents:
                    self._visit(document, at, depth + 1, nested + 1)
                return
        if self._characters + len(text) > self._limits.characters:
            self._limit |= Limit.SIZE
            hashed = self._hasher.bytes(text.encode("utf-8", "surrogatepass"))
            self._add(hashed, exact_id(hashed), Kind.DOCUMENT, at, ())
            return
        self._characters += len(text)
        record = self._read(text)
        self._words |= record.words
        self._root = (self._root + self._hasher.pair(at.place, record.hashed)) & _MASK
        leaf = record.leaf
        if leaf is None or not (at.key or (at.flags & Flag.STATE and leaf.kind is not Kind.TEXT)):
            self._bigrams |= record.bigrams
            self._prose(record, at)
        elif leaf.telling:
            self._add(leaf.hashed, leaf.exact, leaf.kind, at, leaf.tokens)
        else:
            self._add_with_key(leaf.token, leaf.exact, leaf.kind, at)

    def _add_with_key(self, token: str, exact: int, kind: Kind, at: _Place) -> None:
        """Add a value that tells nothing without its key: true, 3, "open"."""
        hashed = self._hasher[pair_token(at.key, token)]
        self._words.add(token_id(hashed))
        self._add(hashed, exact, kind, at, (), Flag.LOW_ENTROPY)

    def _prose(self, record: TextRecord, at: _Place) -> None:
        """A long text: its typed values and its sentences are the facts."""
        name = at.name or "text"
        if at.flags & Flag.STATE and at.key:
            tokens = (*record.content[:2], *sorted(record.bigrams)[: MOST_TOKENS - 2])
            self._add(record.hashed, exact_id(record.hashed), Kind.DOCUMENT, at, tokens)
        inside = at.flags & ~Flag.STATE
        for found in record.typed:
            if not found.telling:
                continue
            number = self._numbers[name, found.kind.label]
            self._numbers[name, found.kind.label] += 1
            flags = inside | (Flag.NEGATED if found.negated else Flag.NONE)
            self._add_text_fact(
                found.value,
                found.exact,
                found.kind,
                flags,
                found.aliases,
                f"{name}/{found.kind.label}[{number}]",
                at,
            )
            self._words.update(found.aliases)
        if inside & Flag.TOOL:
            return  # a chatty tool counts with its typed values and leaves only
        for sentence in record.sentences:
            number = self._numbers[name, "sentence"]
            self._numbers[name, "sentence"] += 1
            flags = inside | (Flag.NEGATED if sentence.negated else Flag.NONE)
            self._add_text_fact(
                sentence.value,
                sentence.value >> 16,
                Kind.SENTENCE,
                flags,
                sentence.tokens,
                f"{name}/sentence[{number}]",
                at,
            )

    # -- facts ------------------------------------------------------------------------------

    def _add(
        self,
        hashed: int,
        exact: int,
        kind: Kind,
        at: _Place,
        tokens: tuple[int, ...],
        extra: Flag = Flag.NONE,
    ) -> None:
        """Add a leaf. Leaves of a state are told apart by path, all others by value."""
        self._root = (self._root + self._hasher.pair(at.place, (hashed & ~0xFF) ^ exact)) & _MASK
        flags = at.flags | extra
        name = at.name
        for pattern in self._patterns:
            if pattern.matches(self._steps):
                self._met.add(pattern.text)
                flags |= Flag.MUST_KEEP | Flag.DECLARED
                if len(pattern.steps) == len(self._steps):
                    name = pattern.text
        value = value_id(hashed)
        path = at.path >> 32
        identity = (path, value) if flags & Flag.STATE else (-1, value)
        self._draft(
            identity, Fact(path, value, exact, kind, flags, 1, tokens, self._shown(name, flags))
        )

    def _add_text_fact(
        self,
        value: int,
        exact: int,
        kind: Kind,
        flags: Flag,
        tokens: tuple[int, ...],
        name: str,
        at: _Place,
    ) -> None:
        for pattern in self._patterns:
            if pattern.matches(self._steps):
                self._met.add(pattern.text)
                flags |= Flag.MUST_KEEP | Flag.DECLARED
        fact = Fact(at.path >> 32, value, exact, kind, flags, 1, tokens, self._shown(name, flags))
        self._draft((-1, value), fact)

    def _shown(self, name: str, flags: Flag) -> str:
        return name if self._names or flags & Flag.DECLARED else ""

    def _draft(self, identity: tuple[int, int], fact: Fact) -> None:
        draft = self._drafts.get(identity)
        if draft is None:
            self._drafts[identity] = _Draft(fact)
        else:
            draft.count += 1


def _json_documents(text: str) -> list[object] | None:
    """A text that is JSON, or one JSON document a line."""
    try:
        return [orjson.loads(text)]
    except orjson.JSONDecodeError:
        pass
    lines = [line for line in text.splitlines() if line.strip()]
    if not 1 < len(lines) <= 64 or not all(line.strip()[0] in "{[" for line in lines):
        return None
    try:
        return [orjson.loads(line) for line in lines]
    except orjson.JSONDecodeError:
        return None
