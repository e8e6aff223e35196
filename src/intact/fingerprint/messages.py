"""The message shapes of LLM APIs go in, one shape comes out.

Read: OpenAI chat and Responses items, Anthropic blocks, LangChain objects and both of its dumps,
GenAI semantic-convention parts, Pydantic AI parts, Gemini parts, Bedrock blocks,
``("user", "text")`` pairs. Anything else is no message, and is walked as plain state.

What a model thought to itself is no part of a conversation and is passed over, as are images.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, cast

_ROLES = {
    "user": "user",
    "human": "user",
    "assistant": "assistant",
    "ai": "assistant",
    "aimessagechunk": "assistant",
    "model": "assistant",
    "system": "system",
    "developer": "system",
    "tool": "tool",
    "function": "tool",
}
_CALLS = frozenset({"function_call", "tool_call", "tool_use", "mcp_call"})
_RESULTS = frozenset({"function_call_output", "tool_call_response", "tool_result", "tool_response"})
_TEXTS = frozenset({"text", "input_text", "output_text", "refusal"})
#: Items of a conversation that say nothing to the next agent, or nothing in words.
_SILENT = frozenset(
    {
        "reasoning",
        "thinking",
        "redacted_thinking",
        "item_reference",
        "web_search_call",
        "file_search_call",
        "code_interpreter_call",
        "computer_call",
        "image_generation_call",
        "mcp_list_tools",
        "compaction",
    }
)
#: Parts of Pydantic AI: the role, and whether they are text, a call or a result.
_PART_KINDS = {
    "user-prompt": ("user", "text"),
    "system-prompt": ("system", "text"),
    "text": ("assistant", "text"),
    "tool-call": ("assistant", "call"),
    "tool-return": ("tool", "result"),
    "retry-prompt": ("tool", "result"),
}
_CONSTRUCTORS = {
    "HumanMessage": "user",
    "AIMessage": "assistant",
    "AIMessageChunk": "assistant",
    "SystemMessage": "system",
    "ToolMessage": "tool",
    "FunctionMessage": "tool",
}


class Part(NamedTuple):
    """One part of a message: a text, the arguments of a call, or the result of one."""

    role: str  # user | assistant | system | tool
    what: str  # text | call | result
    content: object
    tool: str = ""


class Other(NamedTuple):
    """An item among messages that is none."""

    item: object


def is_conversation(items: object) -> bool:
    """Whether a list is to be read as messages: the first few items decide.

    >>> is_conversation([{"role": "user", "content": "Hello"}]), is_conversation([{"sku": "A-1"}])
    (True, False)
    """
    if not isinstance(items, (list, tuple)) or not items:
        return False
    first = [_shape(item) for item in items[:3]]
    return None not in first and not all(_is_silent(message) for message in first)


def messages_of(items: Sequence[object], names: dict[str, str]) -> list[list[Part] | Other]:
    """Read items of a conversation as messages; one that is none comes out as it is.

    Args:
        items: The conversation, or what follows upon items that were read.
        names: Names of tools by the ids of calls. Those of the items are added.

    >>> messages_of([{"role": "user", "content": "Hello"}], {})
    [[Part(role='user', what='text', content='Hello', tool='')]]
    """
    messages: list[list[Part] | Other] = []
    for item in items:
        plain = _plain(item)
        if plain is not None:
            messages.append([plain])
            continue
        message = _shape(item)
        if message is None:
            messages.append(Other(item))
            continue
        parts = list(_parts(message, names))
        if parts:
            messages.append(parts)
    return messages


def _plain(item: object) -> Part | None:
    """A message of nothing but a role and a text, as most are: what is below would say the same."""
    if type(item) is not dict or len(item) != 2:
        return None
    role, content = item.get("role"), item.get("content")
    if type(role) is not str or type(content) is not str:
        return None
    told = _ROLES.get(role)
    return Part(told, "text", content) if told and told != "tool" and content.strip() else None


def _is_silent(message: Mapping[str, object] | None) -> bool:
    return message is not None and not message.get("role") and message.get("type") in _SILENT


def _shape(item: object) -> Mapping[str, object] | None:
    """The message as a mapping with a role or an item type, or None."""
    if isinstance(item, Mapping):
        return _mapping_shape(item)
    if isinstance(item, tuple | list):
        if len(item) == 2 and isinstance(item[0], str) and item[0] in _ROLES:
            return {"role": item[0], "content": item[1]} if isinstance(item[1], str) else None
        return None
    if type(item).__module__ == "builtins":
        return None
    return _object_shape(item)


def _mapping_shape(item: Mapping[object, object]) -> Mapping[str, object] | None:
    message = cast("Mapping[str, object]", item)
    role, kind = item.get("role"), item.get("type")
    if isinstance(role, str) and role.lower() in _ROLES:
        has_content = any(key in item for key in ("content", "parts", "tool_calls", "contents"))
        return message if has_content else None
    if isinstance(kind, str):
        if kind in _CALLS or kind in _RESULTS or kind in _SILENT:
            return message
        if kind.lower() in _ROLES:
            data = item.get("data", item)  # LangChain's messages_to_dict, or model_dump
            if isinstance(data, Mapping) and "content" in data:
                return {**data, "role": kind}
        if kind == "constructor" and isinstance(item.get("kwargs"), Mapping):
            identity = item.get("id")  # LangChain's dumps
            name = identity[-1] if isinstance(identity, list) and identity else None
            if isinstance(name, str) and name in _CONSTRUCTORS:
                return {**cast("dict[str, object]", item["kwargs"]), "role": _CONSTRUCTORS[name]}
    if item.get("kind") in ("request", "response") and isinstance(item.get("parts"), Sequence):
        return message  # Pydantic AI
    return None


def _object_shape(item: object) -> Mapping[str, object] | None:
    """Message objects of client libraries, by the attributes they all have."""
    fields = getattr(item, "__dict__", None)
    if not isinstance(fields, dict):
        return None
    kind = getattr(type(item), "type", None)
    if isinstance(kind, str) and kind.lower() in _ROLES and "content" in fields:
        return {**fields, "role": kind}
    if isinstance(getattr(type(item), "kind", None), str):  # a default that no instance holds
        fields = {"kind": getattr(item, "kind", None), **fields}
    return _mapping_shape(fields)


def _parts(message: Mapping[str, object], names: dict[str, str]) -> Iterator[Part]:
    role = _ROLES.get(str(message.get("role", "")).lower(), "")
    kind = message.get("type")
    if not role and kind is not None:
        yield from _item(message, str(kind), "assistant", names)
        return
    if not role:
        for part in cast("Sequence[object]", message.get("parts", ())):
            yield from _by_part_kind(part, names)
        return
    tool = str(message.get("name") or names.get(_identity(message), "") or "")
    content = message.get("content", message.get("parts", message.get("contents")))
    yield from _content(content, role, tool if role == "tool" else "", names)
    if content is not message.get("parts"):
        yield from _content(message.get("parts"), role, tool, names)
    calls = message.get("tool_calls")
    if isinstance(calls, Sequence) and not isinstance(calls, str):
        for call in calls:
            yield from _call(call, names)


def _content(content: object, role: str, tool: str, names: dict[str, str]) -> Iterator[Part]:
    what = "result" if role == "tool" else "text"
    if isinstance(content, str):
        if content.strip():
            yield Part(role, what, content, tool)
    elif isinstance(content, Mapping) and "type" not in content:
        yield Part(role, what, content, tool)
    elif isinstance(content, Mapping):
        yield from _item(content, str(content.get("type")), role, names)
    elif isinstance(content, Sequence):
        for part in content:
            if isinstance(part, str):
                yield from _content(part, role, tool, names)
                continue
            fields = part if isinstance(part, Mapping) else getattr(part, "__dict__", None)
            if not isinstance(fields, Mapping):
                continue
            if isinstance(fields.get("type"), str):
                yield from _item(fields, str(fields["type"]), role, names, tool)
            else:
                yield from _untyped(fields, role, names, tool)


def _untyped(
    part: Mapping[str, object], role: str, names: dict[str, str], tool: str
) -> Iterator[Part]:
    """Parts of Gemini and Bedrock, which say what they are by the key that they hold."""
    text = part.get("text")
    if isinstance(text, str) and text.strip() and not part.get("thought"):
        yield Part(role, "result" if role == "tool" else "text", text, tool)
    elif role == "tool" and "json" in part:
        yield Part("tool", "result", part["json"], tool)
    for key in ("function_call", "functionCall", "toolUse"):
        if part.get(key) is not None:
            yield from _call(part[key], names)
    for key in ("function_response", "functionResponse", "toolResult"):
        result = part.get(key)
        fields = result if isinstance(result, Mapping) else getattr(result, "__dict__", None)
        if isinstance(fields, Mapping):
            name = str(fields.get("name") or names.get(_identity(fields), ""))
            if "content" in fields:
                yield from _content(fields["content"], "tool", name, names)
            elif fields.get("response") is not None:
                yield Part("tool", "result", fields["response"], name)


def _by_part_kind(part: object, names: dict[str, str]) -> Iterator[Part]:
    """A part of Pydantic AI: a dump, or an object whose kind is a default of its class."""
    if isinstance(part, Mapping):
        fields: Mapping[str, object] = part
    else:
        fields = {"part_kind": getattr(part, "part_kind", None), **getattr(part, "__dict__", {})}
    role, what = _PART_KINDS.get(str(fields.get("part_kind")), ("", ""))
    tool = str(fields.get("tool_name") or "")
    if what == "call":
        yield from _call({"name": tool, "args": fields.get("args")}, names)
    elif what == "result" and tool:
        yield Part("tool", "result", fields.get("content"), tool)
    elif role:
        yield from _content(fields.get("content"), "user" if what == "result" else role, "", names)


def _item(
    item: Mapping[str, object], kind: str, role: str, names: dict[str, str], tool: str = ""
) -> Iterator[Part]:
    if kind in _TEXTS:
        text = item.get("text", item.get("content"))
        if isinstance(text, str) and text.strip():
            yield Part(role, "result" if role == "tool" else "text", text, tool)
    elif kind in _CALLS:
        yield from _call(item, names)
    elif kind in _RESULTS:
        name = str(item.get("name") or names.get(_identity(item), "") or tool)
        for key in ("output", "result", "response", "content"):
            if item.get(key) is not None:
                yield from _result(item[key], name)
                return


def _result(result: object, name: str) -> Iterator[Part]:
    if isinstance(result, list) and result and all(_is_text_block(part) for part in result):
        for part in result:
            yield Part("tool", "result", part["text"], name)
    else:
        yield Part("tool", "result", result, name)


def _is_text_block(part: object) -> bool:
    return isinstance(part, Mapping) and part.get("type") in _TEXTS and "text" in part


def _call(call: object, names: dict[str, str]) -> Iterator[Part]:
    if not isinstance(call, Mapping):
        call = getattr(call, "__dict__", None)
        if not isinstance(call, Mapping):
            return
    function = call.get("function")
    inner = function if isinstance(function, Mapping) else call
    if function is not None and not isinstance(function, Mapping):
        inner = getattr(function, "__dict__", call)
    name = str(inner.get("name") or "")
    identity = _identity(call)
    if identity and name:
        names[identity] = name
    for key in ("arguments", "args", "input"):
        arguments = inner.get(key)
        if isinstance(arguments, (str, Mapping, list)) and arguments not in ("", "{}", {}, []):
            yield Part("assistant", "call", arguments, name)
            return


def _identity(message: Mapping[str, object]) -> str:
    for key in ("tool_call_id", "call_id", "tool_use_id", "toolUseId", "id"):
        if isinstance(message.get(key), str):
            return str(message[key])
    return ""
