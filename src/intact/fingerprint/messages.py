"""The message shapes of LLM APIs go in, one shape comes out.

Read: OpenAI chat and Responses items, Anthropic blocks, LangChain objects and both of its dumps,
GenAI semantic-convention parts, Pydantic AI parts, ``("user", "text")`` pairs. Anything else is
no message, and is walked as plain state.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

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
_TEXTS = frozenset({"text", "input_text", "output_text", "refusal", "reasoning", "thinking"})
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


def as_messages(items: object) -> list[list[Part]] | None:
    """Read a list as messages, or None when it is not one.

    The first few items decide; items that are no message are skipped after that.

    >>> as_messages([{"role": "user", "content": "Hello"}])
    [[Part(role='user', what='text', content='Hello', tool='')]]
    >>> as_messages([{"sku": "A-1"}]) is None
    True
    """
    if not isinstance(items, (list, tuple)) or not items:
        return None
    if not all(_shape(item) is not None for item in items[:3]):
        return None
    names: dict[str, str] = {}
    messages = []
    for item in items:
        message = _shape(item)
        if message is not None:
            parts = list(_parts(message, names))
            if parts:
                messages.append(parts)
    return messages


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
    role, kind = item.get("role"), item.get("type")
    if isinstance(role, str) and role.lower() in _ROLES:
        if any(key in item for key in ("content", "parts", "tool_calls", "contents")):
            return item  # type: ignore[return-value]
        return None
    if kind in _CALLS or kind in _RESULTS:
        return item  # type: ignore[return-value]
    if isinstance(kind, str) and kind in _ROLES:
        data = item.get("data", item)  # LangChain's messages_to_dict, or model_dump
        if isinstance(data, Mapping) and "content" in data:
            return {**data, "role": kind}
    if item.get("lc") == 1 and isinstance(item.get("kwargs"), Mapping):
        identity = item.get("id")
        name = identity[-1] if isinstance(identity, list) and identity else None
        if isinstance(name, str) and name in _CONSTRUCTORS:
            return {**item["kwargs"], "role": _CONSTRUCTORS[name]}  # type: ignore[dict-item]
    return None


def _object_shape(item: object) -> Mapping[str, object] | None:
    """Message objects of client libraries, by the attributes they all have."""
    fields = getattr(item, "__dict__", None)
    if not isinstance(fields, dict):
        return None
    if isinstance(fields.get("role"), str) or isinstance(fields.get("type"), str):
        return _mapping_shape(fields)
    kind = getattr(type(item), "type", None)
    if isinstance(kind, str) and kind in _ROLES and "content" in fields:
        return {**fields, "role": kind}
    return None


def _parts(message: Mapping[str, object], names: dict[str, str]) -> Iterator[Part]:
    role = _ROLES.get(str(message.get("role", "")).lower(), "")
    kind = message.get("type")
    if not role:
        yield from _item(message, str(kind), "assistant", names)
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
            elif isinstance(part, Mapping):
                yield from _item(part, str(part.get("type")), role, names, tool)
            elif isinstance(getattr(part, "__dict__", None), dict):
                fields = vars(part)
                yield from _item(fields, str(fields.get("type")), role, names, tool)


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
        if arguments not in (None, "", "{}", {}):
            yield Part("assistant", "call", arguments, name)
            return


def _identity(message: Mapping[str, object]) -> str:
    for key in ("tool_call_id", "call_id", "tool_use_id", "id"):
        if isinstance(message.get(key), str):
            return str(message[key])
    return ""
