"""The same conversation is the same facts in every API's shape."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest

from intact.model.facts import Flag
from tests.intact.fingerprint.reading import facts, kinds, read

ASK = "Refund $129.90 for order A-1042 by 4 December 2026, please. I am Dana Smith of Berlin"
RESULT = {"carrier": "UPS", "delivered": True, "cost": 1299}
ARGUMENTS = {"order_id": "A-1042"}
ANSWER = "Your refund of $129.90 for the parcel is on its way to you."
RULES = "Never promise more than $500 to a customer without asking."


class Message:
    """What LangChain's messages look like: the type stands on the class."""

    type: ClassVar[str]

    def __init__(self, content: object, **more: object) -> None:
        self.content = content
        self.__dict__.update(more)


class SystemMessage(Message):
    type = "system"


class HumanMessage(Message):
    type = "human"


class AIMessageChunk(Message):
    type = "AIMessageChunk"


class ToolMessage(Message):
    type = "tool"


@dataclass
class UserPromptPart:
    content: object
    part_kind: str = "user-prompt"


@dataclass
class SystemPromptPart:
    content: str
    part_kind: str = "system-prompt"


@dataclass
class TextPart:
    content: str
    part_kind: str = "text"


@dataclass
class ToolCallPart:
    tool_name: str
    args: object
    tool_call_id: str = "c1"
    part_kind: str = "tool-call"


@dataclass
class ToolReturnPart:
    tool_name: str
    content: object
    tool_call_id: str = "c1"
    part_kind: str = "tool-return"


@dataclass
class ModelMessage:
    parts: list[Any]
    kind: str = field(default="request")


def dumped(message: ModelMessage) -> dict[str, object]:
    """A message of Pydantic AI as its adapter writes it."""
    return {"kind": message.kind, "parts": [vars(part) for part in message.parts]}


OPENAI_CHAT = [
    {"role": "developer", "content": RULES},
    {"role": "user", "content": ASK},
    {
        "role": "assistant",
        "content": None,
        "tool_calls": [
            {
                "id": "c1",
                "type": "function",
                "function": {"name": "lookup_order", "arguments": json.dumps(ARGUMENTS)},
            }
        ],
    },
    {"role": "tool", "tool_call_id": "c1", "content": json.dumps(RESULT)},
    {"role": "assistant", "content": ANSWER},
]
PYDANTIC_AI = [
    ModelMessage([SystemPromptPart(RULES), UserPromptPart(ASK)]),
    ModelMessage([ToolCallPart("lookup_order", ARGUMENTS)], "response"),
    ModelMessage([ToolReturnPart("lookup_order", RESULT)]),
    ModelMessage([TextPart(ANSWER)], "response"),
]
LANGCHAIN = [
    SystemMessage(RULES),
    HumanMessage(ASK, name=None, id="m1"),
    AIMessageChunk(
        "",
        tool_calls=[{"name": "lookup_order", "args": ARGUMENTS, "id": "c1", "type": "tool_call"}],
    ),
    ToolMessage(json.dumps(RESULT), tool_call_id="c1", name=None),
    AIMessageChunk([{"type": "text", "text": ANSWER, "index": 0}], tool_calls=[]),
]
CONSTRUCTORS = {
    "system": "SystemMessage",
    "human": "HumanMessage",
    "AIMessageChunk": "AIMessageChunk",
    "tool": "ToolMessage",
}

SHAPES: dict[str, list[Any]] = {
    "openai-chat": OPENAI_CHAT,
    "openai-chat-objects": [
        SimpleNamespace(
            **{
                **message,
                "tool_calls": [
                    SimpleNamespace(id="c1", function=SimpleNamespace(**call["function"]))
                    for call in message.get("tool_calls", [])
                ],
            }
        )
        for message in OPENAI_CHAT
    ],
    "openai-chat-parts": [
        {"role": "system", "content": [{"type": "text", "text": RULES}]},
        {"role": "user", "content": [{"type": "text", "text": ASK}, {"type": "image_url"}]},
        OPENAI_CHAT[2],
        {
            "role": "tool",
            "tool_call_id": "c1",
            "content": [{"type": "text", "text": json.dumps(RESULT)}],
        },
        {"role": "assistant", "content": [{"type": "text", "text": ANSWER}]},
    ],
    "openai-responses": [
        {"role": "system", "content": RULES},
        {"type": "reasoning", "summary": [{"type": "summary_text", "text": "It is 777 USD."}]},
        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": ASK}]},
        {
            "type": "function_call",
            "id": "fc_1",
            "call_id": "c1",
            "name": "lookup_order",
            "arguments": json.dumps(ARGUMENTS),
        },
        {"type": "function_call_output", "call_id": "c1", "output": json.dumps(RESULT)},
        {
            "type": "message",
            "role": "assistant",
            "content": [{"type": "output_text", "text": ANSWER}],
        },
    ],
    "anthropic": [
        {"role": "system", "content": RULES},
        {"role": "user", "content": ASK},
        {
            "role": "assistant",
            "content": [
                {"type": "thinking", "thinking": "It is 777 USD.", "signature": "abc123"},
                {"type": "tool_use", "id": "c1", "name": "lookup_order", "input": ARGUMENTS},
            ],
        },
        {
            "role": "user",
            "content": [
                {
                    "type": "tool_result",
                    "tool_use_id": "c1",
                    "content": [{"type": "text", "text": json.dumps(RESULT)}],
                }
            ],
        },
        {"role": "assistant", "content": [{"type": "text", "text": ANSWER}]},
    ],
    "langchain": LANGCHAIN,
    "langchain-dict": [
        {"type": message.type, "data": {**vars(message), "type": message.type}}
        for message in LANGCHAIN
    ],
    "langchain-dumps": [
        {
            "lc": 1,
            "type": "constructor",
            "id": ["langchain", "schema", "messages", CONSTRUCTORS[message.type]],
            "kwargs": {**vars(message), "type": message.type},
        }
        for message in LANGCHAIN
    ],
    "langchain-model-dump": [{**vars(message), "type": message.type} for message in LANGCHAIN],
    "genai": [
        {"role": "system", "parts": [{"type": "text", "content": RULES}]},
        {"role": "user", "parts": [{"type": "text", "content": ASK}]},
        {
            "role": "assistant",
            "parts": [
                {"type": "reasoning", "content": "It is 777 USD."},
                {"type": "tool_call", "id": "c1", "name": "lookup_order", "arguments": ARGUMENTS},
            ],
        },
        {
            "role": "tool",
            "parts": [{"type": "tool_call_response", "id": "c1", "response": RESULT}],
        },
        {"role": "assistant", "parts": [{"type": "text", "content": ANSWER}]},
    ],
    "pydantic-ai": PYDANTIC_AI,
    "pydantic-ai-dump": [dumped(message) for message in PYDANTIC_AI],
    "gemini": [
        {"role": "system", "parts": [{"text": RULES}]},
        {"role": "user", "parts": [{"text": ASK}]},
        {
            "role": "model",
            "parts": [
                {"text": "It is 777 USD.", "thought": True},
                {"functionCall": {"name": "lookup_order", "args": ARGUMENTS}},
            ],
        },
        {
            "role": "user",
            "parts": [{"functionResponse": {"name": "lookup_order", "response": RESULT}}],
        },
        {"role": "model", "parts": [{"text": ANSWER}]},
    ],
    "bedrock": [
        {"role": "system", "content": [{"text": RULES}]},
        {"role": "user", "content": [{"text": ASK}]},
        {
            "role": "assistant",
            "content": [
                {"toolUse": {"toolUseId": "c1", "name": "lookup_order", "input": ARGUMENTS}}
            ],
        },
        {
            "role": "user",
            "content": [{"toolResult": {"toolUseId": "c1", "content": [{"json": RESULT}]}}],
        },
        {"role": "assistant", "content": [{"text": ANSWER}]},
    ],
}

NAMES = {
    "system[0]/amount[0]": "amount",
    "system[0]/sentence[0]": "sentence",
    "user[0]/amount[0]": "amount",
    "user[0]/id[0]": "id",
    "user[0]/date[0]": "date",
    "user[0]/name[0]": "name",
    "user[0]/sentence[0]": "sentence",
    "user[0]/sentence[1]": "sentence",
    "tool:lookup_order/carrier": "text",
    "tool:lookup_order/delivered": "boolean",
    "tool:lookup_order/cost": "number",
    "assistant[1]/sentence[0]": "sentence",
}


def common(context: object) -> dict[str, tuple[int, int]]:
    """Value and flags of each fact, by name; answers are numbered by their messages."""
    return {
        name.replace("assistant[0]", "assistant[1]"): (fact.value, fact.flags)
        for name, fact in facts(context).items()
    }


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_of_a_conversation_has_the_same_facts(shape: str) -> None:
    """Names, values and flags; what the model thought to itself is no part of it."""
    found = common(SHAPES[shape])
    assert found == common(OPENAI_CHAT)
    assert found.keys() == NAMES.keys()


@pytest.mark.parametrize("shape", SHAPES)
def test_a_state_that_holds_messages_reads_them_as_such(shape: str) -> None:
    """Under a key, and as JSON in a string where the shape is JSON."""
    assert common({"messages": SHAPES[shape]}) == common(OPENAI_CHAT)
    try:
        text = json.dumps(SHAPES[shape])
    except TypeError:
        return
    assert common({"history": text}) == common(OPENAI_CHAT)


def test_names_and_kinds_of_a_conversation() -> None:
    """By role and number; tools by name."""
    assert kinds(OPENAI_CHAT) == NAMES


def test_flags_tell_system_and_tool_facts() -> None:
    """Neither is a leaf of a state."""
    found = facts(OPENAI_CHAT)
    assert found["system[0]/amount[0]"].flags == Flag.SYSTEM
    assert found["tool:lookup_order/carrier"].flags == Flag.TOOL
    assert found["user[0]/amount[0]"].flags == Flag.NONE


def test_pairs_of_role_and_text_are_messages() -> None:
    """As LangGraph takes them; two other strings are a list."""
    assert kinds([("user", ASK)]) == {
        name: kind for name, kind in NAMES.items() if name.startswith("user")
    }
    assert set(kinds({"pairs": [("left", "A-1042")]})) == {"pairs[][]"}


def test_what_stands_among_messages_is_read_as_state() -> None:
    """Nothing is passed over without a trace because the rest are messages."""
    mixed = [*OPENAI_CHAT[:3], {"event": "approved", "ticket": "T-4711"}, "loose A-77 text"]
    found = kinds({"log": mixed})
    assert found["log[].ticket"] == "id"
    assert "user[0]/amount[0]" in found


@pytest.mark.parametrize(
    "items",
    [
        [{"sku": "A-1042", "role": "spare"}],
        [{"role": "user", "name": "A-1042"}],
        [{"type": ["string", "null"], "id": "A-1042"}, {"type": {"const": 1}}],
        [{"type": "reasoning", "id": "A-1042"}],
        [{"lc": 1, "id": "A-1042"}],
        [{"kind": "request", "id": "A-1042"}],
    ],
)
def test_what_only_resembles_messages_is_state(items: list[object]) -> None:
    """Roles of people, types of schemas."""
    assert "id" in kinds({"items": items}).values()
    assert any(name.startswith("items[]") for name in kinds({"items": items}))


def test_a_second_tool_result_and_text_in_one_message_keep_their_own_names() -> None:
    """Text of the user beside a tool's result is the user's."""
    messages = [
        {"role": "user", "content": "Look up order A-1042 now."},
        {
            "role": "assistant",
            "content": [
                {"type": "tool_use", "id": "c1", "name": "lookup_order", "input": {}},
                {"type": "tool_use", "id": "c2", "name": "find", "input": {"sku": "B-771"}},
            ],
        },
        {
            "role": "user",
            "content": [
                {"type": "tool_result", "tool_use_id": "c1", "content": "Parcel C-3001"},
                {"type": "tool_result", "tool_use_id": "c2", "content": '{"sku": "B-772"}'},
                {"type": "tool_result", "tool_use_id": "c9", "content": "Parcel C-3009"},
                {"type": "text", "text": "And order A-2042 as well."},
            ],
        },
    ]
    assert {name for name, kind in kinds(messages).items() if kind == "id"} == {
        "user[0]/id[0]",
        "call:find/sku",
        "tool:lookup_order/id[0]",
        "tool:find/sku",
        "tool[0]/id[0]",
        "user[1]/id[0]",
    }


def test_a_tools_chatter_counts_with_its_values_only() -> None:
    """Sentences of a tool are no facts."""
    chatter = "The parcel A-1042 left the depot at noon. It weighs a lot these days. " * 3
    found = kinds([{"role": "tool", "name": "track", "content": chatter}])
    assert found == {"tool:track/id[0]": "id"}


def test_history_folded_into_a_prompt_still_says_everything() -> None:
    """JSON escaped in text, once and twice."""
    once = f"Conversation so far: {json.dumps(OPENAI_CHAT)}"
    twice = json.dumps({"input": once})
    for text in (once, f"History:\n{twice}"):
        words = read([{"role": "user", "content": text}]).words.tokens
        for fact in read(OPENAI_CHAT).facts:
            if fact.kind.label not in ("sentence", "boolean"):
                assert fact.value >> 8 in words, fact.name


def test_names_of_tools_that_are_content_are_hidden() -> None:
    """A tool's name is shown when it looks like one."""
    call = {"role": "tool", "name": "mail dana@example.org", "content": '{"id": "A-1042"}'}
    assert kinds([call]) == {"tool:*/id": "id"}


def test_a_message_that_is_sent_again_is_the_same_facts() -> None:
    """It counts twice, and is named by the first."""
    first, again = facts([OPENAI_CHAT[1]]), facts([OPENAI_CHAT[1], OPENAI_CHAT[1]])
    assert first.keys() == again.keys()
    assert {fact.count for fact in again.values()} == {2}
