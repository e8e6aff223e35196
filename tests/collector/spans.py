"""Reduced spans made by hand, for tests that draw their own timeline.

Ids are short words: ``span("agent", trace="t1", parent="run")``. Times are small whole numbers.
"""

from __future__ import annotations

from intact.codec.packed import pack
from intact.fingerprint import Fingerprinter, Key
from intact.model.fingerprint import Fingerprint
from intact.model.measurement import Mode, Reason
from intact_collector.model.span import HandoffHint, ReducedSpan, Role, Side, SpanKey

NATIVE = "intact"
_FINGERPRINTER = Fingerprinter(Key(b"the key of hand-made spans"))


def fingerprint(context: object, *must_keep: str, key: str | None = None) -> Fingerprint:
    """A real fingerprint, under the key of all hand-made spans or another one."""
    if key is not None:
        return Fingerprinter(Key(key.encode().ljust(16, b"."))).fingerprint(context)
    return _FINGERPRINTER.fingerprint(context, must_keep=must_keep)


def key(name: str, trace: str = "t") -> SpanKey:
    """The key of the span of that name."""
    return (trace.encode().ljust(16, b"."), name.encode().ljust(8, b"."))


def span(
    name: str,
    start: int,
    end: int,
    *,
    role: Role = Role.OTHER,
    parent: str | None = None,
    trace: str = "t",
    agent: str | None = None,
    dialect: str = "openinference.openai_agents",
    run: str | None = None,
    hint: HandoffHint | None = None,
    links: tuple[SpanKey, ...] = (),
    problems: tuple[Reason, ...] = (),
    **sides: object,
) -> ReducedSpan:
    """One span; ``received={"a": 1}`` fingerprints a context, a `Fingerprint` stays itself."""
    trace_id, span_id = key(name, trace)
    return ReducedSpan(
        trace_id=trace_id,
        span_id=span_id,
        parent_id=key(parent)[1] if parent is not None else b"",
        start=start,
        end=end,
        dialect=dialect,
        role=role,
        agent=agent,
        turn_key=run,
        links=links,
        handoff=hint,
        problems=problems,
        fingerprints={
            Side[side.upper()]: pack(one if isinstance(one, Fingerprint) else fingerprint(one))
            for side, one in sides.items()
        },
    )


def agent(name: str, start: int, end: int, **more: object) -> ReducedSpan:
    """An agent's own span, its id the agent's name unless ``id`` says otherwise."""
    identity = str(more.pop("id", name))
    return span(identity, start, end, role=Role.AGENT, agent=name, **more)  # type: ignore[arg-type]


def arrival(
    name: str,
    time: int,
    parent: str | None,
    *,
    source: str | None,
    target: str | None,
    id: str = "h",
    rule: str = "explicit",
    mode: Mode = Mode.PASS_CONTROL,
    **more: object,
) -> ReducedSpan:
    """A native arrival: ends at once."""
    hint = HandoffHint(id=id, source=source, target=target, mode=mode, rule=rule)
    return span(  # type: ignore[misc]
        name, time, time, role=Role.ARRIVAL, parent=parent, dialect=NATIVE, hint=hint, **more
    )


def departure(
    name: str,
    time: int,
    parent: str | None,
    *,
    source: str | None,
    target: str | None,
    id: str = "h",
    mode: Mode = Mode.PASS_CONTROL,
    **more: object,
) -> ReducedSpan:
    """A native departure: ends at once."""
    hint = HandoffHint(id=id, source=source, target=target, mode=mode, rule="explicit")
    return span(  # type: ignore[misc]
        name, time, time, role=Role.HANDOFF, parent=parent, dialect=NATIVE, hint=hint, **more
    )
