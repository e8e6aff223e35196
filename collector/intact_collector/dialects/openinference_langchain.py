"""OpenInference on LangChain and LangGraph.

    [LangGraph] CHAIN                       ``session.id`` = thread id
      [triage_agent] AGENT                  a node run of the graph
        [triage_agent] AGENT                the compiled agent in it: same name
          [model] CHAIN > [ChatOpenAI] LLM
          [tools] CHAIN > [transfer_to_refunds_agent] AGENT (!) with ``tool.name``
      [refunds_agent] …

The span kind is a guess from the name ("agent" in it), so it is not used for agents. Who runs
stands in ``metadata``, as LangGraph gives it (`langgraph`).
"""

from __future__ import annotations

from collections.abc import Mapping

from intact_collector.dialects import langgraph
from intact_collector.dialects.dialect import Dialect, Reading
from intact_collector.dialects.keys import session_keys
from intact_collector.dialects.openinference import (
    INPUT,
    KIND,
    OUTPUT,
    TOOL_NAME,
    model,
    value,
)
from intact_collector.dialects.problems import distinct, parse
from intact_collector.dialects.raw import RawSpan
from intact_collector.model.span import Role


def read(span: RawSpan) -> Reading:
    """What one span says."""
    metadata, _ = parse(span.attributes.get("metadata"))
    if not isinstance(metadata, Mapping):
        metadata = {}
    place = langgraph.place_of(span.name, metadata) if metadata else langgraph.Place()
    kind = span.text(KIND)
    if kind == "LLM":
        seen = model(span)
        reading = Reading(Role.MODEL, contents=seen.contents, problems=seen.problems)
    elif kind == "TOOL" or span.text(TOOL_NAME) is not None or place.node:
        asked, cut_input = value(span, INPUT)
        said, cut_output = value(span, OUTPUT)
        problems = distinct((cut_input, cut_output))
        if kind == "TOOL" or span.text(TOOL_NAME) is not None:
            name = span.text(TOOL_NAME) or place.agent
            reading = langgraph.tool(place, name, asked, said, problems)
        else:
            reading = langgraph.node(place, asked, said, problems)
    else:
        reading = Reading()
    return langgraph.placed(reading, place, session_keys(metadata))


DIALECT = Dialect(
    name="openinference.langchain",
    scopes=("openinference.instrumentation.langchain",),
    read=read,
)
