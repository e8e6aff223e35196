"""Effects and spans for tests: small, valid, and different where a test says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from intact.model.facts import Kind, Outcome
from intact.model.measurement import (
    At,
    LostFact,
    Measurement,
    Mode,
    Origin,
    Reason,
    Verdict,
)
from intact_collector.model.effect import HandoffSettled, SessionClosed
from intact_collector.model.session import Edge, Handoff, Session, Turn
from intact_collector.model.span import KeyKind, ReducedSpan, Role, SpanKey

SECOND = 1_000_000_000


def key(number: int) -> SpanKey:
    """A span of its own trace."""
    return (number.to_bytes(16, "big"), number.to_bytes(8, "big"))


def span(number: int, agent: str = "triage") -> ReducedSpan:
    """A reduced agent span."""
    trace_id, span_id = key(number)
    return ReducedSpan(
        trace_id=trace_id,
        span_id=span_id,
        parent_id=b"",
        start=number * SECOND,
        end=(number + 1) * SECOND,
        dialect="native",
        role=Role.AGENT,
        agent=agent,
    )


def lost_fact(name: str, *, must_keep: bool = False) -> LostFact:
    return LostFact(name, Kind.DATE, Outcome.DROPPED, At.SUMMARY, must_keep=must_keep)


def measured(
    retention: float = 1.0,
    verdict: Verdict = Verdict.INTACT,
    facts: Mapping[Outcome, int] | None = None,
    lost: tuple[LostFact, ...] = (),
    payload: int | None = 812,
) -> Measurement:
    return Measurement(
        verdict=verdict,
        retention=retention,
        facts={Outcome.KEPT: 3} if facts is None else facts,
        lost=lost,
        payload_bytes=payload,
    )


def unmeasured(reason: Reason = Reason.CONTENT_OFF) -> Measurement:
    return Measurement(verdict=Verdict.NOT_MEASURED, reason=reason)


def handoff(
    number: int = 1,
    measurement: Measurement | None = None,
    *,
    source: str = "triage",
    target: str = "billing",
    mode: Mode = Mode.PASS_CONTROL,
    duration: float | None = 0.5,
    service: str | None = "support",
    service_version: str | None = "1.4",
) -> Handoff:
    edge = Edge(
        source=key(number * 100 + 1),
        target=key(number * 100 + 2),
        mode=mode,
        origin=Origin.DECLARED,
        rule="dataflow",
        at=key(number * 100),
        time=number * SECOND,
        id=f"h{number}",
    )
    return Handoff(
        index=0,
        edge=edge,
        source=source,
        target=target,
        from_turn=0,
        to_turn=1,
        measurement=measured() if measurement is None else measurement,
        duration=duration,
        service=service,
        service_version=service_version,
        settled=True,
    )


def settled(
    number: int = 1,
    measurement: Measurement | None = None,
    *,
    session_id: str = "journey-42",
    conversation_id: str | None = None,
    journey: str | None = "refund",
    **more: object,
) -> HandoffSettled:
    """A settled handoff; equal numbers are the same handoff."""
    return HandoffSettled(
        handoff_key=f"handoff-{number}",
        session_id=session_id,
        conversation_id=conversation_id,
        journey=journey,
        handoff=handoff(number, measurement, **more),  # type: ignore[arg-type]
    )


def session(
    number: int = 1,
    handoffs: tuple[Handoff, ...] = (),
    *,
    session_id: str = "journey-42",
    retention: float | None = 1.0,
    journey: str | None = "refund",
) -> Session:
    turn = Turn(key(number * 1000), "triage", 0, SECOND, True, "native", service="support")
    other = replace(turn, key=(turn.key[0], b"\x01" * 8), agent="billing")
    return Session(
        session_id=session_id,
        stitched_by=(KeyKind.SESSION,),
        journey=journey,
        traces=(turn.key[0],),
        spans=2,
        dialects=("native",),
        turns=(turn, other),
        handoffs=handoffs,
        start=0,
        end=number * SECOND,
        retention=retention,
        interval=None,
        open=False,
    )


def closed(number: int = 1, **more: object) -> SessionClosed:
    """A closed session; equal numbers are the same session."""
    return SessionClosed(f"session-{number}", session(number, **more))  # type: ignore[arg-type]
