"""The one shape of messages that leaves this room: OpenAI chat.

``{"role": "user|assistant|system|tool", "content": str | list, "name": tool, "tool_calls": […]}``.
Readers of a framework's shape (`flattened`, `parts`, `dumps`) make drafts with call ids in them;
`finish` names tool results by the call that they answer, removes transfer boilerplate, and drops
the ids, which differ between the two sides of a handoff and are nobody's facts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import orjson

from intact.model.measurement import Reason
from intact_collector.dialects.problems import is_redacted
from intact_collector.dialects.transfers import (
    Message,
    is_transfer,
    is_transfer_result,
    without_transfers,
)
from intact_collector.model.span import Content, Side

_ROLES = {
    "human": "user",
    "ai": "assistant",
    "model": "assistant",
    "developer": "system",
    "function": "tool",
    "tool-call": "assistant",
    "tool-response": "tool",
}


def as_it_is(draft: Message) -> Message:
    """The change to messages of a framework that writes them as they were said."""
    return draft


def message(
    role: object,
    content: object = "",
    *,
    name: object = None,
    call_id: object = None,
    calls: Sequence[Message] = (),
) -> Message:
    """A draft of one message."""
    word = str(role).lower()
    made: Message = {"role": _ROLES.get(word, word), "content": content}
    if isinstance(name, str) and name and made["role"] == "tool":
        made["name"] = name  # of any other role it is the name of an agent: a label
    if isinstance(call_id, str) and call_id:
        made["tool_call_id"] = call_id
    if calls:
        made["tool_calls"] = list(calls)
    return made


def tool_call(name: object, arguments: object, call_id: object = None) -> Message:
    """A draft of one tool call; the arguments may be a JSON string or a value."""
    text = arguments if isinstance(arguments, str) else to_json(arguments)
    return {"id": call_id, "function": {"name": str(name or ""), "arguments": text}}


def to_json(value: object) -> str:
    """A value as compact JSON; "" for nothing, and for what JSON cannot hold (bytes)."""
    try:
        return "" if value is None else orjson.dumps(value).decode()
    except orjson.JSONEncodeError:
        return ""


def finish(drafts: Sequence[Message]) -> list[Message]:
    """Name tool results, drop transfer boilerplate, redaction marks and call ids."""
    drafts = _matched(drafts)
    names = {
        str(call["id"]): call["function"]["name"]  # type: ignore[index]
        for draft in drafts
        for call in _calls(draft)
        if call.get("id")
    }
    return [_finished(draft, names) for draft in without_transfers(drafts)]


def _matched(drafts: Sequence[Message]) -> list[Message]:
    """Results with the id of the call that they answer.

    Some frameworks know one call under two ids: a result that answers none of the calls answers the
    oldest one before it that no other does.
    """
    asked = {str(call.get("id")) for draft in drafts for call in _calls(draft)}
    answered = {str(draft.get("tool_call_id")) for draft in drafts}
    open_calls: list[str] = []
    matched = []
    for draft in drafts:
        ids = (str(call["id"]) for call in _calls(draft) if call.get("id"))
        open_calls += [one for one in ids if one not in answered]
        stray = "tool_call_id" in draft and str(draft["tool_call_id"]) not in asked
        if stray and open_calls:
            draft = {**draft, "tool_call_id": open_calls.pop(0)}
        matched.append(draft)
    return matched


def _finished(draft: Message, names: Mapping[str, object]) -> Message:
    done: Message = {"role": draft["role"], "content": draft.get("content") or ""}
    if draft["role"] == "tool":
        name = draft.get("name") or names.get(str(draft.get("tool_call_id")))
        if name:
            done["name"] = name
    calls = _calls(draft)
    if calls:
        done["tool_calls"] = [{"function": call["function"]} for call in calls]
    return done


def _calls(draft: Message) -> list[Message]:
    calls = draft.get("tool_calls")
    return calls if isinstance(calls, list) else []


def visible(drafts: Sequence[Message]) -> tuple[list[Message], Reason | None]:
    """The drafts whose content was not replaced by a mark, and whether one was."""
    kept = [draft for draft in drafts if not is_redacted(draft.get("content"))]
    return kept, Reason.REDACTED if len(kept) < len(drafts) else None


def given(drafts: Sequence[Message]) -> list[Content]:
    """What a model call was given: INPUT, SYSTEM where there is some, FRESH.

    An INPUT without messages is an observation too: the model was given nothing.
    """
    messages = finish(drafts)
    system = [one for one in messages if one["role"] == "system"]
    rest = [one for one in messages if one["role"] != "system"]
    contents = [Content(Side.INPUT, rest)]
    if system:
        contents.append(Content(Side.SYSTEM, system))
    fresh = next((one for one in reversed(rest) if one["role"] == "user"), None)
    if fresh is not None:
        contents.append(Content(Side.FRESH, [fresh]))
    return contents


def answered(drafts: Sequence[Message]) -> list[Content]:
    """What a model call answered, where anything but a transfer is left of it."""
    messages = finish(drafts)
    return [Content(Side.OUTPUT, messages)] if messages else []


def tool_call_of(tool: str | None, arguments: object, result: object) -> tuple[Content, ...]:
    """What a tool was asked and what it said, as far as either was seen; no transfer boilerplate.

    The tool's name goes with the content, so that a result is named as in the messages.
    """
    contents = []
    if arguments is not None:
        contents.append(Content(Side.ARGUMENTS, arguments, tool))
    if result is not None and not (is_transfer(tool) and is_transfer_result(result)):
        contents.append(Content(Side.RESULT, result, tool))
    return tuple(contents)
