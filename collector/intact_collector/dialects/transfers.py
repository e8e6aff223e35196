"""What frameworks add to the messages when control passes: nobody's context, and no evidence.

A call of ``transfer_to_refunds_agent``, its result ``{"assistant": "Refunds Agent"}`` or
"Successfully transferred to refunds_agent", and "Transferring back to supervisor". Removed on
both sides of a handoff. A tool of the user's that merely has such a name (``transfer_to_savings``)
is told by its result.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import orjson

Message = dict[str, object]

_TOOL = re.compile(r"(transfer|handoff|hand_off)_(back_)?to_\w")
_RESULT = re.compile(
    r"Successfully transferred (back )?to [^\n]{1,256}\Z|Transferring back to "
    r"|Hand(ed|ing)? ?off to [^\n]{1,256}\Z"
)
#: The one key of a result that names who is next, and nothing else.
_NEXT = frozenset({"assistant", "handoff_to"})


def is_transfer(tool: str | None) -> bool:
    """Whether a tool passes control, by its name.

    >>> is_transfer("transfer_to_refunds_agent"), is_transfer("lookup_order")
    (True, False)
    """
    return tool is not None and _TOOL.match(tool) is not None


def is_transfer_result(content: object) -> bool:
    """Whether a tool's result only says that control passed.

    >>> is_transfer_result('{"assistant": "Refunds Agent"}')
    True
    """
    if not isinstance(content, str):
        return isinstance(content, Mapping) and _names_next(content)
    text = content.strip()
    if _RESULT.match(text):
        return True
    if not text.startswith("{") or len(text) > 512:
        return False
    try:
        loaded = orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return isinstance(loaded, dict) and _names_next(loaded)


def _names_next(result: Mapping[str, object]) -> bool:
    return len(result) == 1 and not _NEXT.isdisjoint(result)


def without_transfers(messages: Sequence[Message]) -> list[Message]:
    """The messages without transfer calls, their results and what is empty after that."""
    answered = {
        str(message.get("tool_call_id"))
        for message in messages
        if message.get("role") == "tool" and not is_transfer_result(message.get("content"))
    }
    kept = []
    for message in messages:
        if message.get("role") == "tool":
            if not is_transfer_result(message.get("content")):
                kept.append(message)
            continue
        calls = message.get("tool_calls")
        if isinstance(calls, list) and calls:
            remaining = [call for call in calls if not _passes_control(call, answered)]
            if len(remaining) < len(calls):
                message = {**message, "tool_calls": remaining}
                if is_transfer_result(message.get("content")):
                    message["content"] = ""
        if message.get("content") or message.get("tool_calls"):
            kept.append(message)
    return kept


def _passes_control(call: Mapping[str, object], answered: set[str]) -> bool:
    function = call.get("function")
    name = function.get("name") if isinstance(function, Mapping) else None
    return is_transfer(str(name)) and str(call.get("id")) not in answered
