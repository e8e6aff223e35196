"""The declarative shape of a dialect: what differs between frameworks, as data.

    role         what a span is                        `by`, `openinference.role`
    agent        whose it is, when it says so          `named`
    model tool agent_span   what stood in it           `genai`, `openinference`, or a function of
                                                       its own that returns a `Seen`
    transfer     the tool that passes control, where the framework has one
    boilerplate  what the framework writes around people's words

`declare` makes a `Dialect` of them. Everything that is asked of a span goes through one function
here, so that a dialect says what is different and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

from intact.model.measurement import Reason
from intact_collector.dialects.boilerplate import Boilerplate, without
from intact_collector.dialects.dialect import Dialect, Mark, Reading, always
from intact_collector.dialects.problems import distinct
from intact_collector.dialects.raw import RawSpan, first_text
from intact_collector.dialects.transfer_tool import Call, Transfer
from intact_collector.model.span import Content, HandoffHint, KeyKind, Role, SessionKey


@dataclass(frozen=True, slots=True)
class Seen:
    """What stood in one span, and why some of it cannot be trusted."""

    contents: tuple[Content, ...] = ()
    problems: tuple[Reason, ...] = ()
    handoff: HandoffHint | None = None  # what the contents say of a handoff
    calls: tuple[Call, ...] = ()  # tools that were called, with their arguments as they came


Reader = Callable[[RawSpan], Seen]


def nothing(_span: RawSpan) -> Seen:
    """The reader of spans that hold nothing to measure."""
    return Seen()


def unnamed(_span: RawSpan) -> str | None:
    """The agent of spans that do not say whose they are: the nearest agent above is asked."""
    return None


def by(attribute: str, roles: Mapping[str, Role]) -> Callable[[RawSpan], Role]:
    """Tell what a span is by one attribute; what is not listed keeps its place in the tree only."""

    def role(span: RawSpan) -> Role:
        said = span.attributes.get(attribute)
        return roles.get(said, Role.OTHER) if isinstance(said, str) else Role.OTHER

    return role


def named(
    *attributes: str, but_not: frozenset[str] = frozenset()
) -> Callable[[RawSpan], str | None]:
    """Take the agent's name from the first of these attributes that is there.

    ``but_not`` lists placeholders that an instrumentation writes where it knows no name.
    """

    def agent(span: RawSpan) -> str | None:
        name = span.text(*attributes)
        return None if name in but_not else name

    return agent


@dataclass(frozen=True, slots=True)
class Rules:
    """How one instrumentation speaks. Every function takes one span and never raises."""

    role: Callable[[RawSpan], Role]
    agent: Callable[[RawSpan], str | None] = unnamed  # of any span
    model: Reader = nothing
    tool: Reader = nothing
    agent_span: Reader = nothing
    tool_names: tuple[str, ...] = ("gen_ai.tool.name", "tool.name")
    transfer: Transfer | None = None
    handoff: Callable[[RawSpan], HandoffHint | None] | None = None  # on spans of any role
    keys: Mapping[str, KeyKind] = field(default_factory=dict)  # attribute -> its strength as a key
    turn_key: Callable[[RawSpan], str | None] | None = None
    unseen: Callable[[RawSpan], str | None] | None = None  # who ran in a tool, without a span
    boilerplate: tuple[Boilerplate, ...] = ()


def declare(name: str, scopes: tuple[str, ...], rules: Rules, marks: Mark = always) -> Dialect:
    """A dialect that follows these rules."""
    return Dialect(name, scopes, partial(read, rules=rules), marks, partial(content, rules=rules))


def read(span: RawSpan, rules: Rules) -> Reading:
    """What one span says under these rules."""
    role = rules.role(span)
    agent = rules.agent(span)
    if role is Role.AGENT and agent is None:
        role = Role.OTHER  # a workflow, or an agent whose name stands on a span below
    tool = span.text(*rules.tool_names) if role in (Role.TOOL, Role.HANDOFF) else None
    seen = _reader(role, rules)(span)
    contents = without(rules.boilerplate, seen.contents)
    hint = rules.handoff(span) if rules.handoff is not None else None
    hint = hint or seen.handoff
    if rules.transfer is not None and hint is None:
        asked = seen.calls[0].arguments if seen.calls else None
        ran = rules.transfer.ran(Call(tool, asked)) if role is Role.TOOL and tool else None
        called = rules.transfer.called(seen.calls) if role is not Role.TOOL else None
        if ran is not None:
            role, hint, contents = Role.HANDOFF, ran.hint, ran.contents
        elif called is not None:
            hint, contents = called.hint, (*contents, *called.contents)
    return Reading(
        role=role,
        agent=agent,
        turn_key=rules.turn_key(span) if rules.turn_key is not None else None,
        tool=tool,
        handoff=hint,
        keys=_keys(span, rules),
        contents=contents,
        problems=_problems(span, role, seen),
        unseen=rules.unseen(span) if rules.unseen is not None and role is Role.TOOL else None,
    )


def content(span: RawSpan, rules: Rules) -> Reading:
    """What log records say that belong to a span, which may be a model call or an agent's."""
    seen = rules.model(span)
    contents = without(rules.boilerplate, seen.contents)
    called = rules.transfer.called(seen.calls) if rules.transfer is not None else None
    return Reading(
        Role.CONTENT,
        agent=rules.agent(span),
        handoff=called.hint if called is not None else seen.handoff,
        keys=_keys(span, rules),
        contents=contents if called is None else (*contents, *called.contents),
        problems=distinct(seen.problems),
    )


def _reader(role: Role, rules: Rules) -> Reader:
    readers = {Role.MODEL: rules.model, Role.TOOL: rules.tool, Role.AGENT: rules.agent_span}
    return readers.get(role, nothing)


def _problems(span: RawSpan, role: Role, seen: Seen) -> tuple[Reason, ...]:
    """Attributes that a count limit dropped may have been content, where there should be some."""
    dropped = span.dropped_attributes and role in (Role.MODEL, Role.TOOL, Role.AGENT)
    return distinct((Reason.ATTRIBUTES_DROPPED if dropped else None, *seen.problems))


def _keys(span: RawSpan, rules: Rules) -> tuple[SessionKey, ...]:
    said = ((kind, first_text(span.attributes, name)) for name, kind in rules.keys.items())
    return tuple(SessionKey(kind, value) for kind, value in said if value is not None)
