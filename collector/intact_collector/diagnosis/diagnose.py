"""Counts and sessions -> a diagnosis: what there is, and what to change first.

A finding is one thing that costs measurements, with how often and one fix. They come in order of
what they cost: what stops measuring, then what makes it less sure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from intact.model.measurement import Mode, Origin, Reason, Verdict
from intact_collector.diagnosis.tally import DialectTally, Tally
from intact_collector.model.session import Handoff, Session
from intact_collector.model.span import KeyKind

#: A tree of which more spans than this share lack their parent was torn by sampling or by routing.
_TORN = 0.05


class Level(IntEnum):
    """How much a finding costs."""

    PROBLEM = 0  # handoffs are not measured, or content goes where it should not
    DOUBT = 1  # they are measured, and less surely than they could be


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to know; ``id`` names it for programs, ``dialect`` says whose words fix it."""

    id: str
    level: Level
    count: int
    of: int  # out of so many; 0 where a share says nothing
    what: str  # what is counted
    dialect: str | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What telemetry supports."""

    spans: int
    agents: Mapping[str, int]  # turns by name of the agent
    sessions: int
    stitched: Mapping[str, int]  # sessions by the keys that join them
    handoffs: int
    rules: Mapping[tuple[str, str], int]  # by origin and rule
    measured: int
    reasons: Mapping[str, int]  # why the others are not
    dialects: Mapping[str, DialectTally]
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()


def diagnose(
    tally: Tally,
    sessions: Sequence[Session],
    *,
    others: int = 0,
    notes: Iterable[str] = (),
) -> Diagnosis:
    """Put counts and sessions together.

    Args:
        tally: The counts over all spans that some dialect reads.
        sessions: What was made of them.
        others: Spans that no dialect reads.
        notes: What could not be read.
    """
    handoffs = [one for session in sessions for one in session.handoffs]
    forward = [one for one in handoffs if one.edge.mode is not Mode.RETURN]
    blind = [one for one in forward if one.measurement.verdict is Verdict.NOT_MEASURED]
    dialects = tally.dialects()
    found = Diagnosis(
        spans=sum(one.spans for one in dialects.values()),
        agents=Counter(turn.agent for session in sessions for turn in session.turns),
        sessions=len(sessions),
        stitched=Counter(
            ", ".join(kind.name.lower() for kind in session.stitched_by) for session in sessions
        ),
        handoffs=len(forward),
        rules=Counter((one.edge.origin.value, one.edge.rule) for one in forward),
        measured=len(forward) - len(blind),
        reasons=Counter(map(_reason, blind)),
        dialects=dialects,
        notes=tuple(notes),
    )
    findings = [*_findings(found, tally, sessions, forward)]
    if not found.agents:
        findings.insert(0, Finding("no_agents", Level.PROBLEM, others, 0, "spans name no agent"))
    findings.sort(key=lambda one: (one.level, -one.count))
    return replace(found, findings=tuple(findings))


def _reason(handoff: Handoff) -> str:
    reason = handoff.measurement.reason
    return reason.value if reason is not None else Reason.RECEIVED_MISSING.value


def _findings(
    found: Diagnosis,
    tally: Tally,
    sessions: Sequence[Session],
    forward: Sequence[Handoff],
) -> Iterator[Finding]:
    for name, counts in found.dialects.items():
        yield from _of_dialect(name, counts)
    yield from _unmeasured(sessions)
    yield from _joined(sessions)
    inferred = [one for one in forward if one.edge.origin is Origin.INFERRED]
    if inferred:
        what = "handoffs are inferred, and trip no gate by default"
        yield Finding("inferred", Level.DOUBT, len(inferred), len(forward), what)
    missing, parents = tally.parents
    if missing > _TORN * parents:
        what = "spans lack the span that caused them: sampled away, or sent elsewhere"
        yield Finding("parents_missing", Level.DOUBT, missing, parents, what)
    split, traces = tally.split
    if split > _TORN * traces:
        what = "traces lie in several of these files: whoever wrote these splits sessions"
        yield Finding("split", Level.DOUBT, split, traces, what)
    if tally.skew.spans:
        what = "spans began before the span of another service that caused them"
        detail = f"up to {tally.skew.most / 1e9:.3f} s"
        yield Finding("clock_skew", Level.DOUBT, tally.skew.spans, 0, what, None, detail)


def _of_dialect(name: str, counts: DialectTally) -> Iterator[Finding]:
    problems = counts.problems
    silent = counts.models - counts.with_content
    redacted = problems[Reason.REDACTED]
    if redacted:
        what = "spans hold a mark where content was"
        yield Finding("redacted", Level.PROBLEM, redacted, counts.spans, what, name)
    elif silent:
        what = "model calls are told without content"
        yield Finding("content_off", Level.PROBLEM, silent, counts.models, what, name)
    if counts.agents and not counts.models and not counts.agents_with_content:
        what = "agents have no model call: what they received cannot be seen"
        yield Finding("no_model_calls", Level.PROBLEM, counts.agents, counts.agents, what, name)
    for reason, what in _LIMITS.items():
        if problems[reason]:
            yield Finding(reason.value, Level.PROBLEM, problems[reason], counts.spans, what, name)
    if counts.leaks and not counts.with_content:
        places = ", ".join(f"{leak.value} ({n})" for leak, n in counts.leaks.most_common())
        what = "places tell content although its capture is off"
        yield Finding("leak", Level.PROBLEM, counts.leaks.total(), 0, what, name, places)


_LIMITS = {
    Reason.ATTRIBUTE_CUT: "spans have an attribute that a length limit cut",
    Reason.ATTRIBUTES_DROPPED: "spans lost attributes to a limit on their number",
    Reason.UNREADABLE: "spans hold content that could not be read",
}

#: Reasons that findings of their own, about spans, tell already.
_TOLD = frozenset(
    {
        Reason.CONTENT_OFF,
        Reason.REDACTED,
        Reason.ATTRIBUTE_CUT,
        Reason.ATTRIBUTES_DROPPED,
        Reason.UNREADABLE,
    }
)


def _unmeasured(sessions: Sequence[Session]) -> Iterator[Finding]:
    """Handoffs that were not measured, by reason and by the dialect of their receiver."""
    counts: Counter[tuple[str, Reason]] = Counter()
    total: Counter[str] = Counter()
    for session in sessions:
        for one in session.handoffs:
            if one.edge.mode is Mode.RETURN:
                continue
            dialect = session.turns[one.to_turn].dialect
            total[dialect] += 1
            reason = one.measurement.reason
            if one.measurement.verdict is Verdict.NOT_MEASURED and reason is not None:
                counts[dialect, reason] += 1
    for (dialect, reason), count in counts.most_common():
        if reason not in _TOLD:
            what = f"handoffs are not measured: {reason.value.replace('_', ' ')}"
            yield Finding(reason.value, Level.PROBLEM, count, total[dialect], what, dialect)


def _joined(sessions: Sequence[Session]) -> Iterator[Finding]:
    """Sessions that no id joins: one journey over two traces would be two of them."""
    alone: Counter[str] = Counter()
    for session in sessions:
        if session.stitched_by == (KeyKind.TRACE,) and session.turns:
            alone[session.turns[0].dialect] += 1
    for dialect, count in alone.most_common():
        what = "sessions are single traces: a later turn of the same user is a session of its own"
        yield Finding("no_session_id", Level.DOUBT, count, len(sessions), what, dialect)
    guessed = [one for one in sessions if KeyKind.GUESS in one.stitched_by]
    if guessed:
        what = "sessions are joined by a guess"
        dialect = guessed[0].turns[0].dialect
        yield Finding("guess", Level.DOUBT, len(guessed), len(sessions), what, dialect)
