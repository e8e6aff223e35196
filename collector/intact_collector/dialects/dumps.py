"""What LangChain and LangGraph serialise -> message drafts, states, commands.

Messages come as ``{"type": "human", "data": {…}}``, as ``{"lc": 1, "kwargs": {…}}``, as
``{"role": …}`` or as pairs. A state is a dict of channels; one with a single key arrives
unwrapped. A ``Command`` is ``{"graph": …, "update": {…}, "goto": …}``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from intact_collector.dialects.messages import finish, message, tool_call
from intact_collector.dialects.transfers import Message

_TYPES = frozenset({"human", "ai", "system", "tool", "function", "user", "assistant"})
_CONSTRUCTORS = {
    "HumanMessage": "human",
    "AIMessage": "ai",
    "AIMessageChunk": "ai",
    "SystemMessage": "system",
    "ToolMessage": "tool",
    "FunctionMessage": "tool",
}
#: Channels that LangGraph and its swarm keep for themselves: who is next is nobody's fact.
_MANAGED = frozenset({"active_agent", "remaining_steps", "is_last_step", "jump_to"})
_END = "__end__"


@dataclass(frozen=True, slots=True)
class Command:
    """A node's or a tool's decision: what to write, and where to go."""

    goto: tuple[str, ...]
    update: object
    parent: bool  # speaks to the graph above, as a transfer tool does


def from_langchain(items: object) -> list[Message]:
    """Drafts of a list of messages; what is no message is skipped."""
    if not isinstance(items, Sequence) or isinstance(items, (str, bytes)):
        return []
    return [draft for item in items if (draft := _draft(item)) is not None]


def state_of(value: object) -> object:
    """A state without managed channels, its messages in our shape; messages alone as a list.

    >>> state_of({"messages": [["user", "Hi"]], "active_agent": "triage"})
    [{'role': 'user', 'content': 'Hi'}]
    """
    if _are_messages(value):
        return finish(from_langchain(value))
    if not isinstance(value, Mapping):
        return value
    state = {
        key: finish(from_langchain(child)) if _are_messages(child) else child
        for key, child in value.items()
        if key not in _MANAGED
    }
    return state["messages"] if list(state) == ["messages"] else state


def command_of(value: object) -> Command | None:
    """The command that a value is, or that stands in a list of one.

    >>> command_of({"graph": None, "update": {"a": 1}, "resume": None, "goto": "billing"}).goto
    ('billing',)
    """
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if not isinstance(value, Mapping) or not {"goto", "update"} <= value.keys():
        return None
    goto = value["goto"]
    targets = goto if isinstance(goto, list) else [goto]
    names = (one.get("node") if isinstance(one, Mapping) else one for one in targets)
    return Command(
        goto=tuple(name for name in names if isinstance(name, str) and name and name != _END),
        update=value["update"],
        parent=value.get("graph") == "__parent__",
    )


def applied(state: object, update: object) -> list[object]:
    """The state after an update, as raw contexts: one where it can be merged, else both.

    Messages are appended (an id that is there already is not), other channels are replaced.
    """
    if not isinstance(state, Mapping) or not isinstance(update, Mapping):
        return [side for side in (state, update) if side not in (None, "", {}, [])]
    merged = dict(state)
    for key, value in update.items():
        before = merged.get(key)
        if _are_messages(before) and _are_messages(value):
            merged[key] = _appended(before, value)
        else:
            merged[key] = value
    return [merged]


def _appended(before: object, after: object) -> list[object]:
    messages = [*before] if isinstance(before, list) else []
    ids = {_identity(one) for one in messages} - {None}
    more = after if isinstance(after, list) else []
    return messages + [one for one in more if _identity(one) not in ids]


def _identity(item: object) -> object:
    fields = _fields(item)
    value = fields.get("id") if fields is not None else None
    return value if isinstance(value, str) else None


def _are_messages(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(_draft(one) for one in value[:3])


def _fields(item: object) -> Mapping[str, object] | None:
    """The fields of one message with its type under ``type``, or None when it is none."""
    if isinstance(item, list) and len(item) == 2:
        role, content = item
        if isinstance(role, str) and role in _TYPES and isinstance(content, str):
            return {"type": role, "content": content}
        return None
    if not isinstance(item, Mapping):
        return None
    if item.get("lc") == 1 and isinstance(item.get("kwargs"), Mapping):
        identity = item.get("id")
        last = identity[-1] if isinstance(identity, list) and identity else None
        kind = _CONSTRUCTORS.get(last) if isinstance(last, str) else None
        return None if kind is None else {**item["kwargs"], "type": kind}
    kind = item.get("type", item.get("role"))
    if not isinstance(kind, str) or kind not in _TYPES:
        return None
    data = item.get("data", item)
    if not isinstance(data, Mapping) or "content" not in data:
        return None
    return {**data, "type": kind}


def _draft(item: object) -> Message | None:
    fields = _fields(item)
    if fields is None:
        return None
    calls = fields.get("tool_calls")
    return message(
        fields["type"],
        _content(fields.get("content")),
        name=fields.get("name"),
        call_id=fields.get("tool_call_id"),
        calls=[
            tool_call(call.get("name"), call.get("args", call.get("arguments")), call.get("id"))
            for call in (calls if isinstance(calls, list) else ())
            if isinstance(call, Mapping)
        ],
    )


def _content(content: object) -> object:
    """Text, or the text blocks of a list: calls in blocks stand in ``tool_calls`` as well."""
    if not isinstance(content, list):
        return content if isinstance(content, str) else ""
    texts = [
        block if isinstance(block, str) else block.get("text")
        for block in content
        if isinstance(block, (str, Mapping))
    ]
    return [{"type": "text", "text": text} for text in texts if isinstance(text, str)]
