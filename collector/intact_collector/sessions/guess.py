"""A session that a new trace seems to go on with, where no key says so.

In: what each group of turns shows (`Clue`).  Out: for some groups the one they continue.
Left to others: everything that a key decides (`stitch`); switching guesses off (settings).

A wrong guess puts two users into one session, so silence is the rule. Only the first turn of a
group that starts a trace is considered; only what stands in the last message it was first given
counts, and it has to come from one open session alone, active within the last minute:

- a whole output of that session, which is long, or holds an identifying value (agents answer many
  users in the same few words, and where traces are sampled the right session may be missing), or
- two typed values, of which one is identifying.

A turn of the agent that opened that session, or of the one that spoke last, is the user coming
back. An identifying value that the session has never shown speaks against it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from intact.model.facts import Fact, Flag, Kind
from intact.model.fingerprint import Fingerprint, Sketch
from intact_collector.model.session import Turn
from intact_collector.model.span import ReducedSpan, Role, Side, SpanKey
from intact_collector.sessions.keys import own_spans
from intact_collector.sessions.stitch import Group, by_time

DEFAULT_WINDOW = 60 * 1_000_000_000
MIN_BIGRAMS = 4  # of five content words: an output that is recognised as a whole has so many
LONG = 12  # bigrams of an output that nobody says twice by chance
MIN_FACTS = 2

#: Kinds that rarely belong to two customers. One of them has to be among the shared facts, and
#: one that the session has never seen speaks against it.
IDENTIFYING = frozenset({Kind.ID, Kind.EMAIL, Kind.URL, Kind.PHONE})
TYPED = IDENTIFYING | {
    Kind.AMOUNT,
    Kind.PERCENT,
    Kind.DATE,
    Kind.TIME,
    Kind.DATETIME,
    Kind.DURATION,
    Kind.NUMBER,
}
_ANSWERS = frozenset({Role.AGENT, Role.MODEL})


@dataclass(frozen=True, slots=True)
class Said:
    """One output of a turn."""

    time: int
    bigrams: Sketch
    telling: frozenset[int]  # identifying values in it


@dataclass(frozen=True, slots=True)
class Clue:
    """What one group of turns shows to the guess."""

    scope: str
    start: int
    opening: SpanKey  # its first turn
    activity: tuple[tuple[int, int, str], ...]  # (start, end, agent) of its turns, in time order
    explicit: bool  # it has a session id that a developer gave
    fresh: Fingerprint | None  # what it may be recognised by; None: it starts no trace
    said: tuple[Said, ...]
    facts: Mapping[int, int]  # typed value -> when it was first seen


def clue(group: Group, spans: Mapping[SpanKey, ReducedSpan]) -> Clue:
    """Collect what a group shows. Costs one pass over its fingerprints: keep the result."""
    facts: dict[int, int] = {}
    said: list[Said] = []
    for turn in group.turns:
        for span in own_spans(turn, spans):
            for side, fingerprint in span.fingerprints.items():
                late = side in (Side.OUTPUT, Side.RESULT, Side.UPDATE)
                time = span.end if late else span.start
                for value in typed(fingerprint):
                    facts[value] = min(time, facts.get(value, time))
                if side is Side.OUTPUT and span.role in _ANSWERS:
                    said.append(_said(time, fingerprint))
    first = group.turns[0]
    return Clue(
        scope=group.scope,
        start=first.start,
        opening=first.key,
        activity=tuple((t.start, t.end, t.agent) for t in sorted(group.turns, key=by_time)),
        explicit=bool(group.explicit),
        fresh=_fresh(first, spans) if first.root and not group.explicit else None,
        said=tuple(sorted(said, key=lambda one: one.time)),
        facts=facts,
    )


def typed(fingerprint: Fingerprint) -> dict[int, Fact]:
    """The typed values of a context that can tell one session from another, by value id."""
    return {
        fact.value: fact
        for fact in fingerprint.facts
        if fact.kind in TYPED and not fact.flags & Flag.LOW_ENTROPY
    }


def guess(clues: Sequence[Clue], window: int = DEFAULT_WINDOW) -> list[int | None]:
    """For every clue the index of the one it continues, or None.

    Clues are taken in the order of their start, so that a chain of guesses is one session by the
    time its next link is weighed. The result does not depend on the order of ``clues``.
    """
    order = sorted(range(len(clues)), key=lambda index: (clues[index].start, clues[index].opening))
    sessions = list(range(len(clues)))
    openings = [index for index in order if clues[index].fresh is not None]
    if not openings:
        return [None] * len(clues)
    holders = _holders(clues, openings)
    outputs = _outputs(clues)
    result: list[int | None] = [None] * len(clues)
    for index in openings:
        target = _continues(index, clues, sessions, holders, outputs, window)
        if target is not None:
            result[index] = target
            mine = sessions[index]
            sessions = [target if session == mine else session for session in sessions]
    return result


def _continues(
    index: int,
    clues: Sequence[Clue],
    sessions: Sequence[int],
    holders: Mapping[tuple[str, int], Sequence[int]],
    outputs: Mapping[tuple[str, int], Sequence[tuple[int, Said]]],
    window: int,
) -> int | None:
    opening = clues[index]
    assert opening.fresh is not None
    now = opening.start

    seen: dict[int, list[Fact]] = defaultdict(list)  # by session: facts it alone has shown
    known: dict[int, set[int]] = {}
    facts = typed(opening.fresh)
    for value, fact in sorted(facts.items()):
        known[value] = {
            sessions[other]
            for other in holders.get((opening.scope, value), ())
            if other != index and clues[other].facts[value] <= now
        }
        if len(known[value]) == 1:
            seen[min(known[value])].append(fact)

    said = [
        (sessions[other], said)
        for other, said in _candidates(opening.fresh.bigrams, opening.scope, outputs)
        if other != index and said.time <= now and _whole(said, opening.fresh)
    ]
    heard = {
        session
        for session, one in said
        if now - window <= one.time
        and (len(one.bigrams.tokens) >= LONG or any(f.value in one.telling for f in seen[session]))
    }
    if heard and len({session for session, _ in said}) > 1:
        return None  # a phrase that several sessions have heard
    pointed = heard | {
        session
        for session, facts in seen.items()
        if len(facts) >= MIN_FACTS and any(fact.kind in IDENTIFYING for fact in facts)
    }
    if len(pointed) != 1:
        return None
    (target,) = pointed
    if any(found for session, found in seen.items() if session != target):
        return None  # something in the message points to another session
    if any(facts[value].kind in IDENTIFYING and target not in known[value] for value in facts):
        return None  # about another customer, or about nobody we know
    members = [i for i, session in enumerate(sessions) if session == target]
    return target if _could_hand_over(opening, [clues[i] for i in members], window) else None


def _could_hand_over(opening: Clue, session: Sequence[Clue], window: int) -> bool:
    """Whether the session was active just before, and the agent is not its entry or its last."""
    before = sorted(turn for one in session for turn in one.activity if turn[0] <= opening.start)
    if not before or max(end for _, end, _ in before) < opening.start - window:
        return False
    agent = opening.activity[0][2]
    return agent not in (before[0][2], before[-1][2])


def _said(time: int, fingerprint: Fingerprint) -> Said:
    telling = {fact.value for fact in typed(fingerprint).values() if fact.kind in IDENTIFYING}
    return Said(time, fingerprint.bigrams, frozenset(telling))


def _whole(said: Said, fresh: Fingerprint) -> bool:
    """Whether a whole output stands in the message, content word after content word."""
    threshold = min(said.bigrams.threshold, fresh.bigrams.threshold)
    seen = [token for token in said.bigrams.tokens if token < threshold]
    return len(seen) >= MIN_BIGRAMS and all(token in fresh.bigrams.tokens for token in seen)


def _holders(clues: Sequence[Clue], openings: Sequence[int]) -> dict[tuple[str, int], list[int]]:
    """Which clues show a value that one of the openings holds."""
    wanted = {
        (clues[index].scope, value)
        for index in openings
        for value in typed(clues[index].fresh or _NOTHING)
    }
    holders: dict[tuple[str, int], list[int]] = defaultdict(list)
    for index, one in enumerate(clues):
        for value in one.facts:
            if (one.scope, value) in wanted:
                holders[(one.scope, value)].append(index)
    return holders


def _outputs(clues: Sequence[Clue]) -> dict[tuple[str, int], list[tuple[int, Said]]]:
    """Outputs by their smallest bigram: a message that holds all of one holds that bigram."""
    outputs: dict[tuple[str, int], list[tuple[int, Said]]] = defaultdict(list)
    for index, one in enumerate(clues):
        for said in one.said:
            if said.bigrams.tokens:
                outputs[(one.scope, min(said.bigrams.tokens))].append((index, said))
    for found in outputs.values():
        found.sort(key=lambda pair: pair[1].time)
    return outputs


def _candidates(
    bigrams: Sketch, scope: str, outputs: Mapping[tuple[str, int], Sequence[tuple[int, Said]]]
) -> Iterator[tuple[int, Said]]:
    for token in bigrams.tokens:
        yield from outputs.get((scope, token), ())


def _fresh(turn: Turn, spans: Mapping[SpanKey, ReducedSpan]) -> Fingerprint | None:
    """The last user message of the turn's first model call."""
    calls = [span for span in own_spans(turn, spans) if Side.FRESH in span.fingerprints]
    first = min(calls, key=lambda span: (span.start, span.end, span.key), default=None)
    return first.fingerprints[Side.FRESH] if first is not None else None


_NOTHING = Fingerprint(key_id=b"", root=0)
