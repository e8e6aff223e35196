"""GenAI messages with parts (semantic conventions, Pydantic AI) -> message drafts.

``{"role": "user", "parts": [{"type": "text", "content": "…"}]}``; calls carry their arguments as
a value or as a JSON string; results stand in ``result`` or ``response``, in a message of role
``user`` or ``tool``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from intact_collector.dialects.messages import message, to_json, tool_call
from intact_collector.dialects.transfers import Message

_VALUES = ("content", "text", "arguments", "result", "response")


def from_parts(messages: object) -> list[Message]:
    """Drafts of the messages; what is no message is skipped.

    >>> from_parts([{"role": "user", "parts": [{"type": "text", "content": "Hi"}]}])
    [{'role': 'user', 'content': 'Hi'}]
    """
    drafts: list[Message] = []
    for item in messages if isinstance(messages, Sequence) else ():
        if isinstance(item, Mapping) and isinstance(item.get("parts"), list):
            drafts.extend(_drafts(str(item.get("role", "user")), item["parts"]))
        elif isinstance(item, Mapping) and isinstance(item.get("content"), str):
            drafts.append(message(item.get("role", "user"), item["content"]))
    return drafts


def instructions(value: object) -> list[Message]:
    """System instructions: a text, or a list of parts."""
    if isinstance(value, str):
        return [message("system", value)]
    return _drafts("system", value) if isinstance(value, list) else []


def is_hollow(messages: object) -> bool:
    """Whether the messages are there but every part was emptied: content capture is off.

    >>> is_hollow([{"role": "user", "parts": [{"type": "text"}]}])
    True
    """
    parts = [
        part
        for item in (messages if isinstance(messages, Sequence) else ())
        if isinstance(item, Mapping) and isinstance(item.get("parts"), list)
        for part in item["parts"]
        if isinstance(part, Mapping)
    ]
    return bool(parts) and not any(part.get(key) is not None for part in parts for key in _VALUES)


def _drafts(role: str, parts: Sequence[object]) -> list[Message]:
    """One message of parts: results become messages of role ``tool``, in their place."""
    drafts: list[Message] = []
    texts: list[str] = []
    calls: list[Message] = []

    def close() -> None:
        if texts or calls:
            content = texts[0] if len(texts) == 1 else [_text(text) for text in texts]
            drafts.append(message(role, content or "", calls=calls))
            texts.clear()
            calls.clear()

    for part in parts:
        if not isinstance(part, Mapping):
            continue
        kind = part.get("type")
        if kind == "tool_call":
            calls.append(tool_call(part.get("name"), part.get("arguments"), part.get("id")))
        elif kind == "tool_call_response":
            close()
            result = next((part[k] for k in ("result", "response", "content") if k in part), "")
            text = result if isinstance(result, str) else to_json(result)
            drafts.append(message("tool", text, name=part.get("name"), call_id=part.get("id")))
        elif isinstance(text := part.get("content", part.get("text")), str):
            texts.append(text)
    close()
    return drafts


def _text(text: str) -> Message:
    return {"type": "text", "text": text}
