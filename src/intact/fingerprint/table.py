"""The facts of one context as they are found, and the tokens of its text.

In: leaves and texts with their places. Out: a `Fingerprint`. Knows how facts are named, told
apart and counted; left to others: how a context is walked, and what a string says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from intact.fingerprint.counted import counts_of_key
from intact.fingerprint.dates import date_token
from intact.fingerprint.described import described_by_key, without_auxiliary
from intact.fingerprint.keys import Hasher, exact_id, token_id, value_id
from intact.fingerprint.languages import LANGUAGES
from intact.fingerprint.lists import Chain
from intact.fingerprint.paths import PathPattern, Step
from intact.fingerprint.records import MOST_TOKENS, Found, Leaf, TextRecord, numbered
from intact.fingerprint.today import day_of, resolve, says_today, told_from
from intact.fingerprint.tokens import pair_token, reading_token, value_token
from intact.model.facts import Fact, Flag, Kind
from intact.model.fingerprint import Fingerprint, Limit, Sketch
from intact.model.lists import MOST_LISTS, ListDigest, telling_first

_YES_NO = frozenset({"true", "false"})
_MASK = 0xFFFFFFFFFFFFFFFF
_MOST_COUNT = 255
_SAMPLE = 6  # bigrams by which a document is found again
_LONGEST = (1 << 24) - 1  # words: what an exact id has room for
_PROSE_PAIRS = 3  # a value of a state with so many bigrams is a sentence, not a label


class Place(NamedTuple):
    """Where a walk is."""

    path: int  # 64-bit hash of the keys so far
    place: int  # the same, with list indexes, below the innermost item: for its digest
    name: str
    key: str
    flags: int
    inside: bool = False  # at the top of a message: what follows its name is set off by "/"
    prose: bool = False  # short strings are prose here too: the arguments of a tool call


class FactTable:
    """Collects the facts of one context. `steps` is the real path of the walk, kept by it."""

    def __init__(self, hasher: Hasher, must_keep: Sequence[PathPattern]) -> None:
        self.steps: list[Step] = []
        self._hasher = hasher
        self._patterns = must_keep
        self._met: set[str] = set()
        self._facts: dict[int, Fact] = {}  # by what tells them apart: `_of_place`, `_of_text`
        self._roles: Counter[str] = Counter()
        self._numbers: dict[str, Mapping[Kind, int]] = {}  # facts of each kind, by name of text
        self._words: set[int] = set()
        self._bigrams: set[int] = set()
        self._known_words: frozenset[int] = frozenset()  # of the part that was absorbed: shared
        self._known_bigrams: frozenset[int] = frozenset()
        self._sum = 0  # of what was met of the innermost item: at the root, of all
        self._depth = 0  # how many items the walk stands in
        self._lists: list[ListDigest] = []
        self._today = ""  # the first date that the context says today is
        self._days: dict[str, set[int]] = {}  # token of a date -> the facts that say it

    def number(self, role: str) -> int:
        """The next number of a message of that role: 0, 1, 2, …"""
        number = self._roles[role]
        self._roles[role] = number + 1
        return number

    def value(
        self, hashed: int, exact: int, kind: Kind, at: Place, tokens: tuple[int, ...] = ()
    ) -> None:
        """Add a leaf that means something wherever it stands."""
        self._words.add(token_id(hashed))
        self._leaf(hashed, exact, kind, at, tokens, at.flags)

    def value_of_key(
        self, token: str, exact: int, kind: Kind, at: Place, alone: tuple[int, ...] = ()
    ) -> None:
        """Add a leaf that means something only with its key: true, 3, "open".

        ``alone`` is the token of the value without its key, by which it may be said in a text.
        """
        hasher = self._hasher
        token = LANGUAGES.means.get(token, token)
        hashed = hasher[pair_token(at.key, token)]
        self._words.add(token_id(hashed))
        sought: list[str]
        if kind is Kind.NUMBER:  # "$20" of a text is found in {"amount": 20}, and "2 seats" …
            self._words.add(token_id(hasher[value_token(token)]))
            sought = [*map(reading_token, counts_of_key(at.key, token, LANGUAGES))]
        elif token in _YES_NO:
            key = without_auxiliary(at.key, LANGUAGES)
            sought = [pair_token(key, token)] if key != at.key else []
            self._words.update(token_id(hasher[each]) for each in sought)
        else:
            above = self._above()
            sought = [*map(reading_token, described_by_key(at.key, above, token, LANGUAGES))]
        tokens = (*(token_id(hasher[each]) for each in sought), *alone)
        self._leaf(hashed, exact, kind, at, tokens, at.flags | Flag.LOW_ENTROPY)

    def _above(self) -> str:
        """The key above the one where the walk stands."""
        keys = (step for step in reversed(self.steps) if isinstance(step, str))
        next(keys, "")
        return next(keys, "")

    def quantity(self, token: str, exact: int, at: Place) -> None:
        """Add a number that tells something, also where a text names its unit: "$129.90"."""
        said = token_id(self._hasher[reading_token(token)])
        self.value(self._hasher[value_token(token)], exact, Kind.NUMBER, at, (said,))

    def text(self, record: TextRecord, at: Place) -> None:
        """Add a string that was read: one fact when it is short, else what stands in it."""
        self._words.update(record.words)
        self._grow(at.place, record.hashed)
        self._today = self._today or record.today
        leaf = record.leaf
        alone = leaf is not None and _stands_alone(leaf, at)
        if not alone or len(record.bigrams) >= _PROSE_PAIRS:
            self._bigrams.update(record.bigrams)
        if leaf is None or not alone:
            self._prose(record, at)
            return
        if leaf.negated:
            at = at._replace(flags=at.flags | Flag.NEGATED)
        if leaf.kind in (Kind.DATE, Kind.DATETIME):
            self._dated(record, leaf, at)
        if leaf.telling:
            self.value(leaf.hashed, leaf.exact, leaf.kind, at, leaf.tokens)
        else:
            # A text about a tool's result may say the word without its key.
            said = leaf.kind is Kind.TEXT and not at.flags & Flag.STATE
            word = (leaf.tokens or (token_id(leaf.hashed),))[-1:] if said else ()
            self.value_of_key(leaf.token, leaf.exact, leaf.kind, at, word)

    def enter_item(self) -> int:
        """Begin an item of a list: its digest does not depend on where it stands.

        Returns:
            What `leave_item` wants back.
        """
        outer, self._sum = self._sum, 0
        self._depth += 1
        return outer

    def leave_item(self, outer: int, place: int) -> int:
        """End an item that stands at a place. Returns its digest."""
        item = self._sum
        self._sum = (outer + self._hasher.pair(place, item)) & _MASK
        self._depth -= 1
        return item

    def add_list(self, items: Chain, messages: bool, at: Place) -> None:
        """Add a list by the digests of its items; one inside another list is part of its item."""
        if items and not self._depth:
            self._lists.append(items.digest(at.path, messages, at.name))

    @property
    def has_messages(self) -> bool:
        """Whether any were met: their numbers go on from those."""
        return bool(self._roles)

    def part(self) -> FactTable:
        """An empty table for what follows, to be taken in by `absorb`."""
        part = FactTable(self._hasher, self._patterns)
        part.steps, part._depth = self.steps, self._depth
        return part

    def absorb(self, part: FactTable) -> None:
        """Add what a table holds that was filled after this one, before any message was met here.

        `part` stays as it is. Costs some 20 nanoseconds per fact, and of a sealed one nothing
        for its tokens.
        """
        first, then = self._facts, part._facts
        self._facts = {**first, **then} if first else then.copy()
        for identity in first.keys() & then.keys():
            self._facts[identity] = first[identity]
            self._again(identity, then[identity].count)
        self._known_words, self._known_bigrams = part._known_words, part._known_bigrams
        self._words |= part._words
        self._bigrams |= part._bigrams
        self._sum = (self._sum + part._sum) & _MASK
        self._met |= part._met
        self._roles.update(part._roles)
        self._numbers.update(part._numbers)
        self._today = self._today or part._today
        for day, identities in part._days.items():
            self._days[day] = self._days.get(day, set()) | identities

    def seal(self) -> None:
        """Make what was found until now cheap to absorb, again and again."""
        self._known_words |= self._words
        self._known_bigrams |= self._bigrams
        self._words, self._bigrams = set(), set()

    def room(self) -> int:
        """About how many bytes of memory a sealed table takes."""
        tokens = len(self._known_words) + len(self._known_bigrams)
        return 1_000 + 400 * len(self._facts) + 80 * tokens

    def unread(self, hashed: int, at: Place) -> None:
        """Add a string that was too long to be read: it can only be found whole."""
        self._leaf(hashed, exact_id(hashed), Kind.DOCUMENT, at, (), at.flags)

    def fingerprint(
        self,
        key_id: bytes,
        pruned: tuple[tuple[str, str], ...],
        absent: tuple[str, ...],
        size: int,
        limits: Limit,
    ) -> Fingerprint:
        """What was collected so far."""
        self._resolve()
        facts = tuple(self._facts.values())
        words = self._known_words | self._words
        bigrams = self._known_bigrams | self._bigrams
        return Fingerprint(
            key_id=key_id,
            root=self._sum,
            facts=facts,
            fact_total=len(facts),
            words=Sketch(words, total=len(words)),
            bigrams=Sketch(bigrams, total=len(bigrams)),
            lists=telling_first(self._lists)[:MOST_LISTS],
            pruned=pruned,
            absent=absent,
            limits=limits,
            size=size,
        )

    def _dated(self, record: TextRecord, leaf: Leaf, at: Place) -> None:
        """Note a date that stands alone: it may be today, or be told from today."""
        day, value = record.days[0][0], value_id(leaf.hashed)
        state = at.flags & Flag.STATE
        identity = _of_place(at.path >> 32, value) if state else _of_text(value)
        self._days.setdefault(day, set()).add(identity)
        if not self._today and day_of(day) and says_today(at.key, LANGUAGES):
            self._today = day

    def _resolve(self) -> None:
        """Say which day each date means, and what it is called, if the context says its own day.

        "Tomorrow" is then the 2nd of March, and the 2nd of March "tomorrow".
        """
        today = day_of(self._today) if self._today else None
        if today is None:
            return
        hasher = self._hasher
        for token, identities in self._days.items():
            day = resolve(token, today)
            if day is None:
                continue
            names = told_from(day, today)
            whole, of_year = date_token(day.year, day.month, day.day), f"d--{day:%m-%d}"
            said = [value_token(whole), *map(reading_token, (whole, of_year, *names))]
            sought = [reading_token(whole), *map(value_token, (whole, of_year, *names))]
            self._words.update(token_id(hasher[one]) for one in said)
            tokens = [token_id(hasher[one]) for one in sought]
            for identity in identities & self._facts.keys():
                fact = self._facts[identity]
                more = dict.fromkeys((*fact.tokens, *tokens))
                self._facts[identity] = fact._replace(tokens=tuple(more)[:MOST_TOKENS])

    def redacted(self) -> None:
        """Note that what stands here is not read: what is declared of it is not absent."""
        for pattern in self._patterns:
            if pattern.matches(self.steps) or pattern.begins_with(self.steps):
                self._met.add(pattern.text)

    def met(self, path: str) -> bool:
        """Whether a value stood at a declared path, or would have if it had been read."""
        return path in self._met

    def _prose(self, record: TextRecord, at: Place) -> None:
        """The typed values and the sentences of a long text; of a state, the text as a whole."""
        name = at.name or "text"
        if at.flags & Flag.STATE and at.key:
            tokens = (*record.ends, *sorted(record.bigrams)[:_SAMPLE])
            length = min(record.length, _LONGEST)
            self._leaf(record.hashed, length, Kind.DOCUMENT, at, tokens, at.flags)
        for day, value in record.days:
            self._days.setdefault(day, set()).add(_of_text(value))
        flags, found = at.flags & ~Flag.STATE, record.found
        if flags & Flag.TOOL:  # a chatty one counts with its typed values and leaves only
            found = found[: record.values]
        if not found:
            return
        if name in self._numbers:
            found = tuple(self._numbered(found, name))
        else:
            self._numbers[name] = record.numbers
        if self._patterns and self._declared()[0]:
            flags |= Flag.MUST_KEEP | Flag.DECLARED
        path, facts, new = at.path >> 32, self._facts, tuple.__new__
        for kind, value, exact, more, tokens, end in found:
            identity = ~value  # _of_text, without a call: this is the innermost loop there is
            if identity in facts:
                self._again(identity)
            else:
                fact = (path, value, exact, kind, flags | more, 1, tokens, name + end)
                facts[identity] = new(Fact, fact)

    def _numbered(self, found: Sequence[Found], name: str) -> list[Found]:
        """The facts of a text, numbered on from another text of that name."""
        numbers = dict(self._numbers[name])
        again = []
        for each in found:
            number = numbers.get(each.kind, 0)
            numbers[each.kind] = number + 1
            again.append(each._replace(name=numbered(each.kind, number)))
        self._numbers[name] = numbers
        return again

    def _leaf(
        self, hashed: int, exact: int, kind: Kind, at: Place, tokens: tuple[int, ...], flags: int
    ) -> None:
        """Add a leaf. Leaves of a state are told apart by path and value, others by value."""
        self._grow(at.place, (hashed & ~0xFF) ^ exact)
        declared, name = self._declared()
        if declared:
            flags |= Flag.MUST_KEEP | Flag.DECLARED
        path, value = at.path >> 32, value_id(hashed)
        identity = _of_place(path, value) if flags & Flag.STATE else _of_text(value)
        if identity in self._facts:
            self._again(identity)
        else:
            shown = name or at.name or "text"
            self._facts[identity] = Fact(path, value, exact, kind, flags, 1, tokens, shown)

    def _again(self, identity: int, times: int = 1) -> None:
        """Count a fact that was found before."""
        fact = self._facts[identity]
        if fact.count < _MOST_COUNT:
            self._facts[identity] = fact._replace(count=min(fact.count + times, _MOST_COUNT))

    def _declared(self) -> tuple[bool, str]:
        """Whether the walk stands at a must-keep path, and the path when it is exactly that."""
        declared, name = False, ""
        for pattern in self._patterns:
            if pattern.matches(self.steps):
                declared = True
                self._met.add(pattern.text)
                if len(pattern.steps) == len(self.steps):
                    name = pattern.text
        return declared, name

    def _grow(self, place: int, hashed: int) -> None:
        """Add to the digest of the item, or the root: a sum, so that the order of keys is none."""
        self._sum = (self._sum + self._hasher.pair(place, hashed)) & _MASK


def _of_place(path: int, value: int) -> int:
    """What tells leaves of a state apart: where they stand, and their value."""
    return path << 40 | value


def _of_text(value: int) -> int:
    """What tells facts inside texts apart: their value alone. Never equal to an `_of_place`."""
    return ~value


def _stands_alone(leaf: Leaf, at: Place) -> bool:
    """Whether a short string is one fact where it stands: a phrase needs a key for that."""
    if leaf.kind is Kind.TEXT:
        return bool(at.key) and not at.prose
    return bool(at.key or at.flags & Flag.STATE)
