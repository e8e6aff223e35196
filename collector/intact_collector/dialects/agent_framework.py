"""Microsoft Agent Framework: agents alone, as tools of each other, and in workflows.

    [workflow.run]
      [executor.process triage_agent]
        [invoke_agent triage_agent] > [chat gpt-4o-mini]     messages on both, and in log records
        [message.send]                                       to one executor, or to all
      [executor.process refund_agent]    linked to the message; runs its agent only if it is meant
        [invoke_agent refund_agent]

The call of ``handoff_to_refund_agent`` stands in an answer and is executed nowhere: a middleware
takes it. A sequence has no call at all; the links tell who set whom off. The id of a workflow names
what was built, not who uses it: it is no session's.
"""

from __future__ import annotations

from intact_collector.dialects import genai
from intact_collector.dialects.rules import declare

DIALECT = declare(
    "agent_framework",
    ("agent_framework",),
    genai.RULES,
)
