"""User journeys built by hand: times in seconds, ids as short words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from intact.codec.packed import pack
from intact.fingerprint import Fingerprinter, Key
from intact.model.fingerprint import Fingerprint
from intact_collector.model.span import (
    HandoffHint,
    KeyKind,
    ReducedSpan,
    Role,
    SessionKey,
    Side,
    SpanKey,
)

SECOND = 1_000_000_000
FINGERPRINTER = Fingerprinter(Key(b"the key of all tests"))

SESSION = KeyKind.SESSION
CONVERSATION = KeyKind.CONVERSATION


def trace_id(name: str) -> bytes:
    """A trace id from a word: sorted as the words are."""
    return name.encode().ljust(16, b"\0")


def span_id(name: str) -> bytes:
    """A span id from a word."""
    return name.encode().ljust(8, b"\0")[:8]


def key(trace: str, span: str) -> SpanKey:
    """The identity of a span."""
    return (trace_id(trace), span_id(span))


@cache
def said(text: str, role: str = "user") -> Fingerprint:
    """The fingerprint of one message."""
    return FINGERPRINTER.fingerprint([{"role": role, "content": text}])


def span(
    trace: str,
    name: str,
    start: float,
    end: float,
    *,
    role: Role = Role.AGENT,
    agent: str | None = None,
    parent: str = "",
    keys: Sequence[tuple[KeyKind, str]] = (),
    links: Sequence[SpanKey] = (),
    scope: str = "",
    dialect: str = "pydantic_ai",
    journey: str | None = None,
    run: str | None = None,
    handoff: HandoffHint | None = None,
    fingerprints: Mapping[Side, Fingerprint] | None = None,
) -> ReducedSpan:
    """Any span."""
    return ReducedSpan(
        trace_id=trace_id(trace),
        span_id=span_id(name),
        parent_id=span_id(parent) if parent else b"",
        start=round(start * SECOND),
        end=round(end * SECOND),
        dialect=dialect,
        role=role,
        agent=agent,
        turn_key=run,
        links=tuple(links),
        keys=tuple(SessionKey(kind, value) for kind, value in keys),
        scope=scope,
        journey=journey,
        handoff=handoff,
        fingerprints={side: pack(found) for side, found in (fingerprints or {}).items()},
    )


def turn(
    trace: str,
    agent: str,
    start: float,
    *,
    asked: str = "",
    answered: str = "",
    seconds: float = 1.0,
    keys: Sequence[tuple[KeyKind, str]] = (),
    parent: str = "",
    scope: str = "",
    links: Sequence[SpanKey] = (),
    history: Sequence[str] = (),
) -> list[ReducedSpan]:
    """An agent's span with one model call: asked by a user message, answered in text."""
    name = turn_name(agent, start)
    sides: dict[Side, Fingerprint] = {}
    if asked:
        messages = [{"role": "user", "content": text} for text in (*history, asked)]
        sides[Side.INPUT] = FINGERPRINTER.fingerprint(messages)
        sides[Side.FRESH] = said(asked)
    if answered:
        sides[Side.OUTPUT] = said(answered, "assistant")
    return [
        span(
            trace,
            name,
            start,
            start + seconds,
            agent=agent,
            parent=parent,
            keys=keys,
            scope=scope,
            links=links,
            run=name,
            fingerprints={Side.OUTPUT: said(answered, "assistant")} if answered else {},
        ),
        span(
            trace,
            f"m{name}",
            start + seconds / 4,
            start + seconds / 2,
            role=Role.MODEL,
            agent=agent,
            parent=name,
            keys=keys,
            scope=scope,
            run=name,
            fingerprints=sides,
        ),
    ]


def native_turn(
    trace: str,
    agent: str,
    start: float,
    received: Mapping[str, object],
    returned: Mapping[str, object],
    *,
    source: tuple[str, SpanKey] | None = None,
    session: str | None = None,
    journey: str | None = None,
    must_keep: Sequence[str] = (),
) -> list[ReducedSpan]:
    """A turn of the library, with an arrival where it was handed over to."""
    keys = [(SESSION, session), (CONVERSATION, session)] if session else []
    name = turn_name(agent, start)
    got = FINGERPRINTER.fingerprint(received, must_keep=tuple(must_keep))
    spans = [
        span(
            trace,
            name,
            start,
            start + 1,
            agent=agent,
            keys=keys,
            dialect="intact",
            journey=journey,
            fingerprints={
                Side.RECEIVED: got,
                Side.OUTPUT: FINGERPRINTER.fingerprint(returned, must_keep=tuple(must_keep)),
            },
        )
    ]
    if source is not None:
        spans.append(
            span(
                trace,
                f"a{name}",
                start,
                start,
                role=Role.ARRIVAL,
                parent=name,
                keys=keys,
                dialect="intact",
                links=[source[1]],
                handoff=HandoffHint(
                    id=f"h-{trace}-{name}", source=source[0], target=agent, rule="dataflow"
                ),
                fingerprints={Side.RECEIVED: got},
            )
        )
    return spans


def turn_key(trace: str, agent: str, start: float) -> SpanKey:
    """The span of a turn made by `turn` or `native_turn`."""
    return key(trace, turn_name(agent, start))


def turn_name(agent: str, start: float) -> str:
    """The word for the span of a turn."""
    return f"{agent[:3]}{start:.5g}"
