"""A span as the collector keeps it: ids, times, a role, fingerprints.

Never content, never a foreign span's name or status message (they leak content).

A dialect makes a `NeutralSpan` out of one OTLP span: the same thing with the content still
attached. `reduce` fingerprints the content and drops it; only `ReducedSpan` is journaled.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from intact.codec.packed import Packed
from intact.model.measurement import Mode, Reason

#: (trace id, span id): the identity of a span everywhere in the collector.
SpanKey = tuple[bytes, bytes]


class Role(IntEnum):
    """What a span is, whatever its framework calls it. The numbers are in the journal."""

    OTHER = 0  # kept for its place in the tree and its session keys only
    AGENT = 1  # one invocation of an agent
    MODEL = 2  # one call of a model
    TOOL = 3  # one call of a tool
    HANDOFF = 4  # a mark that control passes, with source or target or both
    ARRIVAL = 5  # native: what a handoff carried, as its receiver saw it; parent = receiving turn
    CONTENT = 6  # content of its parent span that was told apart from it, in log records


class Side(IntEnum):
    """Where a context stood. The numbers are in the journal."""

    INPUT = 0  # messages a model call or agent was given, system instructions left out
    SYSTEM = 1  # system instructions of that call
    OUTPUT = 2  # what it answered, tool calls included, transfer boilerplate left out
    ARGUMENTS = 3  # arguments of a tool call
    RESULT = 4  # result of a tool call
    STATE = 5  # structured state a node was given
    UPDATE = 6  # structured state a node or tool wrote
    PAYLOAD = 7  # what a handoff explicitly passed on
    FRESH = 8  # the last user message of INPUT alone: the only text a guess may rest on
    RECEIVED = 9  # native
    SENT = 10  # native


class KeyKind(IntEnum):
    """Session keys, strongest first; `stitched_by` prints the lower-case name."""

    SESSION = 0  # intact.session.id, session.id
    CONVERSATION = 1  # gen_ai.conversation.id, thread id
    LINK = 2
    A2A = 3
    TRACE = 4
    GUESS = 5


@dataclass(frozen=True, slots=True)
class SessionKey:
    kind: KeyKind
    value: str


class HandoffRule(StrEnum):
    """What a dialect saw that tells of a handoff; the value is the rule that is printed."""

    GOTO = "command.goto"  # a command that names the next node
    ATTRIBUTES = "handoff_attributes"  # attributes that name source and target
    TOOL = "transfer_tool"  # a tool that passes control ran
    CALL = "transfer_call"  # a model called such a tool, and no span shows it running


@dataclass(frozen=True, slots=True)
class HandoffHint:
    """What a span itself says of a handoff; any part may be missing."""

    id: str | None = None
    source: str | None = None
    target: str | None = None
    mode: Mode | None = None
    rule: str | None = None
    sequence: int | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """One raw context on its way to be fingerprinted: JSON-like data or a list of messages."""

    side: Side
    context: object
    tool: str | None = None  # the tool whose arguments or result this is


@dataclass(frozen=True, slots=True)
class SpanFacts:
    """What `NeutralSpan` and `ReducedSpan` have in common."""

    trace_id: bytes
    span_id: bytes
    parent_id: bytes  # b"" for a root
    start: int  # Unix nanoseconds
    end: int
    dialect: str
    role: Role
    agent: str | None = None  # the agent's name, when the span itself says it
    turn_key: str | None = None  # spans of one trace with the same key are one turn (node run)
    links: tuple[SpanKey, ...] = ()
    keys: tuple[SessionKey, ...] = ()
    scope: str = ""  # deployment environment and service namespace: keys are unique within it
    service: str | None = None
    service_version: str | None = None
    agent_version: str | None = None
    journey: str | None = None
    tool: str | None = None
    handoff: HandoffHint | None = None
    order: int | None = None  # the framework's own step number
    problems: tuple[Reason, ...] = ()  # why a side of this span cannot be trusted

    @property
    def key(self) -> SpanKey:
        return (self.trace_id, self.span_id)


@dataclass(frozen=True, slots=True)
class NeutralSpan(SpanFacts):
    """A span in Intact's words, content still attached. Lives only between decode and reduce."""

    contents: tuple[Content, ...] = ()
    fingerprints: Mapping[Side, Packed] = field(default_factory=dict)  # native ones
    unseen: str | None = None  # the agent that ran in this tool and has no span of its own


@dataclass(frozen=True, slots=True)
class ReducedSpan(SpanFacts):
    """A span without content, as journaled."""

    fingerprints: Mapping[Side, Packed] = field(default_factory=dict)
