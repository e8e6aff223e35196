"""Which facts of a context find room as rows of a fact table, and which of them a name.

In: facts in order, and a number of bytes. Out: fewer facts, and what they cost. Prices are upper
bounds. Ids are uniform hashes, so where the lowest of them end is known beforehand: of a state of
any size only the few hundred facts that could find room are priced.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from itertools import accumulate
from math import inf, isqrt
from operator import attrgetter
from typing import NamedTuple

from intact.codec.columns import MAX_TOKENS, Shape, name_bytes, shape_of, shared_prefix
from intact.model.facts import LONG_PROSE, Fact, Flag
from intact.model.fingerprint import EVERY_FACT

#: Bytes of a token, in a row or in a sketch.
TOKEN = 4

_DECLARED = Flag.MUST_KEEP | Flag.DECLARED
#: A row without tokens: value 5, exact 3, and 1 each for the index of its shape and its name.
_ROW = 10
#: Shapes whose index is one byte.
_SHORT_INDEXES = 128
#: A shape with a byte of flags: path 4, kind 1, flags 1, tokens 1.
_SHAPE = 7
#: A written name: two lengths, of up to two bytes each.
_NAME = 4
#: What the name of a sentence may cost beside others of its text.
_PROSE_NAME = 4

_by_value = attrgetter("value")


class Rows(NamedTuple):
    """Facts in order, their size without names, and the most that declared names cost."""

    facts: list[Fact]
    size: int
    declared: int


class Sample(NamedTuple):
    """The facts that were promised a place, and all others below `threshold`."""

    rows: Rows
    threshold: int


class Named(NamedTuple):
    """Facts with names as far as there was room, and the size of these names."""

    facts: list[Fact]
    size: int
    complete: bool  # no fact lost the name that it had


def is_prose(fact: Fact) -> bool:
    """Whether a fact is a sentence or a long text that nobody declared."""
    return fact.kind in LONG_PROSE and not fact.flags & Flag.MUST_KEEP


def price(facts: Iterable[Fact]) -> Rows:
    """What facts cost as rows."""
    kept = list(facts)
    shapes = set(map(shape_of, kept))
    size = sum(map(_row, kept)) + sum(map(_shape, shapes))
    wide = _wide(shapes) + _counted(kept)
    return Rows(kept, size + wide * len(kept), sum(map(_declared_name, kept)))


def sample(facts: Sequence[Fact], most_promised: int, room: int, for_names: int) -> Sample:
    """All facts if they fit with declared names; else a sample that leaves `for_names` for names.

    The first `most_promised` must-keep facts are promised a place, so the rows may be larger
    than `room`. Of the others the lowest value ids stay.
    """
    if len(facts) * _ROW <= room:
        rows = price(facts)
        if rows.size + rows.declared <= room:
            return Sample(rows, EVERY_FACT)
    promised = _promised(facts, most_promised)
    marked = list(zip(facts, promised, strict=True))
    first = price(fact for fact, stays in marked if stays)
    threshold = _threshold(
        [fact for fact, stays in marked if not stays], first, max(0, room - for_names)
    )
    stay = (fact for fact, stays in marked if stays or fact.value < threshold)
    return Sample(price(stay), threshold)


def squeeze(facts: Sequence[Fact], room: int) -> Rows:
    """The same facts with as many tokens as leave room for declared names; none is the least."""
    rows = price(facts)
    for most in range(MAX_TOKENS, -1, -1):
        rows = price(fact._replace(tokens=fact.tokens[:most]) for fact in facts)
        if rows.size + rows.declared <= room:
            break
    return rows


def add_names(facts: Sequence[Fact], room: float = inf) -> Named:
    """As many names from the front as fit, and those of declared facts wherever they stand.

    Names are front-coded: one costs what it does not share with the last one before it. Declared
    ones have no privilege where not even they fit.
    """
    promised = sum(map(_declared_name, facts))
    privileged = promised <= room
    left = room - promised if privileged else room
    size, last, more, complete = 0, b"", True, True
    name_of: dict[Shape, bytes] = {}
    named = []
    for fact in facts:
        name, shape = name_bytes(fact.name), shape_of(fact)
        paid = _declared_name(fact) if privileged else 0
        left += paid
        if name and name_of.get(shape) != name:
            cost = len(name) - shared_prefix(last, name) + _NAME - 2 * (len(name) < 128)
            more = more and (cost <= left or paid > 0)
            if more or paid:
                size, left, last = size + cost, left - cost, name
            else:
                name = b""
        if fact.name and not name:
            complete = False
            fact = Fact(*fact[:-1], "")
        name_of[shape] = name
        named.append(fact)
    return Named(named, size, complete)


def add_prose(facts: Sequence[Fact], base: int, room: int) -> tuple[list[Fact], int]:
    """What is no prose, which takes `base` bytes, and the prose that fits beside it.

    Of sentences and long texts the lowest value ids stay; the second of the pair is the value id
    below which all did.
    """
    prose = sorted(filter(is_prose, facts), key=_by_value)
    sizes = accumulate(_row(fact) + _PROSE_NAME for fact in prose)
    count = bisect_right(list(sizes), room - base)
    while count > 0:
        bound = prose[count].value if count < len(prose) else EVERY_FACT
        kept = [fact for fact in facts if fact.value < bound or not is_prose(fact)]
        size = price(kept).size + add_names(kept).size
        if size <= room:
            return kept, bound
        # Sentences of one context cost much the same: the overrun says how many are too many.
        count = min(count - 1, count * (room - base) // (size - base))
    bound = prose[0].value if prose else EVERY_FACT
    return [fact for fact in facts if not is_prose(fact)], bound


def _promised(facts: Sequence[Fact], most: int) -> list[bool]:
    """Which facts are promised a place: the first `most` that must be kept."""
    promised = [bool(fact.flags & Flag.MUST_KEEP) for fact in facts]
    if sum(promised) > most:
        for at, is_promised in enumerate(promised):
            promised[at] = is_promised and most > 0
            most -= is_promised
    return promised


def _threshold(facts: Sequence[Fact], first: Rows, room: int) -> int:
    """The lowest value id for which there is no room beside the first rows."""
    candidates = _lowest(facts, room // _ROW)
    shapes = set(map(shape_of, first.facts))
    size = first.size + first.declared
    counted = _counted(candidates) or _counted(first.facts)
    for number, fact in enumerate(candidates, len(first.facts) + 1):
        size += _row(fact) + _declared_name(fact)
        shape = shape_of(fact)
        if shape not in shapes:
            shapes.add(shape)
            size += _shape(shape)
        if size + (_wide(shapes) + counted) * number > room:
            return fact.value
    return EVERY_FACT


def _lowest(facts: Sequence[Fact], count: int) -> list[Fact]:
    """At least the `count + 1` facts of lowest value ids, sorted; all when there are fewer.

    Value ids are uniform, so few beyond those are looked at.
    """
    bound = likely_bound(len(facts), count + 1, EVERY_FACT)
    found = [fact for fact in facts if fact.value < bound]
    if len(found) <= count:
        found = list(facts)
    return sorted(found, key=_by_value)


def likely_bound(total: int, count: int, space: int) -> int:
    """Below this, `count` of `total` uniform hashes almost surely lie, and few more."""
    return space if total <= count else space * min(total, count + 4 * isqrt(count) + 8) // total


def _row(fact: Fact) -> int:
    return _ROW + TOKEN * len(fact.tokens)


def _shape(shape: Shape) -> int:
    flags = shape[2]
    return _SHAPE + (flags.bit_length() - 1) // 7 if flags else _SHAPE


def _wide(shapes: Collection[Shape]) -> bool:
    """Whether the indexes of these shapes take a second byte in each row."""
    return len(shapes) > _SHORT_INDEXES


def _counted(facts: Iterable[Fact]) -> bool:
    """Whether each row says how often its fact stood there."""
    return any(fact.count != 1 for fact in facts)


def _declared_name(fact: Fact) -> int:
    """The most that the name of a declared fact costs; other names may be left out."""
    return len(name_bytes(fact.name)) + _NAME if fact.flags & _DECLARED else 0
