"""What became of the history of a handoff, in words, and what to do about it.

In: a handoff as a document.  Out: a line, where a history that was cut or rewritten explains what
was lost. Order alone loses nothing, so nothing is said of it; nor of a history of one message.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from intact_collector.report.frameworks import LANGGRAPH, OPENAI_AGENTS

#: What cut or rewrote the history, by dialect -> what to do about it.
HISTORIES: Mapping[str, str] = {
    **dict.fromkeys(
        OPENAI_AGENTS,
        "let the handoff's input_filter pass the whole history on, or keep what older messages "
        "said in the handoff's input_type",
    ),
    **dict.fromkeys(
        LANGGRAPH,
        "let trim_messages, or what else cuts the history, keep what older messages said: in a "
        "key of the state, or in a summary in front of the window",
    ),
    "pydantic_ai": (
        "let the history_processors keep what older messages said, or give the receiving run "
        "message_history=result.all_messages()"
    ),
    "": (
        "pass the whole history on, or keep what older messages said in the state or in a summary "
        "in front of them"
    ),
}


def cure(handoff: Mapping[str, Any]) -> str | None:
    """What to do about a history of which a part arrived."""
    history = handoff.get("history")
    if not history or explained(handoff) is None or history["kept"] == 0:
        return None
    return HISTORIES.get(handoff.get("dialect") or "", HISTORIES[""])


def explained(handoff: Mapping[str, Any]) -> str | None:
    """What became of the history, where that explains losses; None where it does not.

    Without a history, what became of the first other list of which something was lost.
    """
    lost = handoff["lost"]
    if handoff.get("history"):
        return _told("history", "messages", handoff["history"]) if lost else None
    for one in handoff.get("lists", ()):
        below = f"{one['name']}[]"
        if any(fact["fact"].startswith(below) for fact in lost):
            told = _told(one["name"] or "list", "items", one)
            if told is not None:
                return told
    return None


def _told(name: str, items: str, change: Mapping[str, Any]) -> str | None:
    sent, kept = change["sent"], change["kept"]
    if sent < 2:
        return None
    if change["relation"] == "rewritten":
        if kept == sent:
            return None
        count = {None: "not all", 0: "none"}.get(kept, kept)
        return f"{name} rewritten: {count} of its {sent} {items} arrived as they were"
    if change["relation"] != "window":
        return None
    if kept is None:
        return f"{name} cut to at most its last {change['received']} of {sent} {items}"
    first = change["first"]
    if first + kept == sent:
        return f"{name} cut to its last {kept} of {sent} {items}"
    if first == 0:
        return f"{name} cut to its first {kept} of {sent} {items}"
    return f"{name} cut to {items} {first + 1} to {first + kept} of {sent}"
