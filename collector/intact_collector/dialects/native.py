"""Intact's own spans: the scope `intact`.

    invoke_agent NAME     one turn: what it received, and at its end its output
    context NAME          what a turn received, told while it is still open
    handoff TARGET        an arrival where it carries ``intact.context.received`` (its parent is
                          the receiving turn), else a departure (its parent is the sending turn)

Nothing here is content: fingerprints come ready, as base64 with their raw size beside, so that
a cut shows.
"""

from __future__ import annotations

from intact.codec import attributes as names
from intact.codec.packed import Packed, packed_attribute
from intact.errors import CodecError, CutError, SuiteError
from intact.model.measurement import Mode, Reason
from intact_collector.dialects.dialect import Dialect, Reading
from intact_collector.dialects.problems import distinct
from intact_collector.dialects.raw import RawSpan
from intact_collector.model.span import HandoffHint, Role, Side

_SIDES = {
    Side.RECEIVED: names.CONTEXT_RECEIVED,
    Side.SENT: names.CONTEXT_SENT,
    Side.OUTPUT: names.CONTEXT_OUTPUT,
}


def read(span: RawSpan) -> Reading:
    """What one span says."""
    fingerprints: dict[Side, Packed] = {}
    problems: list[Reason | None] = []
    for side, name in _SIDES.items():
        found, problem = _fingerprint(span, name)
        problems.append(problem)
        if found is not None:
            fingerprints[side] = found
    handoff = _hint(span)
    return Reading(
        role=_role(span, handoff),
        agent=span.text(names.GEN_AI_AGENT_NAME),
        handoff=handoff,
        fingerprints=fingerprints,
        problems=distinct(problems),
    )


def _role(span: RawSpan, handoff: HandoffHint | None) -> Role:
    if handoff is not None:
        received = names.CONTEXT_RECEIVED
        arrived = received in span.attributes or names.size_of(received) in span.attributes
        return Role.ARRIVAL if arrived else Role.HANDOFF
    if span.text(names.GEN_AI_OPERATION_NAME) == names.INVOKE_AGENT:
        return Role.AGENT
    return Role.OTHER


def _hint(span: RawSpan) -> HandoffHint | None:
    identity, target = span.text(names.HANDOFF_ID), span.text(names.TARGET_NAME)
    if identity is None and target is None:
        return None
    mode = span.text(names.HANDOFF_MODE)
    sequence = span.attributes.get(names.HANDOFF_SEQUENCE)
    return HandoffHint(
        id=identity,
        source=span.text(names.SOURCE_NAME),
        target=target,
        mode=Mode(mode) if mode in set(Mode) else None,
        rule=span.text(names.HANDOFF_RULE),
        sequence=sequence if isinstance(sequence, int) else None,
    )


def _fingerprint(span: RawSpan, name: str) -> tuple[Packed | None, Reason | None]:
    text, size = span.attributes.get(name), span.attributes.get(names.size_of(name))
    if text is None:
        return None, None if size is None else Reason.ATTRIBUTES_DROPPED
    if not isinstance(text, str) or not isinstance(size, int):
        return None, Reason.UNREADABLE
    try:
        return packed_attribute(text, size), None
    except CutError:
        return None, Reason.ATTRIBUTE_CUT
    except SuiteError:
        return None, Reason.UNKNOWN_SUITE
    except CodecError:
        return None, Reason.UNREADABLE


DIALECT = Dialect(name=names.SCOPE, scopes=(names.SCOPE,), read=read)
