"""What a dialect is, and what it reads off one span.

A dialect is a name, the scopes it claims and one function. Where two dialects share a scope, a
mark tells them apart. Everything that all dialects have in common (ids, times, session keys,
service) is added by `choose.neutral`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from intact.codec.packed import Packed
from intact.model.measurement import Reason
from intact_collector.dialects.raw import RawSpan
from intact_collector.model.span import Content, HandoffHint, Role, SessionKey, Side


@dataclass(frozen=True, slots=True)
class Reading:
    """What one span says in the words of its framework, in ours."""

    role: Role = Role.OTHER
    agent: str | None = None
    turn_key: str | None = None
    tool: str | None = None
    handoff: HandoffHint | None = None
    order: int | None = None
    keys: tuple[SessionKey, ...] = ()  # beside those that every dialect reads
    contents: tuple[Content, ...] = ()
    fingerprints: Mapping[Side, Packed] = field(default_factory=dict)
    problems: tuple[Reason, ...] = ()
    unseen: str | None = None  # the agent that ran in this tool and has no span of its own


#: Whether a span of a scope that several dialects share is one's own.
Mark = Callable[[RawSpan], bool]


def always(_span: RawSpan) -> bool:
    """The mark of a dialect that has its scopes to itself."""
    return True


@dataclass(frozen=True, slots=True)
class Dialect:
    """The rules for one instrumentation. ``read`` never raises, whatever the attributes hold.

    A scope that ends with ``*`` stands for all that begin so.
    """

    name: str
    scopes: tuple[str, ...]
    read: Callable[[RawSpan], Reading]
    marks: Mark = always
    content: Callable[[RawSpan], Reading] | None = None  # of log records: see `choose`
