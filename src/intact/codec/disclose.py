"""What of a fingerprint may leave the process: a `Fingerprint` and a rule in, a poorer one out.

Names are hidden as the rule says. What was declared as pruned is then marked on the facts
themselves, since its paths may not be told. In strict privacy a fingerprint is made of what it
cannot do without:

    may leave    values, exact ids and words, under a key of the session; paths; kinds and flags
    is withheld  all names and paths in the clear, bigrams, sentences and long texts, what they
                 mean, lists
    is rounded   counts and sizes, up to a power of two

Left to others: the key of the session (`intact.fingerprint.keys`), room on the span (`fit`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from intact.model.facts import Fact, Flag, Kind, under
from intact.model.fingerprint import Fingerprint, Sketch

_PROSE: Final = frozenset({Kind.SENTENCE, Kind.DOCUMENT})
_MOST_COUNT: Final = 128  # the largest power of two that fits a byte

#: Says that tokens were withheld, not that there are none.
_WITHHELD: Final = Sketch(threshold=0)


class Names(StrEnum):
    """Which facts may leave with their names."""

    ALL = "all"
    DECLARED = "declared"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Rule:
    """What a process lets out."""

    names: Names = Names.ALL
    strict: bool = False

    @property
    def hides(self) -> bool:
        """Whether there are facts whose names do not show."""
        return self.strict or self.names is not Names.ALL


def disclose(fingerprint: Fingerprint, rule: Rule) -> Fingerprint:
    """The part of a fingerprint that may leave.

    Costs nothing where all names may, else about a microsecond a fact.
    """
    if rule.strict:
        return _strict(fingerprint)
    if rule.names is Names.ALL:
        return fingerprint
    marked = mark_pruned(fingerprint, tuple(path for path, _ in fingerprint.pruned))
    if rule.names is Names.NONE:
        facts = tuple(fact._replace(name="") for fact in marked.facts)
        lists = tuple(one._replace(name="") for one in marked.lists)
        return replace(marked, facts=facts, lists=lists, pruned=(), absent=())
    declared = [fact.name for fact in marked.facts if fact.flags & Flag.DECLARED]
    facts = tuple(
        fact if fact.flags & Flag.DECLARED else fact._replace(name="") for fact in marked.facts
    )
    lists = tuple(
        # Of a list with a declared fact the name is told already.
        one if any(under(name, one.name) for name in declared) else one._replace(name="")
        for one in marked.lists
    )
    return replace(marked, facts=facts, lists=lists)


def mark_pruned(fingerprint: Fingerprint, paths: tuple[str, ...]) -> Fingerprint:
    """The same with a mark on every fact that stands at one of the paths, or below."""
    if not paths:
        return fingerprint
    return replace(
        fingerprint,
        facts=tuple(
            fact._replace(flags=fact.flags | Flag.PRUNED)
            if fact.name and any(under(fact.name, path) for path in paths)
            else fact
            for fact in fingerprint.facts
        ),
    )


def _strict(fingerprint: Fingerprint) -> Fingerprint:
    marked = mark_pruned(fingerprint, tuple(path for path, _ in fingerprint.pruned))
    words = fingerprint.words
    # Named one by one: a field that a later version adds stays inside until somebody lists it.
    return Fingerprint(
        key_id=fingerprint.key_id,
        root=fingerprint.root,
        facts=tuple(_plain(fact) for fact in marked.facts if _may_leave(fact)),
        fact_total=_rounded(fingerprint.fact_total),
        fact_threshold=fingerprint.fact_threshold,
        prose_threshold=0,  # withheld, which is not the same as absent
        words=replace(words, total=_rounded(words.total)),
        bigrams=_WITHHELD,
        limits=fingerprint.limits,
        size=_rounded(fingerprint.size),
        suite=fingerprint.suite,
    )


def _may_leave(fact: Fact) -> bool:
    return fact.kind not in _PROSE or bool(fact.flags & Flag.MUST_KEEP)


def _plain(fact: Fact) -> Fact:
    tokens = () if fact.kind in _PROSE else fact.tokens  # some of them are bigrams
    exact = 0 if fact.kind is Kind.DOCUMENT else fact.exact  # of a long text it is its length
    count = min(_rounded(fact.count), _MOST_COUNT)
    return fact._replace(name="", exact=exact, count=count, tokens=tokens)


def _rounded(count: int) -> int:
    """The next power of two; 0 stays 0.

    >>> [_rounded(count) for count in (0, 1, 3, 4, 1000)]
    [0, 1, 4, 4, 1024]
    """
    return 1 << (count - 1).bit_length() if count else 0
