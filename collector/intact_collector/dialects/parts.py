"""GenAI messages with parts -> message drafts.

``{"role": "user", "parts": [{"type": "text", "content": "…"}]}``, as the semantic conventions and
Gemini have them; or with a ``content`` that is a text, one part or a list of parts (`blocks`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from intact_collector.dialects.blocks import from_blocks, is_empty
from intact_collector.dialects.messages import message, tool_call
from intact_collector.dialects.transfers import Message


def from_parts(messages: object) -> list[Message]:
    """Drafts of the messages; what is no message is skipped.

    >>> from_parts([{"role": "user", "parts": [{"type": "text", "content": "Hi"}]}])
    [{'role': 'user', 'content': 'Hi'}]
    """
    if not isinstance(messages, Sequence) or isinstance(messages, (str, bytes)):
        return []
    return [
        draft
        for item in messages
        if isinstance(item, Mapping)
        for draft in one_message(str(item.get("role") or "user"), item)
    ]


def one_message(role: str, item: Mapping[str, object]) -> list[Message]:
    """Drafts of one message, whose parts stand in ``parts`` or in ``content``.

    >>> one_message("user", {"content": {"role": "model", "parts": [{"text": "Done."}]}})
    [{'role': 'assistant', 'content': 'Done.'}]
    """
    content = item.get("parts", item.get("content"))
    if isinstance(content, Mapping) and "parts" in content:
        return one_message(str(content.get("role") or role), content)
    calls = _calls(item.get("tool_calls"))
    if isinstance(content, list):
        drafts = from_blocks(role, content)
        if not calls:
            return drafts
        return [*drafts, message(role, "", calls=calls)]
    if isinstance(content, Mapping):
        return from_blocks(role, [content])
    if isinstance(content, str) or calls:
        identity = item.get("tool_call_id", item.get("id"))
        text = content if isinstance(content, str) else ""
        return [message(role, text, name=item.get("name"), call_id=identity, calls=calls)]
    return []


def instructions(value: object) -> list[Message]:
    """System instructions: a text, or a list of parts."""
    if isinstance(value, str):
        return [message("system", value)]
    return from_blocks("system", value) if isinstance(value, list) else []


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
    return bool(parts) and all(is_empty(part) for part in parts)


def _calls(calls: object) -> list[Message]:
    """Calls as OpenAI writes them beside the content."""
    return [
        tool_call(function.get("name"), function.get("arguments"), call.get("id"))
        for call in (calls if isinstance(calls, list) else ())
        if isinstance(call, Mapping) and isinstance(function := call.get("function"), Mapping)
    ]
