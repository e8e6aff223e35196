"""Strands Agents, alone or in a swarm, a graph, or as tools of each other.

    [invoke_swarm] or [invoke_graph]
      [invoke_agent triage_agent]
        [execute_event_loop_cycle] > [chat], [execute_tool handoff_to_agent]
        [execute_event_loop_cycle] > [chat]     the model is asked once more after it handed over
      [invoke_agent refund_agent]               beside its sender

Messages stand in span events, one message an event in the older form, or in attributes. The
receiver is given four things in one text: the message of the handoff, what the user asked for, who
worked on it, and what they noted as shared knowledge.
"""

from __future__ import annotations

import re
from dataclasses import replace

from intact_collector.dialects import genai
from intact_collector.dialects.boilerplate import cut
from intact_collector.dialects.rules import declare
from intact_collector.dialects.transfer_tool import Transfer

_SWARM = (
    cut(r"\AContext:\n(?=Handoff Message: |User Request: )"),
    cut(r"(?:\A|(?<=\n))(?:Handoff Message|User Request): "),
    cut(r"(?:\A|(?<=\n))Previous agents who worked on this: [^\n]*\n*"),
    cut(r"(?:\A|(?<=\n))Shared knowledge from previous agents:\n"),
    cut(r"(?:\A|(?<=\n))[•*] [^\n:]{1,128}: (?=\{)"),
    cut(r"\n*Other agents available for collaboration:\n.*\Z"),
    cut(r"\n*You have access to swarm coordination tools if you need help .*\Z"),
)
_GRAPH = (
    cut(r"\AOriginal Task: "),
    cut(r"\A\s*Inputs from previous nodes:\s*"),
    cut(r"\A\s*From [^\n:]{1,128}:\s*\Z"),
    cut(r"\A\s*- [^\n:]{1,128}: (?=\S)"),
)

DIALECT = declare(
    "strands",
    ("strands.telemetry.tracer",),
    replace(
        genai.RULES,
        transfer=Transfer(
            re.compile("handoff_to_agent"), argument="agent_name", payload=("message", "context")
        ),
        boilerplate=(*_SWARM, *_GRAPH),
    ),
)
