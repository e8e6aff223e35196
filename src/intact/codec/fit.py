"""Makes a fingerprint fit its span: a `Fingerprint` and a limit in, a smaller one out.

What goes first is what is missed least:

1. Sentences and long texts as facts of their own. The sketches still tell how much of the prose
   arrived; sentences return, lowest value id first, where the sketches leave room.
2. Tokens of the sketches, highest hashes first, until the sketches are a third of the limit.
3. Names of undeclared facts, from the back.
4. Tokens again, until the sketches are an eighth of the limit.
5. Facts, highest value ids first, so that what is left is a fair sample.
6. Only when `MOST_MUST_KEEP` facts do not fit by themselves: all tokens of the sketches, then
   tokens of those facts, then names.

Must-keep facts and their names stay through 1 to 5. Paths that were pruned or had no value are
given a share of their own. Sizes are upper bounds, so that one pass of arithmetic suffices; they
are a few dozen bytes too careful.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from heapq import nsmallest

from intact.codec.columns import MAX_TOKENS, name_bytes, shared_prefix
from intact.model.facts import Fact, Flag, Kind
from intact.model.fingerprint import Fingerprint, Limit, Sketch

#: Must-keep facts beyond these are sampled like any other.
MOST_MUST_KEEP = 64

#: Below this, not even an empty table with its declared paths could be promised to fit.
SMALLEST_LIMIT = 512

_LONG_PROSE = frozenset({Kind.SENTENCE, Kind.DOCUMENT})
_DECLARED = Flag.MUST_KEEP | Flag.DECLARED
_BIGRAM_SHARE = 0.3

#: Tags, lengths and scalars of the envelope, the table and two sketches, at their longest.
_ENVELOPE = 144
#: A row without tokens: path 4, value 5, exact 3, kind 1, tokens 1, and 2 for an empty name.
_ROW = 16
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
    tokens = _TOKEN * (len(fingerprint.words.tokens) + len(fingerprint.bigrams.tokens))
    table = _Table.of(fingerprint.facts, most_must_keep=min(MOST_MUST_KEEP, limit // 40))
    chosen = _choose_facts(table, room, min(tokens, limit // 3), min(tokens, limit // 8))
    left = room - table.size(chosen)
    words, bigrams = _fit_sketches(fingerprint, max(0, left) // _TOKEN)
    if left >= tokens:
        chosen = table.add_prose(chosen, room - tokens)

    facts = table.take(chosen)
    kept = [fact for fact, keep in zip(fingerprint.facts, chosen.kept, strict=True) if keep]
    limits = fingerprint.limits
    if len(facts) < len(fingerprint.facts) or chosen.tokens < MAX_TOKENS:
        limits |= Limit.FACTS
    if (
        any(old.name != new.name for old, new in zip(kept, facts, strict=True))
        or pruned != fingerprint.pruned
        or absent != fingerprint.absent
    ):
        limits |= Limit.NAMES
    return replace(
        fingerprint,
        facts=facts,
        fact_total=max(fingerprint.fact_total, len(fingerprint.facts)),
        fact_threshold=min(fingerprint.fact_threshold, chosen.threshold),
        words=words,
        bigrams=bigrams,
        pruned=pruned,
        absent=absent,
        limits=limits,
    )


@dataclass(frozen=True, slots=True)
class _Choice:
    """Which rows stay, which of them with a name, and how many tokens each may have."""

    kept: Sequence[bool]
    named: Sequence[bool]
    threshold: int = 1 << 40
    tokens: int = MAX_TOKENS


@dataclass(frozen=True, slots=True)
class _Table:
    """The rows with what each costs. Names are counted as front-coded after any earlier one."""

    facts: Sequence[Fact]
    costs: Sequence[int]  # of a row without its tokens and name
    lengths: Sequence[int]  # of the name
    shared: Sequence[int]  # with the last name before it
    must: Sequence[bool]
    declared: Sequence[bool]

    @classmethod
    def of(cls, facts: Sequence[Fact], most_must_keep: int) -> _Table:
        names = [name_bytes(fact.name) for fact in facts]
        shared, last = [], b""
        for name in names:
            shared.append(shared_prefix(last, name))
            last = name or last
        counts = int(any(fact.count != 1 for fact in facts))
        must, left = [], most_must_keep
        for fact in facts:
            must.append(left > 0 and bool(fact.flags & Flag.MUST_KEEP))
            left -= must[-1]
        return cls(
            facts=facts,
            costs=[_ROW + counts + _varint(fact.flags) for fact in facts],
            lengths=[len(name) for name in names],
            shared=shared,
            must=must,
            declared=[bool(fact.flags & _DECLARED) for fact in facts],
        )

    def size(self, choice: _Choice) -> int:
        """Upper bound of the encoded rows.

        What a name shares with one further back is at least the least that any two neighbours
        in between share, so dropping rows never needs the names to be compared again.
        """
        total = shared = 0
        for row, keep in enumerate(choice.kept):
            length = self.lengths[row]
            if length:
                shared = min(shared, self.shared[row])
            if keep:
                tokens = min(choice.tokens, len(self.facts[row].tokens))
                total += self.costs[row] + _TOKEN * tokens
                if length and choice.named[row]:
                    total += length - shared + (2 if length > 127 else 0)
                    shared = length
        return total

    def take(self, choice: _Choice) -> tuple[Fact, ...]:
        rows = zip(self.facts, choice.kept, choice.named, strict=True)
        return tuple(
            fact._replace(name=fact.name if name else "", tokens=fact.tokens[: choice.tokens])
            for fact, keep, name in rows
            if keep
        )

    def add_prose(self, choice: _Choice, room: int) -> _Choice:
        """Add sentences and long texts while they fit, lowest value ids first."""
        if choice.threshold < 1 << 40 or not all(choice.named):
            return choice
        prose = sorted(
            {f.value for f, keep in zip(self.facts, choice.kept, strict=True) if not keep}
        )

        def added(count: int) -> _Choice:
            bound = prose[count] if count < len(prose) else 1 << 40
            kept = [
                keep or fact.value < bound
                for fact, keep in zip(self.facts, choice.kept, strict=True)
            ]
            return replace(choice, kept=kept)

        return self._largest(len(prose), added, room)

    def _largest(self, most: int, choice: Callable[[int], _Choice], room: int) -> _Choice:
        """The last of ``choice(0)``, ``choice(1)``, … ``choice(most)`` that fits; they grow."""
        fitting = bisect_right(range(most + 1), room, key=lambda n: self.size(choice(n)))
        return choice(max(0, fitting - 1))

    def name_from_the_front(self, choice: _Choice, room: int, always: Sequence[bool]) -> _Choice:
        """As many names from the front as fit, and those of `always`."""

        def named(count: int) -> _Choice:
            return replace(choice, named=[row < count or keep for row, keep in enumerate(always)])

        return self._largest(len(self.facts), named, room)

    def sample(self, room: int) -> _Choice:
        """The must-keep facts, and as many others as fit, lowest value ids first."""
        values = sorted(
            {f.value for f, must in zip(self.facts, self.must, strict=True) if not must}
        )

        def below(count: int) -> _Choice:
            bound = values[count] if count < len(values) else 1 << 40
            kept = [
                must or (fact.value < bound and fact.kind not in _LONG_PROSE)
                for fact, must in zip(self.facts, self.must, strict=True)
            ]
            return _Choice(kept, self.declared, bound)

        return self._largest(len(values), below, room)


def _choose_facts(table: _Table, room: int, third: int, eighth: int) -> _Choice:
    """Steps 1 to 6; `third` and `eighth` are what the sketches are promised meanwhile."""
    everything = [
        must or fact.kind not in _LONG_PROSE
        for fact, must in zip(table.facts, table.must, strict=True)
    ]
    all_named = _Choice(everything, [True] * len(everything))
    if table.size(all_named) + third <= room:
        return all_named
    nameless = replace(all_named, named=table.declared)
    if table.size(nameless) + third <= room:
        return table.name_from_the_front(nameless, room - third, table.declared)
    if table.size(nameless) + eighth <= room:
        return nameless
    sample = table.sample(room - eighth)
    if table.size(sample) + eighth <= room:
        return sample
    return _squeeze(table, sample, room)


def _squeeze(table: _Table, sample: _Choice, room: int) -> _Choice:
    """Must-keep facts alone are too large: their tokens give way before their names do."""
    for tokens in range(MAX_TOKENS, -1, -1):
        fewer = replace(sample, tokens=tokens)
        if table.size(fewer) <= room:
            return fewer
    nameless = [False] * len(table.facts)
    return table.name_from_the_front(replace(sample, tokens=0, named=nameless), room, nameless)


def _fit_sketches(fingerprint: Fingerprint, room: int) -> tuple[Sketch, Sketch]:
    words, bigrams = fingerprint.words, fingerprint.bigrams
    for_bigrams = max(int(room * _BIGRAM_SHARE), room - len(words.tokens))
    for_words = max(room - for_bigrams, room - len(bigrams.tokens))
    return _lower(words, for_words), _lower(bigrams, for_bigrams)


def _lower(sketch: Sketch, room: int) -> Sketch:
    """The `room` lowest tokens; the threshold is the lowest one that had to go."""
    if len(sketch.tokens) <= room:
        return sketch
    *kept, threshold = nsmallest(room + 1, sketch.tokens)
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


def _varint(number: int) -> int:
    return max(1, (number.bit_length() + 6) // 7)
