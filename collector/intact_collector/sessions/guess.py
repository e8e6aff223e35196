"""A session that a new trace seems to go on with, where no key says so.

In: what each group of turns shows (`clue`).  Out: for some groups the one they continue.
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
from collections.abc import Mapping, Sequence

from intact.model.facts import Fact
from intact_collector.model.span import SpanKey
from intact_collector.sessions.clue import IDENTIFYING, Asked, Clue, Mark, Said

DEFAULT_WINDOW = 60 * 1_000_000_000
MIN_BIGRAMS = 4  # of five content words: an output that is recognised as a whole has so many
MIN_FACTS = 2


def guess(
    clues: Sequence[Clue],
    window: int = DEFAULT_WINDOW,
    decided: frozenset[SpanKey] = frozenset(),
) -> list[int | None]:
    """For every clue the index of the one it continues, or None.

    Clues are taken in the order of their start, so that a chain of guesses is one session by the
    time its next link is weighed. The order of ``clues`` does not matter. Openings that were
    ``decided`` before are not weighed again.
    """
    openings = [
        index
        for index, one in enumerate(clues)
        if one.asked is not None and one.opening not in decided
    ]
    result: list[int | None] = [None] * len(clues)
    if not openings:
        return result
    weighing = _Weighing(clues, openings, window)
    for index in sorted(openings, key=lambda index: (clues[index].start, clues[index].opening)):
        target = weighing.continued_by(index)
        if target is not None:
            result[index] = target
            weighing.join(index, target)
    return result


class _Weighing:
    """The sessions as they are so far, and what is known of each. Used by one call of `guess`."""

    def __init__(self, clues: Sequence[Clue], openings: Sequence[int], window: int) -> None:
        self._clues = clues
        self._window = window
        self._session = list(range(len(clues)))  # of each clue
        self._members: dict[int, list[int]] = {}  # of sessions of several clues
        asked = [(clues[index].scope, one) for index in openings if (one := clues[index].asked)]
        self._holders = _holders(clues, asked)
        self._outputs = _outputs(clues, asked)

    def join(self, index: int, target: int) -> None:
        joined = self._of(target) + self._of(self._session[index])
        self._members[target] = joined
        for one in joined:
            self._session[one] = target

    def continued_by(self, index: int) -> int | None:
        """The session that the opening of a clue goes on with."""
        opening = self._clues[index]
        if opening.asked is None:
            return None
        alone, known = self._facts(index, opening, opening.asked)
        heard, several = self._heard(index, opening, opening.asked)
        if heard and several:
            return None  # a phrase that several sessions have heard
        pointed = heard | {
            session
            for session, facts in alone.items()
            if len(facts) >= MIN_FACTS and any(fact.kind in IDENTIFYING for fact in facts)
        }
        if len(pointed) != 1:
            return None
        (target,) = pointed
        if alone.keys() - {target}:
            return None  # something in the message points to another session
        if any(target not in sessions for sessions in known):
            return None  # about another customer, or about nobody we know
        return target if self._could_hand_over(opening, target) else None

    def _of(self, session: int) -> list[int]:
        return self._members.get(session, [session])

    def _facts(
        self, index: int, opening: Clue, asked: Asked
    ) -> tuple[Mapping[int, list[Fact]], list[set[int]]]:
        """By session the facts that it alone has shown; by identifying value all that have."""
        alone: dict[int, list[Fact]] = defaultdict(list)
        known: list[set[int]] = []
        for value, fact in sorted(asked.facts.items()):
            identifying = fact.kind in IDENTIFYING
            sessions: set[int] = set()
            for other in self._holders.get((opening.scope, value), ()):
                if other != index and self._clues[other].facts[value] <= opening.start:
                    sessions.add(self._session[other])
                    if len(sessions) > 1 and not identifying:
                        break  # an amount that several sessions have shown: no more to know
            if identifying:
                known.append(sessions)
            if len(sessions) == 1:
                alone[min(sessions)].append(fact)
        return alone, known

    def _heard(self, index: int, opening: Clue, asked: Asked) -> tuple[set[int], bool]:
        """Sessions of which a whole output stands in the message, and whether others said it."""
        now = opening.start
        heard: set[int] = set()
        everyone: set[int] = set()
        for mark in asked.marks:
            for other, said in self._outputs.get(mark, ()):
                if other == index or said.time > now or not _whole(said, asked):
                    continue
                session = self._session[other]
                everyone.add(session)
                if said.time >= now - self._window and (said.telling or said.long):
                    heard.add(session)
        return heard, len(everyone) > 1

    def _could_hand_over(self, opening: Clue, session: int) -> bool:
        """Whether the session was active just before, and the agent is not its first or last."""
        before = sorted(
            turn
            for one in self._of(session)
            for turn in self._clues[one].activity
            if turn[0] <= opening.start
        )
        if not before or max(end for _, end, _ in before) < opening.start - self._window:
            return False
        agent = opening.activity[0][2]
        return agent not in (before[0][2], before[-1][2])


def _whole(said: Said, asked: Asked) -> bool:
    """Whether a whole output stands in the message, content word after content word."""
    threshold = min(said.bigrams.threshold, asked.bigrams.threshold)
    seen = [token for token in said.bigrams.tokens if token < threshold]
    return len(seen) >= MIN_BIGRAMS and asked.bigrams.tokens.issuperset(seen)


def _holders(
    clues: Sequence[Clue], asked: Sequence[tuple[str, Asked]]
) -> Mapping[tuple[str, int], Sequence[int]]:
    """Which clues show a value that one of the openings holds."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for scope, one in asked:
        wanted[scope].update(one.facts)
    holders: dict[tuple[str, int], list[int]] = defaultdict(list)
    for index, clue in enumerate(clues):
        for value in clue.facts.keys() & wanted.get(clue.scope, ()):
            holders[(clue.scope, value)].append(index)
    return holders


def _outputs(
    clues: Sequence[Clue], asked: Sequence[tuple[str, Asked]]
) -> Mapping[Mark, Sequence[tuple[int, Said]]]:
    """Outputs that one of the openings may hold, by their marks."""
    wanted = {mark for _, one in asked for mark in one.marks}
    outputs: dict[Mark, list[tuple[int, Said]]] = defaultdict(list)
    for index, clue in enumerate(clues):
        for said in clue.said:
            if said.mark in wanted:
                outputs[said.mark].append((index, said))
    return outputs
