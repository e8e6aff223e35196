"""One call told by several spans becomes one.

    content      log records of a span, journaled as its children: their sides are the span's
    duplicates   a model call inside a model call: the framework's span, and that of the client
                 library under it

The outer span stays, with the sides that it lacks from the inner ones; reasons why content was
missing go where it is there after all. Nothing is counted twice, in whatever order spans came.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from intact.codec.packed import Packed, pack
from intact.measure import union
from intact.model.measurement import Reason
from intact_collector.model.span import ReducedSpan, Role, Side, SpanKey

_ABSENT = frozenset({Reason.CONTENT_OFF})
_TOLD = frozenset({Side.INPUT, Side.SYSTEM, Side.OUTPUT, Side.FRESH, Side.PAYLOAD})


def together(spans: Iterable[ReducedSpan]) -> dict[SpanKey, ReducedSpan]:
    """The spans by key in time order, those that tell of another one merged into it."""
    ordered = {span.key: span for span in sorted(spans, key=lambda s: (s.start, s.end, s.key))}
    inner: defaultdict[SpanKey, list[ReducedSpan]] = defaultdict(list)
    for span in ordered.values():
        whole = _whole(span, ordered)
        if whole is not None:
            inner[whole].append(span)
    for key, parts in inner.items():
        ordered[key] = _merged(ordered[key], parts)
        for part in parts:
            # It keeps its place in the tree, and has nothing more to tell.
            ordered[part.key] = replace(
                part, role=Role.OTHER, fingerprints={}, handoff=None, problems=()
            )
    return ordered


def _whole(span: ReducedSpan, spans: Mapping[SpanKey, ReducedSpan]) -> SpanKey | None:
    """The key of the span that this one tells of; None when it speaks for itself."""
    if span.role not in (Role.CONTENT, Role.MODEL) or not span.parent_id:
        return None
    found: SpanKey | None = None
    key, seen = (span.trace_id, span.parent_id), {span.key}
    content = span.role is Role.CONTENT
    while key in spans and key not in seen:
        seen.add(key)
        above = spans[key]
        if content and above.role in (Role.MODEL, Role.AGENT):
            found, content = key, False
        elif above.role is Role.MODEL:
            found = key
        elif content or above.role is not Role.OTHER or above.agent is not None:
            break
        if not above.parent_id or spans[key].role is Role.AGENT:
            break
        key = (above.trace_id, above.parent_id)
    return found


def _merged(outer: ReducedSpan, inner: Iterable[ReducedSpan]) -> ReducedSpan:
    sides: dict[Side, Packed] = {}
    handoff = outer.handoff
    problems = dict.fromkeys(outer.problems)
    for part in inner:
        handoff = handoff or part.handoff
        problems.update(dict.fromkeys(part.problems))
        for side, found in part.fingerprints.items():
            if side in _TOLD and side not in outer.fingerprints:
                before = sides.get(side)
                mixed = before is None or before.key_id != found.key_id or side is Side.FRESH
                if not mixed and before is not None:
                    found = pack(union((before.unpack(), found.unpack())))
                sides[side] = found
    told = {**sides, **outer.fingerprints}
    if Side.INPUT in told:
        problems = {reason: None for reason in problems if reason not in _ABSENT}
    return replace(outer, fingerprints=told, handoff=handoff, problems=tuple(problems))
