"""OpenInference's flattened messages -> message drafts.

``llm.input_messages.10.message.content`` comes after ``….2.…``: indexes are numbers, not text.
"""

from __future__ import annotations

from collections.abc import Mapping

from intact_collector.dialects.messages import message, tool_call
from intact_collector.dialects.transfers import Message

Node = dict[str, "Node | object"]


def unflatten(attributes: Mapping[str, object], prefix: str) -> tuple[list[Message], bool]:
    """Messages under a prefix in numeric order, and whether the first ones are missing.

    A count limit drops the oldest attributes first: the list then begins above 0, or with half a
    message.

    >>> unflatten({"m.1.message.content": "b", "m.1.message.role": "user"}, "m")
    ([{'role': 'user', 'content': 'b'}], True)
    """
    found = _numbered(_tree(attributes, prefix))
    torn = bool(found) and (found[0][0] > 0 or "role" not in _at(found[0][1], "message"))
    return [_message(_at(node, "message")) for _, node in found], torn


def numbered(attributes: Mapping[str, object], prefix: str) -> list[Node]:
    """The trees of fields under ``prefix.0``, ``prefix.1``, … in numeric order.

    >>> numbered({"p.1.role": "user", "p.0.role": "system"}, "p")
    [{'role': 'system'}, {'role': 'user'}]
    """
    return rows(_tree(attributes, prefix))


def rows(node: object) -> list[Node]:
    """The same of a tree of fields."""
    return [child for _, child in _numbered(node)]


def _tree(attributes: Mapping[str, object], prefix: str) -> Node:
    root: Node = {}
    head = f"{prefix}."
    for name, value in attributes.items():
        if name.startswith(head):
            _put(root, name[len(head) :].split("."), value)
    return root


def _put(node: Node, steps: list[str], value: object) -> None:
    for step in steps[:-1]:
        child = node.setdefault(step, {})
        if not isinstance(child, dict):
            return  # a name that is a prefix of another: the shorter one stays
        node = child
    node.setdefault(steps[-1], value)


def _numbered(node: object) -> list[tuple[int, Node]]:
    if not isinstance(node, dict):
        return []
    return sorted(
        (
            (int(step), child)
            for step, child in node.items()
            if step.isascii() and step.isdigit() and len(step) < 10 and isinstance(child, dict)
        ),
        key=lambda item: item[0],
    )


def _at(node: Node, *steps: str) -> Node:
    for step in steps:
        child = node.get(step)
        node = child if isinstance(child, dict) else {}
    return node


def _message(node: Node) -> Message:
    calls = [_at(child, "tool_call") for _, child in _numbered(node.get("tool_calls"))]
    return message(
        node.get("role", "assistant"),
        _content(node),
        name=node.get("name"),
        call_id=node.get("tool_call_id"),
        calls=[
            tool_call(
                _at(call, "function").get("name"),
                _at(call, "function").get("arguments"),
                call.get("id"),
            )
            for call in calls
        ],
    )


def _content(node: Node) -> object:
    content = node.get("content")
    if isinstance(content, str) and content:
        return content
    texts = [
        text
        for _, child in _numbered(node.get("contents"))
        if isinstance(text := _at(child, "message_content").get("text"), str)
    ]
    return texts[0] if len(texts) == 1 else [{"type": "text", "text": text} for text in texts]
