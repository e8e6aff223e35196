"""What a session remembers of its finished turns, so that a later turn finds its sender.

In: the fingerprints of outputs as turns end, the fingerprint of what a later turn is given.
Out: the turn that must have handed over, if any (the rule `dataflow`).
Only summaries are kept: a root digest, at most 256 value hashes and the digest of the history of
an output, of the last 64 outputs of a session, of the last 256 sessions. One lock, held for a few
microseconds, guards all of it, since turns end on any thread.
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from opentelemetry.trace import SpanContext

from intact.codec.derived import Derived
from intact.measure.lists import relate
from intact.model.facts import PROSE, Flag
from intact.model.fingerprint import Fingerprint, Limit
from intact.model.lists import ListDigest
from intact.model.measurement import Relation

OUTPUTS: Final = 64
SESSIONS: Final = 256
VALUES: Final = 256
PATHS: Final = 64

#: The least share of an output's named facts by which a context is held to come from it.
ENOUGH: Final = 0.5
#: The least number of messages of an output's history that have to be there, and how it may have
#: been changed, for a context to come from it although most facts were cut off.
MESSAGES: Final = 2
HANDED: Final = frozenset({Relation.APPENDED, Relation.EQUAL, Relation.REORDERED, Relation.WINDOW})
#: So many ids of the last messages of a history are kept.
IDS: Final = 16

_lock = threading.RLock()  # a turn may end wherever garbage is collected, here too


class Finished(NamedTuple):
    """What is remembered of one finished turn."""

    agent: str
    span: SpanContext
    root: int | None = None  # None: it returned nothing that could be found again
    values: frozenset[int] = frozenset()
    observed: bool = True  # False: the turn was not sampled, so its output is not known
    history: ListDigest | None = None  # the longest conversation of what it returned


@dataclass(slots=True, eq=False)
class Session:
    """One user journey, as far as this process takes part in it.

    Shared by all turns of the session on any thread; changed only under the lock of this module.
    """

    id: str | None = None  # None: the user gave none, and none is made up
    journey: str | None = None
    must_keep: tuple[str, ...] = ()
    sequence: int = 0
    last: Finished | None = None
    key_id: bytes | None = None  # of the key that a handoff came under; None: the process's own
    _scope: str = ""
    _outputs: deque[Finished] = field(default_factory=lambda: deque(maxlen=OUTPUTS))

    def remember(self, finished: Finished) -> None:
        """Note that a turn ended.

        A turn that was not sampled hides what came before it: its output may well have been
        the one that mattered, and a gap that sampling tore is never bridged.
        """
        with _lock:
            self.last = finished
            if not finished.observed:
                self._outputs.clear()
            elif finished.root is not None:
                self._outputs.append(finished)

    def sender_of(self, received: Fingerprint, agent: str) -> Finished | None:
        """The turn whose output this agent was given: the best match, of equals the latest.

        None when nothing matches, and when the best match is the same agent: going on is no
        handoff.
        """
        with _lock:
            outputs = tuple(self._outputs)
        best = best_match(received, outputs)
        return None if best is None or best.agent == agent else best

    def keep(self, paths: Iterable[str]) -> bool:
        """Declare facts that have to survive from now on; False when there are too many."""
        with _lock:
            wanted = tuple(dict.fromkeys((*self.must_keep, *paths)))
            self.must_keep = wanted[:PATHS]
        return len(wanted) <= PATHS

    def scope(self, trace_id: int, told: str | None = None) -> str:
        """What strict privacy tells this session apart by: the same in all its processes.

        Its id; without one, what the sender said it is, else the trace in which it began.
        """
        if self.id is not None:
            return f"session:{self.id}"
        with _lock:
            if not self._scope:
                self._scope = told or (f"trace:{trace_id:032x}" if trace_id else "")
            return self._scope

    def next_sequence(self) -> int:
        """The number of the next handoff."""
        with _lock:
            self.sequence += 1
            return self.sequence - 1

    def saw(self, sequence: int) -> None:
        """Count on from a handoff that was numbered elsewhere."""
        with _lock:
            self.sequence = max(self.sequence, sequence + 1)


def summary(agent: str, span: SpanContext, output: Fingerprint | None) -> Finished:
    """What to remember of a turn that was observed."""
    if output is None:
        return Finished(agent, span)
    root, values, history = _kept(output)
    return Finished(agent, span, root, values, history=history)


def _keep(output: Fingerprint) -> tuple[int | None, frozenset[int], ListDigest | None]:
    """Root, values and history by which an output is found again."""
    if not _says_something(output):
        return None, frozenset(), None
    history = _history(output)
    if history is not None:
        history = history._replace(ids=history.ids[-IDS:])
    return output.root, _sample(output), history


def _sample(output: Fingerprint) -> frozenset[int]:
    """Values of named facts.

    Of very many, those with the smallest hashes stand for all: a fair sample, since hashes know
    nothing of what they are hashes of.
    """
    values = {
        fact.value
        for fact in output.facts
        if fact.kind not in PROSE and not fact.flags & Flag.SYSTEM
    }
    return frozenset(values if len(values) <= VALUES else sorted(values)[:VALUES])


def _all_values(received: Fingerprint) -> frozenset[int]:
    return frozenset(fact.value for fact in received.facts)


_kept: Final = Derived(_keep)
_held: Final = Derived(_all_values)


def best_match(received: Fingerprint, outputs: Sequence[Finished]) -> Finished | None:
    """The output that a context came from: equal to it, or holding half of its named facts.

    A fact is held at any path, or as a word of any text: the first 32 bits of its value id. Where
    no output has half of its facts there, its history may be: cut to its last messages, say.
    """
    if not outputs or not _says_something(received):
        return None
    for output in reversed(outputs):
        if output.root == received.root:
            return output
    held = _held(received)
    best, best_share = None, 0.0
    for output in reversed(outputs):
        if not output.values:
            continue
        elsewhere = output.values - held
        inside_text = sum(value >> 8 in received.words.tokens for value in elsewhere)
        share = 1 - (len(elsewhere) - inside_text) / len(output.values)
        if share >= ENOUGH and share > best_share:
            best, best_share = output, share
    return best or _by_history(received, outputs)


def _by_history(received: Fingerprint, outputs: Sequence[Finished]) -> Finished | None:
    """The latest output of whose history a part was received as it was."""
    there = _history(received)
    if there is None:
        return None
    for output in reversed(outputs):
        if output.history is not None and output.history.length >= MESSAGES:
            relation, kept, _ = relate(output.history, there)
            if relation in HANDED and (kept is None or kept >= MESSAGES):
                return output
    return None


def _history(fingerprint: Fingerprint) -> ListDigest | None:
    return next((one for one in fingerprint.lists if one.messages), None)


def _says_something(fingerprint: Fingerprint) -> bool:
    """Whether two contexts of this root are equal for a reason: all empty ones are equal, too."""
    if fingerprint.limits & Limit.ERROR:
        return False
    return bool(fingerprint.facts or fingerprint.words.total)


class Sessions:
    """The sessions of this process that can be met again: by id, or by trace where there is none.

    Two turns under one root span that is no turn share a session although nobody opened one.
    The least recently met session is forgotten first; blocks that hold it keep it alive.
    """

    def __init__(self) -> None:
        self._known: OrderedDict[str | int, Session] = OrderedDict()

    def by_id(self, id: str, journey: str | None = None) -> Session:
        session = self._get(id, lambda: Session(id=id))
        if journey is not None:
            session.journey = journey
        return session

    def by_trace(self, trace_id: int) -> Session:
        """The session of turns that share nothing but a trace; 0 is no trace."""
        return self._get(trace_id, Session) if trace_id else Session()

    def _get(self, key: str | int, make: Callable[[], Session]) -> Session:
        with _lock:
            session = self._known.get(key)
            if session is None:
                session = self._known[key] = make()
                if len(self._known) > SESSIONS:
                    self._known.popitem(last=False)
            else:
                self._known.move_to_end(key)
            return session


class Claims:
    """Ids of handoffs that have found their receiver here: each has one, however often it comes.

    Bounded: the oldest is forgotten first.
    """

    def __init__(self, most: int = 4096) -> None:
        self._taken: OrderedDict[str, None] = OrderedDict()
        self._most = most

    def take(self, id: str) -> bool:
        """Claim a handoff; False when it was claimed before."""
        with _lock:
            if id in self._taken:
                return False
            self._taken[id] = None
            if len(self._taken) > self._most:
                self._taken.popitem(last=False)
            return True


def _after_fork() -> None:
    """A thread of the parent may have held the lock when it forked."""
    global _lock
    _lock = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
