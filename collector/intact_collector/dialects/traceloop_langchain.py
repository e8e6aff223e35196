"""Traceloop (OpenLLMetry) on LangChain and LangGraph.

    [create_agent triage_agent]             a trace of its own, when the graph is built
    [invoke_agent LangGraph]                ``gen_ai.workflow.nodes``
      [LangGraph.workflow]
        [execute_task triage_agent]         a node run of the graph
          [invoke_agent triage_agent]       empty: the work is beside it
          [execute_task triage_agent]       the compiled agent in it: same name
            [execute_task model] > [ChatOpenAI.chat]
            [execute_task tools] > [execute_tool transfer_to_refunds_agent] > [goto refunds_agent]
            [goto refunds_agent]            the same again

Who runs stands in ``traceloop.association.properties.…``, as LangGraph gives it (`langgraph`). What
nodes and tools were given and said is wrapped: ``{"inputs": …, "tags": …}``, ``{"outputs": …}``. A
node that passes control ends in an exception, which is no failure; its text is never looked at.
"""

from __future__ import annotations

from collections.abc import Mapping

from intact.codec.attributes import INVOKE_AGENT
from intact.model.measurement import Reason
from intact_collector.dialects import genai, langgraph
from intact_collector.dialects.dialect import Dialect, Reading
from intact_collector.dialects.problems import distinct, parse_text
from intact_collector.dialects.raw import RawSpan, first_text
from intact_collector.model.span import HandoffHint, HandoffRule, Role

_PROPERTIES = "traceloop.association.properties."
_GRAPH = "LangGraph"  # what a graph is called that was given no name
#: What compiled agents are made of: their spans list these nodes, those of other graphs do not.
_COMPILED = (frozenset({"model"}), frozenset({"agent", "tools"}))
_INPUT = ("gen_ai.task.input", "traceloop.entity.input")
_OUTPUT = ("gen_ai.task.output", "traceloop.entity.output")


def read(span: RawSpan) -> Reading:
    """What one span says."""
    operation = span.text(genai.OPERATION)
    name = span.text("traceloop.entity.name") or span.name
    place = langgraph.place_of(name, _metadata(span))
    if operation == INVOKE_AGENT:
        agent = _agent(span)
        return Reading(Role.OTHER if agent is None else Role.AGENT, agent=agent)
    if operation == "goto":
        # Where content is on, the tool or the node above says the same, and what it passed on.
        target = first_text(span.attributes, "langgraph.command.goto_node")
        hint = HandoffHint(target=target, rule=HandoffRule.GOTO) if target is not None else None
        return Reading(handoff=hint)
    if genai.role(span) is Role.MODEL:
        seen = genai.model(span)
        reading = Reading(Role.MODEL, contents=seen.contents, problems=seen.problems)
    elif genai.role(span) is Role.TOOL:
        asked, cut_arguments = _unwrapped(span, ("inputs", "input_str"), genai.ARGUMENTS, *_INPUT)
        said, cut_result = _unwrapped(span, ("output",), genai.RESULT, *_OUTPUT)
        problems = distinct((cut_arguments, cut_result))
        reading = langgraph.tool(place, span.text(genai.TOOL_NAME), asked, said, problems)
    elif place.node:
        state, cut_state = _unwrapped(span, ("inputs",), *_INPUT)
        written, cut_output = _unwrapped(span, ("outputs",), *_OUTPUT)
        reading = langgraph.node(place, state, written, distinct((cut_state, cut_output)))
    else:
        reading = Reading()
    return langgraph.placed(reading, place)


def _metadata(span: RawSpan) -> Mapping[str, object]:
    """The metadata of a run, without the prefix."""
    return {
        name.removeprefix(_PROPERTIES): value
        for name, value in span.attributes.items()
        if name.startswith(_PROPERTIES)
    }


def _agent(span: RawSpan) -> str | None:
    """The agent of an ``invoke_agent``: None for a graph of agents, which is one by name only."""
    name = genai.agent(span)
    nodes = span.attributes.get("gen_ai.workflow.nodes")
    if not isinstance(nodes, (list, tuple)):
        return None if name == _GRAPH else name
    return name if any(parts <= set(map(str, nodes)) for parts in _COMPILED) else None


def _unwrapped(span: RawSpan, keys: tuple[str, ...], *names: str) -> tuple[object, Reason | None]:
    """What stands under a key of the first of these attributes, and why it may not be whole."""
    told = next((span.attributes[name] for name in names if name in span.attributes), None)
    wrapper, problem = parse_text(told)
    if not isinstance(wrapper, Mapping):
        return None, problem
    return next((wrapper[key] for key in keys if wrapper.get(key) is not None), None), problem


DIALECT = Dialect(
    name="traceloop.langchain",
    scopes=("opentelemetry.instrumentation.langchain",),
    read=read,
)
