"""OpenInference on LangChain and LangGraph.

    [LangGraph] CHAIN                       ``session.id`` = thread id
      [triage_agent] AGENT                  a node run of the graph
        [triage_agent] AGENT                the compiled agent in it: same name
          [model] CHAIN > [ChatOpenAI] LLM
          [tools] CHAIN > [transfer_to_refunds_agent] AGENT (!) with ``tool.name``
      [refunds_agent] …

The span kind is a guess from the name ("agent" in it), so it is not used for agents. Who runs
stands in ``metadata``: ``lc_agent_name``, else the node that begins the checkpoint namespace. The
node run is the turn key: a turn is everything that ran in it. A command with a ``goto``, returned
by a node or by a tool, passes control and says what it passes on.
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
    model_call,
    value,
)
from intact_collector.dialects.problems import distinct, parse
from intact_collector.dialects.raw import RawSpan, first_text
from intact_collector.dialects.transfers import is_transfer
from intact_collector.model.span import Content, HandoffHint, Role, Side

GOTO = "command.goto"  # the rule that such a hint leads to


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in a graph a span ran, from its ``metadata``."""

    agent: str | None
    run: str | None  # the node run of the outermost graph: "triage_agent:8465…"
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
        contents, problems = model_call(span)
        reading = Reading(Role.MODEL, contents=contents, problems=problems)
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
    agent = first_text(metadata, "lc_agent_name")
    # A compiled agent is a graph too: its own nodes ("model", "tools") end the namespace, and
    # `checkpoint_ns` is the namespace that the agent itself runs in.
    namespace = first_text(metadata, "checkpoint_ns" if agent else "langgraph_checkpoint_ns") or ""
    run, _, inner = namespace.partition("|")
    node = run.partition(":")[0]
    step = metadata.get("langgraph_step")
    return _Place(
        agent=agent or node or None,
        run=run or None,
        node=_is_agent(span, agent, node, inner, first_text(metadata, "langgraph_node")),
        compiled=agent is not None,
        step=step if isinstance(step, int) else None,
        destination=first_text(metadata, "__handoff_destination"),
        metadata=metadata,
    )


def _is_agent(span: RawSpan, agent: str | None, node: str, inner: str, running: str | None) -> bool:
    """The span of a compiled agent, or of a node of the outermost graph."""
    if agent is not None:
        return span.name == agent
    return bool(node) and not inner and span.name == node == running and not node.startswith("__")


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
            handoff=HandoffHint(target=target, rule=GOTO),
            problems=problems,
        )
    result = None if output is None else _result(output, command)
    contents = tool_call_of(tool, arguments, result)
    return Reading(Role.TOOL, tool=tool, contents=contents, problems=problems)


def _hint(command: Command | None) -> HandoffHint | None:
    if command is None or len(command.goto) != 1:
        return None  # a fan-out to several nodes at once passes control to none of them alone
    return HandoffHint(target=command.goto[0], rule=GOTO)


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
