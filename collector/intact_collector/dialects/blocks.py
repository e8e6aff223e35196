"""One part of a message, in whatever shape a provider writes it -> text, call or result.

    GenAI       {"type": "text", "content": …}  {"type": "tool_call", "name", "arguments", "id"}
                {"type": "tool_call_response", "id", "response" | "result" | "content"}
    Bedrock     {"text": …}  {"toolUse": {"name", "input", "toolUseId"}}
                {"toolResult": {"toolUseId", "content": [{"text" | "json": …}]}}
    Anthropic   {"type": "tool_use", "name", "input", "id"}
                {"type": "tool_result", "tool_use_id", "content"}
    Gemini      {"text": …}  {"function_call": {"name", "args"}}
                {"function_response": {"name", "response"}}

Shapes are told by what stands in a part, not by who wrote it: frameworks pass the parts of one
provider on in the messages of another. Pictures, files and thoughts are no text and are left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from intact_collector.dialects.messages import message, to_json, tool_call
from intact_collector.dialects.transfers import Message

#: Keys under which the parts above hold what was said or done.
_VALUES = (
    *("content", "text", "arguments", "result", "response", "input"),
    *("toolUse", "toolResult", "function_call", "function_response"),
    *("functionCall", "functionResponse"),
)
_UNSAID = frozenset({"reasoning", "thinking", "redacted_thinking", "blob", "uri", "file"})


def from_blocks(role: str, blocks: Sequence[object]) -> list[Message]:
    """Drafts of one message of parts: results become messages of role ``tool``, in their place.

    >>> from_blocks("user", [{"toolResult": {"toolUseId": "1", "content": [{"text": "ok"}]}}])
    [{'role': 'tool', 'content': 'ok', 'tool_call_id': '1'}]
    """
    drafts: list[Message] = []
    texts: list[str] = []
    calls: list[Message] = []

    def close() -> None:
        if texts or calls:
            content = texts[0] if len(texts) == 1 else [_text(text) for text in texts]
            drafts.append(message(role, content or "", calls=calls))
            texts.clear()
            calls.clear()

    for block in blocks:
        if isinstance(block, str):
            texts.append(block)
        elif isinstance(block, Mapping):
            call, result = _call(block), _result(block)
            if call is not None:
                calls.append(call)
            elif result is not None:
                close()
                drafts.append(result)
            elif isinstance(text := _said(block), str):
                texts.append(text)
    close()
    return drafts


def is_empty(block: Mapping[str, object]) -> bool:
    """Whether a part keeps its kind and lost what stood in it: content capture is off."""
    return all(block.get(key) is None for key in _VALUES)


def _call(block: Mapping[str, object]) -> Message | None:
    kind = block.get("type")
    if kind in ("tool_call", "tool_use", "function_call"):
        given = block.get("arguments", block.get("input"))
        return tool_call(block.get("name"), given, block.get("id"))
    for key in ("toolUse", "function_call", "functionCall"):
        inner = block.get(key)
        if isinstance(inner, Mapping):
            given = inner.get("input", inner.get("args"))
            return tool_call(inner.get("name"), given, inner.get("toolUseId", inner.get("id")))
    return None


def _result(block: Mapping[str, object]) -> Message | None:
    if block.get("type") in ("tool_call_response", "tool_result", "function_call_output"):
        result = next(
            (block[key] for key in ("result", "response", "content", "output") if key in block), ""
        )
        identity = block.get("id", block.get("tool_use_id", block.get("call_id")))
        return message("tool", plain_result(result), name=block.get("name"), call_id=identity)
    for key in ("toolResult", "function_response", "functionResponse"):
        inner = block.get(key)
        if isinstance(inner, Mapping):
            identity = inner.get("toolUseId", inner.get("id"))
            result = inner.get("content", inner.get("response"))
            return message("tool", plain_result(result), name=inner.get("name"), call_id=identity)
    return None


def _said(block: Mapping[str, object]) -> object:
    if str(block.get("type")) in _UNSAID or block.get("thought") is True:
        return None
    return block.get("content", block.get("text"))


def plain_result(result: object) -> str:
    """A result as text: its only part, else its parts in lines, else JSON."""
    if isinstance(result, str):
        return result
    if isinstance(result, list) and result:
        parts = [
            part["text"] if isinstance(part.get("text"), str) else to_json(part.get("json"))
            for part in result
            if isinstance(part, Mapping) and part.keys() & {"text", "json"}
        ]
        if len(parts) == len(result):
            return "\n".join(parts)
    return to_json(result)


def _text(text: str) -> Message:
    return {"type": "text", "text": text}
