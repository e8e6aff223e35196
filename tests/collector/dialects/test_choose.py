"""Which dialect reads a span, and what every dialect has in common."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from intact_collector.dialects.choose import DIALECTS, claims, neutral
from intact_collector.dialects.raw import LONGEST_NAME, RawSpan
from intact_collector.model.span import KeyKind, Role, SessionKey

LANGCHAIN = "openinference.instrumentation.langchain"


def span(scope: str, name: str = "n", *, dropped: int = 0, **attributes: object) -> RawSpan:
    return RawSpan(
        trace_id=b"t" * 16,
        span_id=b"s" * 8,
        parent_id=b"",
        start=1,
        end=2,
        name=name,
        scope=scope,
        attributes=attributes,
        resource={
            "service.name": "desk",
            "service.version": "1.2",
            "service.namespace": "shop",
            "deployment.environment": "prod",
        },
        dropped_attributes=dropped,
    )


def test_scopes_of_frameworks_are_claimed_and_others_are_not() -> None:
    """A web framework's spans are no business of ours."""
    assert claims("intact")
    assert claims("pydantic-ai")
    assert not claims("opentelemetry.instrumentation.fastapi")
    assert neutral(span("opentelemetry.instrumentation.fastapi")) is None


def test_every_span_carries_service_scope_and_session_keys() -> None:
    """Strongest key first; a value that two attributes share counts once, as the stronger."""
    read = neutral(
        span(
            "intact",
            **{
                "gen_ai.conversation.id": "c-1",
                "session.id": "s-1",
                "intact.session.id": "s-1",
                "intact.journey.name": "refund",
            },
        )
    )
    assert read is not None
    assert read.keys == (
        SessionKey(KeyKind.SESSION, "s-1"),
        SessionKey(KeyKind.CONVERSATION, "c-1"),
    )
    assert (read.scope, read.service, read.service_version) == ("prod/shop", "desk", "1.2")
    assert read.journey == "refund"


def test_a_thread_id_equal_to_the_session_id_is_one_key() -> None:
    """OpenInference fills ``session.id`` from it."""
    read = neutral(span(LANGCHAIN, **{"session.id": "7", "metadata": '{"thread_id": "7"}'}))
    assert read is not None
    assert read.keys == (SessionKey(KeyKind.SESSION, "7"),)


def test_names_are_cut_to_a_length() -> None:
    """A name is kept, so it must not become a way to keep content."""
    read = neutral(
        span(
            "pydantic-ai",
            **{"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "x" * 9999},
        )
    )
    assert read is not None
    assert read.agent == "x" * LONGEST_NAME


def test_the_name_of_a_foreign_span_is_not_kept() -> None:
    """It may quote content; the target in "handoff to X" is an agent's name."""
    secret = "refund 129.90 to Ada"
    for scope in ("openinference.instrumentation.openai_agents", LANGCHAIN, "pydantic-ai"):
        for kind in ("AGENT", "LLM", "TOOL", "CHAIN"):
            assert secret not in repr(
                neutral(span(scope, secret, **{"openinference.span.kind": kind}))
            )
    handoff = neutral(
        span(
            "openinference.instrumentation.openai_agents",
            "handoff to Refunds",
            **{"openinference.span.kind": "TOOL", "output.value": "__REDACTED__"},
        )
    )
    assert handoff is not None
    assert handoff.handoff is not None
    assert (handoff.role, handoff.handoff.target) == (Role.HANDOFF, "Refunds")


NAMES = [
    "agent.name",
    "gen_ai.agent.call.id",
    "gen_ai.agent.name",
    "gen_ai.input.messages",
    "gen_ai.operation.name",
    "gen_ai.output.messages",
    "gen_ai.system_instructions",
    "gen_ai.tool.call.arguments",
    "gen_ai.tool.call.result",
    "gen_ai.tool.name",
    "final_result",
    "graph.node.parent_id",
    "input.value",
    "intact.context.received",
    "intact.context.received.size",
    "intact.handoff.id",
    "intact.handoff.mode",
    "llm.input_messages.0",
    "llm.input_messages.0.message",
    "llm.input_messages.0.message.content",
    "llm.input_messages.0.message.role",
    "llm.input_messages.0.message.tool_calls.0.tool_call.function.name",
    "llm.input_messages.x.message.role",
    "metadata",
    "openinference.span.kind",
    "output.value",
    "pydantic_ai.all_messages",
    "pydantic_ai.new_message_index",
    "tool.name",
]
VALUES = (
    st.text(max_size=12)
    | st.integers()
    | st.booleans()
    | st.binary(max_size=4)
    | st.none()
    | st.lists(st.text(max_size=3), max_size=2)
    | st.sampled_from(
        [
            "AGENT",
            "LLM",
            "TOOL",
            "chat",
            "invoke_agent",
            "execute_tool",
            "__REDACTED__",
            '[{"role": "user", "parts": [{"type": "text", "content": "x"}]}]',
            '[{"role": "us',
            '{"lc_agent_name": "a", "checkpoint_ns": "a:1|b:2", "langgraph_step": "x"}',
            '{"langgraph_node": "n", "langgraph_checkpoint_ns": "n:1"}',
            '{"graph": null, "update": {"a": [1]}, "goto": ["b"]}',
            '{"messages": [["user", "x"]]}',
            "[" * 3000,
            '{"a":' * 3000,
        ]
    )
)


@given(
    st.sampled_from([scope for dialect in DIALECTS for scope in dialect.scopes]),
    st.sampled_from(["n", "a", "handoff to "]),
    st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=8),
)
def test_no_attributes_break_a_dialect(
    scope: str, name: str, attributes: dict[str, object]
) -> None:
    """Whatever is in them, a span is read; what could not be read is a reason."""
    read = neutral(span(scope, name, **attributes))
    assert read is not None
    assert read.start <= read.end
