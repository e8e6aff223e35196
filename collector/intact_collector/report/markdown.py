"""Sessions as Markdown: for a pull request's comment, a ticket, a post-mortem.

In: documents.  Out: one table a session, then its lost facts with remedies. What comes from
telemetry is escaped, so that an agent's name cannot become a link or a table of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from intact_collector.report.order import worst, worst_first
from intact_collector.report.remedies import NO_AGENTS, remedies
from intact_collector.report.text import share, visible

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+!|<>~&@:-])")


def to_markdown(sessions: Iterable[Mapping[str, Any]], *, notes: Sequence[str] = ()) -> str:
    """A report on sessions, the worst first."""
    ordered = worst_first(sessions)
    lines: list[str] = []
    for session in ordered:
        lines += _session(session)
    if not ordered:
        lines += [NO_AGENTS, ""]
    lines += [f"> {escaped(note)}" for note in notes]
    return "\n".join(lines).rstrip() + "\n"


def escaped(text: str) -> str:
    """Text that Markdown shows as it is."""
    return _SPECIAL.sub(r"\\\1", visible(text))


def _session(session: Mapping[str, Any]) -> list[str]:
    verdict = (worst(session) or "no handoff").replace("_", " ")
    lines = [
        f"### {escaped(session['session_id'])}: {verdict}",
        "",
        f"Kept {share(session['retention'])} over {session['traces']} traces and "
        f"{len(session['turns'])} turns, joined by {', '.join(session['stitched_by'])}.",
        "",
    ]
    if not session["handoffs"]:
        return lines
    lines += ["| # | handoff | verdict | kept | lost |", "|---|---|---|---|---|"]
    for handoff in session["handoffs"]:
        lines.append(
            f"| {handoff['index'] + 1} | {escaped(handoff['source'])} → "
            f"{escaped(handoff['target'])} | {handoff['verdict'].replace('_', ' ')} | "
            f"{share(handoff['retention'])} | {_lost(handoff)} |"
        )
    lines.append("")
    advice = [
        f"- handoff {handoff['index'] + 1}: {line}"
        for handoff in session["handoffs"]
        if handoff["lost"] or handoff["verdict"] == "not_measured"
        for line in remedies(handoff)
    ]
    return [*lines, *advice, ""] if advice else lines


def _lost(handoff: Mapping[str, Any]) -> str:
    if handoff["verdict"] == "not_measured" and handoff["reason"]:
        return str(handoff["reason"]).replace("_", " ")
    return ", ".join(
        f"{escaped(fact['fact'])} ({fact['outcome']}{', must keep' if fact['must_keep'] else ''})"
        for fact in handoff["lost"]
    )
