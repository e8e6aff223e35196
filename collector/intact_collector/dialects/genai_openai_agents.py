"""The OpenAI Agents SDK in OpenTelemetry's own instrumentation, with that of its model calls.

    [invoke_workflow Customer support]      ``gen_ai.conversation.id`` = group id
      [invoke_agent Triage Agent]           no messages
        [chat gpt-4o-mini]                  of ``…genai.openai``, where that is installed as well
      [invoke_agent Refunds Agent] > [chat], [execute_tool lookup_order], [chat]

No span says that control passed. The call of ``transfer_to_refunds_agent`` stands in the answer of
the model, and is never executed as a tool.
"""

from __future__ import annotations

from intact_collector.dialects import genai
from intact_collector.dialects.rules import declare

DIALECT = declare(
    "genai.openai_agents",
    (
        "opentelemetry.instrumentation.genai.openai_agents",
        "opentelemetry.instrumentation.genai.openai",
    ),
    genai.RULES,
)
