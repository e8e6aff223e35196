"""Who runs in a LangGraph graph, what nodes and tools said: whoever instrumented it.

In: the metadata that LangGraph gives every run (``langgraph_checkpoint_ns``, ``lc_agent_name``),
and values that were parsed already.  Out: a `Place`, and readings of nodes and tools.

Who runs is the compiled agent's ``lc_agent_name``, else the node that begins the checkpoint
namespace. The node run is the turn key: a turn is everything that ran in it. A compiled agent may
also run on its own, or inside a tool of another. A command with a ``goto``, returned by a node or
by a tool, passes control and says what it passes on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from intact.model.measurement import Reason
from intact_collector.dialects.dialect import Reading
from intact_collector.dialects.dumps import Command, applied, command_of, from_langchain, state_of
from intact_collector.dialects.messages import tool_call_of
from intact_collector.dialects.raw import LONGEST_NAME, first_text
from intact_collector.dialects.transfers import is_transfer
from intact_collector.model.span import Content, HandoffHint, HandoffRule, Role, SessionKey, Side

_CREATE_AGENT = "langchain_create_agent"
_INTERNAL = frozenset({"model", "tools"})  # nodes that every compiled agent is made of


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a graph a span ran."""

    agent: str | None = None
    run: str | None = None  # the node run that is the turn: "triage_agent:8465…"
    node: bool = False  # the span is that node run, or the compiled agent itself
    compiled: bool = False  # inside a compiled agent, which has a name of its own
    step: int | None = None
    destination: str | None = None


def place_of(name: str, metadata: Mapping[str, object]) -> Place:
    """The place of a span, by the name of what ran in it and the metadata of that run."""
    compiled = _compiled(name, metadata)
    namespace = first_text(metadata, "langgraph_checkpoint_ns") or ""
    if compiled is not None:
        agent: str | None = compiled
        node = name == compiled
        # Below its own span the namespace ends with one of the agent's own nodes.
        run = namespace if node else namespace.rpartition("|")[0]
    else:
        run, _, inner = namespace.partition("|")
        first = run.partition(":")[0]
        agent = first if first and first not in _INTERNAL and not first.startswith("__") else None
        run = run if agent is not None else ""
        running = first_text(metadata, "langgraph_node")
        node = agent is not None and not inner and name == agent == running
    step = metadata.get("langgraph_step")
    return Place(
        agent=agent,
        run=run or None,
        node=node,
        compiled=compiled is not None,
        step=step if isinstance(step, int) else None,
        destination=first_text(metadata, "__handoff_destination"),
    )


def placed(reading: Reading, place: Place, keys: tuple[SessionKey, ...] = ()) -> Reading:
    """A reading with what the span's place says: whose it is, in which run, in which step."""
    own = place.node or reading.role is not Role.OTHER
    return replace(
        reading,
        agent=place.agent if own else None,
        turn_key=place.run,
        order=place.step if place.node else None,
        keys=keys,
    )


def _compiled(name: str, metadata: Mapping[str, object]) -> str | None:
    """The name of the compiled agent that a span is, or ran in.

    One that was given no name says so on its own span alone, when that is the whole graph.
    """
    said = first_text(metadata, "lc_agent_name")
    if said is None and metadata.get("ls_integration") == _CREATE_AGENT:
        return None if "langgraph_node" in metadata else name[:LONGEST_NAME]
    return said


def node(place: Place, state: object, output: object, problems: tuple[Reason, ...]) -> Reading:
    """What a node was given and wrote, and where it sent control.

    A node that is no compiled agent may be a plain function: what runs in it will tell.
    """
    command = command_of(output)
    update = command.update if command is not None else output
    contents = []
    if state is not None:
        contents.append(Content(Side.STATE, state_of(state)))
    if update is not None:
        contents.append(Content(Side.UPDATE, state_of(update)))
        contents.extend(Content(Side.PAYLOAD, state_of(one)) for one in applied(state, update))
    return Reading(
        Role.AGENT if place.compiled else Role.OTHER,
        handoff=_hint(command),
        contents=tuple(contents),
        problems=problems,
    )


def tool(
    place: Place, name: str | None, arguments: object, output: object, problems: tuple[Reason, ...]
) -> Reading:
    """What a tool was asked and said; one that returned a command with a goto passes control."""
    command = command_of(output)
    if command is not None and command.goto:
        payload = Content(Side.PAYLOAD, state_of(command.update))
        return Reading(Role.HANDOFF, None, None, name, _hint(command), contents=(payload,))
    if command is None and output is None and (place.destination or is_transfer(name)):
        # Content is off: the name of the destination is all there is.
        target = place.destination or str(name).partition("_to_")[2]
        return Reading(
            Role.HANDOFF,
            tool=name,
            handoff=HandoffHint(target=target, rule=HandoffRule.GOTO),
            problems=problems,
        )
    result = None if output is None else _result(output, command)
    contents = tool_call_of(name, arguments, result)
    return Reading(Role.TOOL, tool=name, contents=contents, problems=problems)


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
