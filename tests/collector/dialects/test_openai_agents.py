"""The OpenAI Agents SDK under one scope, as two packages tell of it."""

from __future__ import annotations

from dataclasses import replace

import orjson
import pytest

from intact.model.measurement import Reason
from intact_collector.dialects.choose import choose, neutral
from intact_collector.dialects.raw import RawSpan
from intact_collector.model.span import NeutralSpan, Role, Side

SCOPE = "opentelemetry.instrumentation.openai_agents"
CALL = (
    "ResponseFunctionToolCall(arguments='{\"order_id\": \"A-1\"}', call_id='call_1', "
    "name='lookup_order', type='function_call', id='fc_1', async_=None, status='completed')"
)
PLEASE = {"role": "user", "parts": [{"type": "text", "content": "Order A-1 is broken."}]}


def raw(name: str, **attributes: object) -> RawSpan:
    return RawSpan(
        b"t" * 16,
        b"s" * 8,
        b"p" * 8,
        1,
        2,
        name,
        SCOPE,
        {key.replace("__", "."): value for key, value in attributes.items()},
    )


def chat(said: list[str], *given: object, responses: bool = True) -> NeutralSpan:
    parts = [{"type": "text", "content": text} for text in said]
    more = {"gen_ai__response__id": "resp_1"} if responses else {}
    span = raw(
        "chat gpt",
        gen_ai__operation__name="chat",
        gen_ai__agent__name="OpenAI Agent",
        gen_ai__input__messages=orjson.dumps([*given]).decode(),
        gen_ai__output__messages=orjson.dumps([{"role": "assistant", "parts": parts}]).decode(),
        **more,
    )
    found = neutral(span)
    assert found is not None
    return found


def side(span: NeutralSpan, wanted: Side) -> object:
    return next((one.context for one in span.contents if one.side is wanted), None)


@pytest.mark.parametrize(
    ("span", "dialect"),
    [
        (raw("Triage.agent", traceloop__span__kind="agent"), "traceloop.openai_agents"),
        (raw("openai.response", gen_ai__operation__name="chat"), "traceloop.openai_agents"),
        (raw("chat gpt", gen_ai__operation__name="chat"), "openai_agents_v2"),
        (raw("unknown", gen_ai__operation__name="unknown"), "openai_agents_v2"),
    ],
)
def test_two_packages_under_one_scope_are_told_apart(span: RawSpan, dialect: str) -> None:
    """Traceloop marks its spans, and calls its model calls by the client's name."""
    found = choose(span)
    assert found is not None
    assert found.name == dialect


def test_a_workflow_and_placeholders_are_no_agents() -> None:
    """Also where the package was told to call everything by one name."""
    operation = {"gen_ai__operation__name": "invoke_agent"}
    for span in (
        raw("Support", **operation),
        raw("Support", gen_ai__agent__name="Support bot", **operation),
        raw("unknown", gen_ai__operation__name="unknown", gen_ai__agent__name="Support bot"),
    ):
        found = neutral(span)
        assert found is not None
        assert (found.role, found.agent) == (Role.OTHER, None)
    agent = neutral(raw("invoke_agent Triage", gen_ai__agent__name="Triage", **operation))
    assert agent is not None
    assert (agent.role, agent.agent) == (Role.AGENT, "Triage")


def test_a_repr_of_a_call_is_a_call() -> None:
    """It is seen as a transfer; its arguments are not what the agent said."""
    passed = CALL.replace("lookup_order", "transfer_to_refunds_agent")
    found = chat([passed], PLEASE)
    assert found.handoff is not None
    assert found.handoff.target == "refunds_agent"
    assert side(found, Side.OUTPUT) is None


def test_without_tool_items_in_its_prompts_a_call_says_so() -> None:
    """Of the Responses API they are left out; of chat completions they are there."""
    assert chat(["Done."], PLEASE).problems == (Reason.TOOLS_UNSEEN,)
    assert chat(["Done."], PLEASE, responses=False).problems == ()


@pytest.mark.parametrize(
    "text",
    [
        "{'annotations': [], 'text': 'Done, A-1.', 'type': 'output_text'}",
        "ResponseOutputMessage(id='m', content=[ResponseOutputText(annotations=[], "
        "text='Done, A-1.', type='output_text')], role='assistant', type='message')",
        "{'content': 'Done, A-1.', 'role': 'assistant', 'tool_calls': None}",
        "Done, A-1.",
    ],
)
def test_a_repr_of_a_text_is_that_text(text: str) -> None:
    """Whether it is an answer, or fed back."""
    spoken = {"role": "assistant", "parts": [{"type": "text", "content": text}]}
    said = {"role": "assistant", "content": "Done, A-1."}
    found = chat([text], PLEASE, spoken, responses=False)
    assert side(found, Side.OUTPUT) == [said]
    assert side(found, Side.INPUT) == [{"role": "user", "content": "Order A-1 is broken."}, said]


def test_thoughts_are_not_said() -> None:
    """Their repr holds no text of the answer."""
    thought = "ResponseReasoningItem(id='r', summary=[], type='reasoning', content=None)"
    assert side(chat([thought, "Done."], PLEASE), Side.OUTPUT) == [
        {"role": "assistant", "content": "Done."}
    ]


def test_a_tool_result_that_is_told_twice_counts_once() -> None:
    """With chat completions it stands in a text and in a part of its own."""
    result = '{"carrier": "UPS"}'
    call = {"type": "tool_call", "id": "c", "name": "lookup_order", "arguments": "{}"}
    answer = [
        {"type": "text", "content": result},
        {"type": "tool_call_response", "id": "c", "result": result},
    ]
    asked = {"role": "assistant", "parts": [call]}
    found = chat([], PLEASE, asked, {"role": "tool", "parts": answer}, responses=False)
    told = side(found, Side.INPUT)
    assert isinstance(told, list)
    assert [one for one in told if one["role"] == "tool"] == [
        {"role": "tool", "content": result, "name": "lookup_order"}
    ]


def test_content_that_was_taken_out_is_no_content() -> None:
    """The package has a spelling of its own for the mark."""
    found = chat(
        ["readacted"], {"role": "user", "parts": [{"type": "text", "content": "readacted"}]}
    )
    assert Reason.REDACTED in found.problems
    assert found.contents == ()


def test_a_call_without_arguments_is_no_sign_of_missing_content() -> None:
    """Where the prompt is there, capture is on."""
    bare = [{"role": "assistant", "parts": [{"type": "tool_call", "id": "1", "name": "now"}]}]
    for scope in ("pydantic-ai", "opentelemetry.instrumentation.genai.openai"):
        span = raw(
            "chat gpt",
            gen_ai__operation__name="chat",
            gen_ai__input__messages=orjson.dumps([PLEASE]).decode(),
            gen_ai__output__messages=orjson.dumps(bare).decode(),
        )
        found = neutral(replace(span, scope=scope))
        assert found is not None
        assert found.problems == ()


@pytest.mark.parametrize("role", ["user", "assistant"])
@pytest.mark.parametrize(
    "text", ["{'order_id': 'A-1'}", "{'text': 'A-1', 'type': 'output_text', 'x': @}", "{'"]
)
def test_a_dict_that_somebody_wrote_stays_as_it_is(role: str, text: str) -> None:
    """And what looks like a repr and cannot be read to its end."""
    said = {"role": role, "parts": [{"type": "text", "content": text}]}
    assert side(chat([], said), Side.INPUT) == [{"role": role, "content": text}]


def test_a_part_of_a_users_message_is_its_text() -> None:
    """Parts of the Responses API are told as reprs, whoever wrote them."""
    text = "{'type': 'input_text', 'text': 'Order A-1 is broken.'}"
    said = {"role": "user", "parts": [{"type": "text", "content": text}]}
    told = [{"role": "user", "content": "Order A-1 is broken."}]
    assert side(chat([], said), Side.INPUT) == told
