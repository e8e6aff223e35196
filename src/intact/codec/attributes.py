"""Every name that Intact writes on the wire, once.

The library writes them, the collector reads and writes them, ``docs/reference/wire-names.md``
documents them and a test holds the three together.
"""

from __future__ import annotations

from typing import Final

#: Instrumentation scope of every span, metric and event that Intact makes.
SCOPE: Final = "intact"

# Field's standard (OpenTelemetry, GenAI semantic conventions)
GEN_AI_OPERATION_NAME: Final = "gen_ai.operation.name"
GEN_AI_AGENT_NAME: Final = "gen_ai.agent.name"
GEN_AI_AGENT_ID: Final = "gen_ai.agent.id"
GEN_AI_AGENT_VERSION: Final = "gen_ai.agent.version"
GEN_AI_CONVERSATION_ID: Final = "gen_ai.conversation.id"
SESSION_ID: Final = "session.id"
INVOKE_AGENT: Final = "invoke_agent"

# Ours, on spans
INTACT_SESSION_ID: Final = "intact.session.id"
JOURNEY_NAME: Final = "intact.journey.name"
HANDOFF_ID: Final = "intact.handoff.id"
SOURCE_NAME: Final = "intact.handoff.source.name"
TARGET_NAME: Final = "intact.handoff.target.name"
HANDOFF_MODE: Final = "intact.handoff.mode"
HANDOFF_RULE: Final = "intact.handoff.rule"
HANDOFF_SEQUENCE: Final = "intact.handoff.sequence"
CONTEXT_RECEIVED: Final = "intact.context.received"
CONTEXT_SENT: Final = "intact.context.sent"
CONTEXT_OUTPUT: Final = "intact.context.output"
KEY_ID: Final = "intact.key.id"
KEY_SCOPE: Final = "intact.key.scope"
OUTCOME_NAME: Final = "intact.outcome.name"
OUTCOME_SCORE: Final = "intact.outcome.score"
ERROR_TYPE: Final = "error.type"

# Field's standard, on metrics and events
LOG_RECORD_UID: Final = "log.record.uid"
METRIC_OVERFLOW: Final = "otel.metric.overflow"

# Ours, on metrics and events
HANDOFF_ORIGIN: Final = "intact.handoff.origin"
VERDICT: Final = "intact.verdict"
OUTCOME: Final = "intact.outcome"
TARGET_SERVICE_NAME: Final = "intact.target.service.name"
TARGET_SERVICE_VERSION: Final = "intact.target.service.version"
EVALUATOR_VERSION: Final = "intact.evaluator.version"
EVALUATION_EVENT: Final = "gen_ai.evaluation.result"
EVALUATION_NAME: Final = "gen_ai.evaluation.name"
EVALUATION_SCORE: Final = "gen_ai.evaluation.score.value"
EVALUATION_LABEL: Final = "gen_ai.evaluation.score.label"
EVALUATION_EXPLANATION: Final = "gen_ai.evaluation.explanation"

#: Longest fingerprint attribute in characters: some backends cut strings at 4,095.
MAX_ATTRIBUTE_CHARACTERS: Final = 4092

#: Largest encoded fingerprint: base64 makes 4 characters of 3 bytes.
MAX_FINGERPRINT_BYTES: Final = MAX_ATTRIBUTE_CHARACTERS // 4 * 3


def size_of(side: str) -> str:
    """The attribute that holds the raw length of the fingerprint on ``side``.

    >>> size_of(CONTEXT_SENT)
    'intact.context.sent.size'
    """
    return f"{side}.size"
