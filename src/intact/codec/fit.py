"""Makes a fingerprint fit its span: a `Fingerprint` and a limit in, a smaller one out.

What goes first is what is missed least:

1. Sentences and long texts as facts of their own. The sketches still tell how much of the prose
   arrived; sentences return, lowest value ids first, where everything else found room.
2. Tokens of the sketches, highest hashes first, until they are a sixth of the limit.
3. Names of undeclared facts, from the back, until they are an eighth: a loss without a name is
   little help, and names are cheap, since the items of a list share theirs.
4. Facts, highest value ids first, so that what is left is a fair sample.
5. Only when `MOST_MUST_KEEP` facts do not fit by themselves: all tokens of the sketches, then
   tokens of those facts, then their names.

Must-keep facts and their names stay through 1 to 4. Paths that were pruned or had no value are
given a share of their own. Sizes are upper bounds, so that one pass of arithmetic suffices; they
are a few dozen bytes too careful.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from intact.codec.columns import MAX_TOKENS, name_bytes, shape_of, shared_prefix
from intact.model.facts import Fact, Flag, Kind
from intact.model.fingerprint import Fingerprint, Limit, Sketch

#: Must-keep facts beyond these are sampled like any other.
MOST_MUST_KEEP = 64

#: Below this, not even an empty table with its declared paths could be promised to fit.
SMALLEST_LIMIT = 640

_LONG_PROSE = frozenset({Kind.SENTENCE, Kind.DOCUMENT})
_DECLARED = Flag.MUST_KEEP | Flag.DECLARED
#: What sketches and names are promised when facts compete with them: so many parts of the limit.
_SKETCH_PART = 6
_NAME_PART = 8
_BIGRAM_SHARE = 0.3
_EVERY_FACT = 1 << 40

#: Tags, lengths and scalars of the envelope, the table and two sketches, at their longest.
_ENVELOPE = 144
#: A row without tokens: value 5, exact 3, and 1 each for the index of its shape and its name.
_ROW = 10
#: A shape with a byte of flags: path 4, kind 1, flags 1, tokens 1.
_SHAPE = 7
#: A written name: two lengths, of up to two bytes each.
_NAME = 4
_TOKEN = 4


def fit(fingerprint: Fingerprint, limit: int) -> Fingerprint:
    """The same context in at most `limit` encoded bytes.

    ``limits`` says what was left out: `Limit.FACTS` (with ``fact_threshold`` still complete, only
    sentences and long texts are missing) and `Limit.NAMES`.

    Raises:
        ValueError: If `limit` is below `SMALLEST_LIMIT`.
    """
    if limit < SMALLEST_LIMIT:
        raise ValueError(f"a fingerprint needs at least {SMALLEST_LIMIT} bytes")
    pruned, absent, declared_size = _fit_declared(fingerprint, limit // 8)
    room = limit - _ENVELOPE - declared_size
    sketches = _TOKEN * (len(fingerprint.words.tokens) + len(fingerprint.bigrams.tokens))

    rows, threshold = _sample(fingerprint.facts, room, sketches, limit)
    table = _Table(rows)
    chosen = _choose_names(table, room, min(sketches, limit // _SKETCH_PART))
    left = room - table.size(chosen)
    words, bigrams = _fit_sketches(fingerprint, max(0, left) // _TOKEN)
    if left >= sketches and all(chosen.named):
        chosen = table.add_prose(chosen, room - sketches)

    facts = table.take(chosen)
    limits = fingerprint.limits
    if len(facts) < len(fingerprint.facts) or chosen.tokens < MAX_TOKENS:
        limits |= Limit.FACTS
    if table.lost_names(chosen) or pruned != fingerprint.pruned or absent != fingerprint.absent:
        limits |= Limit.NAMES
    return replace(
        fingerprint,
        facts=facts,
        fact_total=max(fingerprint.fact_total, len(fingerprint.facts)),
        fact_threshold=min(fingerprint.fact_threshold, threshold),
        words=words,
        bigrams=bigrams,
        pruned=pruned,
        absent=absent,
        limits=limits,
    )


class _Row(NamedTuple):
    """A fact on trial, and what it costs without its name and its shape."""

    fact: Fact
    cost: int
    must: bool
    shape: tuple[int, int, int, int]

    @property
    def short(self) -> bool:
        """Whether it is asked to leave last: everything but prose that nobody declared."""
        return self.must or self.fact.kind not in _LONG_PROSE


def _sample(facts: Sequence[Fact], room: int, sketches: int, limit: int) -> tuple[list[_Row], int]:
    """The rows that may stay, and the value id below which all short facts did (steps 1 and 4).

    Sums only, since thousands of facts pass here: names are looked at for the rows that stay.
    """
    most_must_keep = min(MOST_MUST_KEEP, limit // 40)
    rows = _rows(facts, most_must_keep)
    short = [row for row in rows if row.short]
    needed = _nameless_size(short)
    if needed + sketches <= room:
        return rows, _EVERY_FACT  # sentences may still find a place
    left = room - min(sketches, limit // _SKETCH_PART)
    if needed <= left:
        return short, _EVERY_FACT
    left -= limit // _NAME_PART
    must = [row for row in short if row.must]
    left -= _nameless_size(must)
    shapes = {row.shape for row in must}
    threshold = _EVERY_FACT
    for row in sorted((row for row in short if not row.must), key=lambda row: row.fact.value):
        left -= row.cost + _declared_name(row.fact)
        if row.shape not in shapes:
            shapes.add(row.shape)
            left -= _shape_size(row.shape)
        if left < 0:
            threshold = row.fact.value
            break
    stay = [row.fact for row in short if row.must or row.fact.value < threshold]
    return _rows(stay, most_must_keep), threshold  # anew, since fewer shapes have shorter indexes


def _rows(facts: Sequence[Fact], most_must_keep: int) -> list[_Row]:
    shapes = [shape_of(fact) for fact in facts]
    base = _ROW + any(fact.count != 1 for fact in facts) + (len(set(shapes)) > 128)
    rows = []
    for fact, shape in zip(facts, shapes, strict=True):
        must = most_must_keep > 0 and bool(fact.flags & Flag.MUST_KEEP)
        most_must_keep -= must
        rows.append(_Row(fact, base + _TOKEN * len(fact.tokens), must, shape))
    return rows


def _nameless_size(rows: Sequence[_Row]) -> int:
    """Upper bound of rows of which only the declared ones have names."""
    size = sum(row.cost + _declared_name(row.fact) for row in rows)
    return size + sum(_shape_size(shape) for shape in {row.shape for row in rows})


def _shape_size(shape: tuple[int, int, int, int]) -> int:
    flags = shape[2]
    return _SHAPE + (flags.bit_length() - 1) // 7 if flags else _SHAPE


def _declared_name(fact: Fact) -> int:
    """The most that the name of a declared fact costs; other names may be left out."""
    return len(name_bytes(fact.name)) + _NAME if fact.flags & _DECLARED else 0


@dataclass(frozen=True, slots=True)
class _Choice:
    """Which rows stay, which of them with a name, and how many tokens each may have."""

    kept: Sequence[bool]
    named: Sequence[bool]
    tokens: int = MAX_TOKENS


class _Table:
    """Rows and what their names cost, front-coded after any earlier one."""

    def __init__(self, rows: Sequence[_Row]) -> None:
        names = [name_bytes(row.fact.name) for row in rows]
        self._rows = rows
        self._names = names
        self._shared = []  # with the last name before it
        last = b""
        for name in names:
            self._shared.append(shared_prefix(last, name))
            last = name or last
        self.short = [row.short for row in rows]
        self.declared = [bool(row.fact.flags & _DECLARED) for row in rows]

    def size(self, choice: _Choice) -> int:
        """Upper bound of the encoded rows.

        What a name shares with one further back is at least the least that any two neighbours
        in between share, so leaving rows out never needs the names to be compared again.
        """
        total = shared = 0
        name_of: dict[tuple[int, int, int, int], bytes] = {}
        for row, name, like, keep, named in zip(
            self._rows, self._names, self._shared, choice.kept, choice.named, strict=True
        ):
            if name:
                shared = min(shared, like)
            if not keep:
                continue
            total += row.cost - _TOKEN * max(0, len(row.fact.tokens) - choice.tokens)
            if row.shape not in name_of:
                total += _shape_size(row.shape)
            written = name if named else b""
            if written and name_of.get(row.shape) != written:
                total += len(written) - shared + _NAME - 2 * (len(written) < 128)
                shared = len(written)
            name_of[row.shape] = written
        return total

    def take(self, choice: _Choice) -> tuple[Fact, ...]:
        """The facts as chosen."""
        rows = zip(self._rows, choice.kept, choice.named, strict=True)
        return tuple(
            row.fact._replace(
                name=row.fact.name if name else "", tokens=row.fact.tokens[: choice.tokens]
            )
            for row, keep, name in rows
            if keep
        )

    def lost_names(self, choice: _Choice) -> bool:
        """Whether a fact stays whose name does not."""
        rows = zip(self._rows, self._names, choice.kept, choice.named, strict=True)
        return any(
            keep and row.fact.name and not (name and named) for row, name, keep, named in rows
        )

    def add_prose(self, choice: _Choice, room: int) -> _Choice:
        """Add sentences and long texts while they fit, lowest value ids first."""
        prose = sorted({row.fact.value for row in self._rows if not row.short})

        def below(count: int) -> _Choice:
            bound = prose[count] if count < len(prose) else _EVERY_FACT
            return replace(choice, kept=[row.short or row.fact.value < bound for row in self._rows])

        return self._largest(len(prose), below, room)

    def name_from_the_front(self, choice: _Choice, room: int) -> _Choice:
        """As many names from the front as fit, beside those that are chosen already."""

        def named(count: int) -> _Choice:
            names = [at < count or name for at, name in enumerate(choice.named)]
            return replace(choice, named=names)

        return self._largest(len(self._rows), named, room)

    def _largest(self, most: int, choice: Callable[[int], _Choice], room: int) -> _Choice:
        """The last of ``choice(0)``, ``choice(1)``, … ``choice(most)`` that fits; they grow."""
        if self.size(everything := choice(most)) <= room:
            return everything
        fitting = bisect_right(range(most), room, key=lambda n: self.size(choice(n)))
        return choice(max(0, fitting - 1))


def _choose_names(table: _Table, room: int, sketches: int) -> _Choice:
    """Steps 3 and 5; `sketches` is what the sketches are promised meanwhile."""
    nameless = _Choice(table.short, table.declared)
    if table.size(nameless) + sketches <= room:
        return table.name_from_the_front(nameless, room - sketches)
    return _squeeze(table, nameless, room)


def _squeeze(table: _Table, choice: _Choice, room: int) -> _Choice:
    """Must-keep facts alone are too large: their tokens give way before their names do."""
    for tokens in range(MAX_TOKENS, -1, -1):
        fewer = replace(choice, tokens=tokens)
        if table.size(fewer) <= room:
            return fewer
    nameless = replace(choice, tokens=0, named=[False] * len(choice.named))
    return table.name_from_the_front(nameless, room)


def _fit_sketches(fingerprint: Fingerprint, room: int) -> tuple[Sketch, Sketch]:
    words, bigrams = fingerprint.words, fingerprint.bigrams
    for_bigrams = max(int(room * _BIGRAM_SHARE), room - len(words.tokens))
    for_words = max(room - for_bigrams, room - len(bigrams.tokens))
    return _lower(words, for_words), _lower(bigrams, for_bigrams)


def _lower(sketch: Sketch, room: int) -> Sketch:
    """The `room` lowest tokens; the threshold is the lowest one that had to go."""
    if len(sketch.tokens) <= room:
        return sketch
    *kept, threshold = sorted(sketch.tokens)[: room + 1]
    return replace(sketch, tokens=frozenset(kept), threshold=threshold)


def _fit_declared(
    fingerprint: Fingerprint, share: int
) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...], int]:
    """Pruned and absent paths, each list within `share` bytes; reasons go before paths do."""
    pruned = fingerprint.pruned
    if _declared_size(f"{path}{reason}" for path, reason in pruned) > share:
        pruned = tuple((path, "") for path, _ in pruned)
    pruned = pruned[: _fitting((path + reason for path, reason in pruned), share)]
    absent = fingerprint.absent[: _fitting(fingerprint.absent, share)]
    size = _declared_size(path + reason for path, reason in pruned) + _declared_size(absent)
    return pruned, absent, size


def _declared_size(texts: Iterable[str]) -> int:
    # 9: tags and lengths of a message with two strings, each shorter than 16 KiB.
    return sum(9 + len(text.encode("utf-8", "replace")) for text in texts)


def _fitting(texts: Iterable[str], share: int) -> int:
    """How many of `texts`, from the front, fit into `share` bytes."""
    used = count = 0
    for count, text in enumerate(texts):
        used += _declared_size((text,))
        if used > share:
            return count
        count += 1
    return count
