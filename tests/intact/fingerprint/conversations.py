"""One conversation, in the shape of every API that is read."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, ClassVar

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
