"""OpenTelemetry's GenAI instrumentation of LangChain and LangGraph.

    [invoke_workflow LangGraph]
      [invoke_agent triage_agent] > [chat], [execute_tool transfer_to_refunds_agent]
      [invoke_agent refunds_agent] > …
      [invoke_agent call_agent] > [invoke_agent notifications_agent]      a supervisor's wrapper

The result of a transfer tool is the command, with what it passes on. Nodes that are plain functions
have no span: their model calls lie under the workflow and are nobody's. The text of their prompts
could tell them apart, but a name made up from that would be a guess, so that none is made.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from intact_collector.dialects import genai, langgraph, rules
from intact_collector.dialects.dialect import Dialect, Reading
from intact_collector.dialects.problems import distinct, parse_text
from intact_collector.dialects.raw import RawSpan
from intact_collector.model.span import Role

_RULES = replace(
    genai.RULES,
    agent=rules.named("gen_ai.agent.name", but_not=frozenset({"call_agent", "LangGraph"})),
)


def read(span: RawSpan) -> Reading:
    """What one span says."""
    if genai.role(span) is not Role.TOOL:
        return rules.read(span, _RULES)
    asked, cut_arguments = parse_text(span.attributes.get(genai.ARGUMENTS))
    said, cut_result = parse_text(span.attributes.get(genai.RESULT))
    problems = distinct((cut_arguments, cut_result))
    name = span.text(genai.TOOL_NAME)
    reading = langgraph.tool(langgraph.Place(), name, asked, said, problems)
    return replace(reading, agent=_RULES.agent(span))


DIALECT = Dialect(
    name="genai.langchain",
    scopes=("opentelemetry.instrumentation.genai.langchain",),
    read=read,
    content=partial(rules.content, rules=_RULES),
)
