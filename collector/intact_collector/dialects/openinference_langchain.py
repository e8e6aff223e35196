"""OpenInference on LangChain and LangGraph.

    [LangGraph] CHAIN                       ``session.id`` = thread id
      [triage_agent] AGENT                  a node run of the graph
        [triage_agent] AGENT                the compiled agent in it: same name
          [model] CHAIN > [ChatOpenAI] LLM
          [tools] CHAIN > [transfer_to_refunds_agent] AGENT (!) with ``tool.name``
      [refunds_agent] …

The span kind is a guess from the name ("agent" in it), so it is not used for agents. Who runs
stands in ``metadata``: the compiled agent's ``lc_agent_name``, else the node that begins the
checkpoint namespace. The node run is the turn key: a turn is everything that ran in it. A compiled
agent may also run on its own, or inside a tool of another. A command with a ``goto``, returned by a
node or by a tool, passes control and says what it passes on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from intact_collector.dialects.dialect import Dialect, Reading
from intact_collector.dialects.dumps import Command, applied, command_of, from_langchain, state_of
from intact_collector.dialects.keys import session_keys
from intact_collector.dialects.messages import tool_call_of
from intact_collector.dialects.openinference import (
    INPUT,
    KIND,
    OUTPUT,
    TOOL_NAME,
    model,
    value,
)
from intact_collector.dialects.problems import distinct, parse
from intact_collector.dialects.raw import LONGEST_NAME, RawSpan, first_text
from intact_collector.dialects.transfers import is_transfer
from intact_collector.model.span import Content, HandoffHint, HandoffRule, Role, Side

_CREATE_AGENT = "langchain_create_agent"
_INTERNAL = frozenset({"model", "tools"})  # nodes that every compiled agent is made of


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in a graph a span ran, from its ``metadata``."""

    agent: str | None
    run: str | None  # the node run that is the turn: "triage_agent:8465…"
    node: bool  # the span is that node run, or the compiled agent itself
    compiled: bool  # inside a compiled agent, which has a name of its own
    step: int | None
    destination: str | None
    metadata: Mapping[str, object]


def read(span: RawSpan) -> Reading:
    """What one span says."""
    place = _place(span)
    kind = span.text(KIND)
    if kind == "LLM":
        seen = model(span)
        reading = Reading(Role.MODEL, contents=seen.contents, problems=seen.problems)
    elif kind == "TOOL" or span.text(TOOL_NAME) is not None:
        reading = _tool(span, place)
    elif place.node:
        # A node that is no compiled agent may be a plain function: what runs in it will tell.
        reading = _node(span, Role.AGENT if place.compiled else Role.OTHER)
    else:
        reading = Reading()
    return Reading(
        role=reading.role,
        agent=place.agent if place.node or reading.role is not Role.OTHER else None,
        turn_key=place.run,
        tool=reading.tool,
        handoff=reading.handoff,
        order=place.step if place.node else None,
        keys=session_keys(place.metadata),
        contents=reading.contents,
        problems=reading.problems,
    )


def _place(span: RawSpan) -> _Place:
    metadata, _ = parse(span.attributes.get("metadata"))
    if not isinstance(metadata, Mapping):
        return _Place(None, None, False, False, None, None, {})
    compiled = _compiled(span, metadata)
    namespace = first_text(metadata, "langgraph_checkpoint_ns") or ""
    if compiled is not None:
        agent: str | None = compiled
        node = span.name == compiled
        # Below its own span the namespace ends with one of the agent's own nodes.
        run = namespace if node else namespace.rpartition("|")[0]
    else:
        run, _, inner = namespace.partition("|")
        name = run.partition(":")[0]
        agent = name if name and name not in _INTERNAL and not name.startswith("__") else None
        run = run if agent is not None else ""
        running = first_text(metadata, "langgraph_node")
        node = agent is not None and not inner and span.name == agent == running
    step = metadata.get("langgraph_step")
    return _Place(
        agent=agent,
        run=run or None,
        node=node,
        compiled=compiled is not None,
        step=step if isinstance(step, int) else None,
        destination=first_text(metadata, "__handoff_destination"),
        metadata=metadata,
    )


def _compiled(span: RawSpan, metadata: Mapping[str, object]) -> str | None:
    """The name of the compiled agent that a span is, or ran in.

    One that was given no name says so on its own span alone, when that is the whole graph.
    """
    name = first_text(metadata, "lc_agent_name")
    if name is None and metadata.get("ls_integration") == _CREATE_AGENT:
        return None if "langgraph_node" in metadata else span.name[:LONGEST_NAME]
    return name


def _node(span: RawSpan, role: Role) -> Reading:
    state, cut_state = value(span, INPUT)
    output, cut_output = value(span, OUTPUT)
    command = command_of(output)
    update = command.update if command is not None else output
    contents = []
    if state is not None:
        contents.append(Content(Side.STATE, state_of(state)))
    if update is not None:
        contents.append(Content(Side.UPDATE, state_of(update)))
        contents.extend(Content(Side.PAYLOAD, state_of(one)) for one in applied(state, update))
    return Reading(
        role,
        handoff=_hint(command),
        contents=tuple(contents),
        problems=distinct((cut_state, cut_output)),
    )


def _tool(span: RawSpan, place: _Place) -> Reading:
    tool = span.text(TOOL_NAME) or place.agent
    arguments, cut_arguments = value(span, INPUT)
    output, cut_output = value(span, OUTPUT)
    problems = distinct((cut_arguments, cut_output))
    command = command_of(output)
    if command is not None and command.goto:
        payload = Content(Side.PAYLOAD, state_of(command.update))
        return Reading(Role.HANDOFF, None, None, tool, _hint(command), contents=(payload,))
    if command is None and output is None and (place.destination or is_transfer(tool)):
        # Content is off: the name of the destination is all there is.
        target = place.destination or str(tool).partition("_to_")[2]
        return Reading(
            Role.HANDOFF,
            tool=tool,
            handoff=HandoffHint(target=target, rule=HandoffRule.GOTO),
            problems=problems,
        )
    result = None if output is None else _result(output, command)
    contents = tool_call_of(tool, arguments, result)
    return Reading(Role.TOOL, tool=tool, contents=contents, problems=problems)


def _hint(command: Command | None) -> HandoffHint | None:
    if command is None or len(command.goto) != 1:
        return None  # a fan-out to several nodes at once passes control to none of them alone
    return HandoffHint(target=command.goto[0], rule=HandoffRule.GOTO)


def _result(output: object, command: Command | None) -> object:
    """What the tool said: the content of its message, where it came as one."""
    source = command.update if command is not None else output
    if isinstance(source, Mapping) and isinstance(source.get("messages"), list):
        source = source["messages"]
    drafts = from_langchain(source if isinstance(source, list) else [source])
    texts = [draft["content"] for draft in drafts if draft["role"] == "tool"]
    return texts[0] if texts else output


DIALECT = Dialect(
    name="openinference.langchain",
    scopes=("openinference.instrumentation.langchain",),
    read=read,
)
