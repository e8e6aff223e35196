"""A diagnosis as JSON, as text for one screen, and as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from intact_collector.diagnosis.diagnose import Diagnosis, Finding, Level
from intact_collector.diagnosis.fixes import fix
from intact_collector.report.text import visible

_MARKS = {Level.PROBLEM: "✗", Level.DOUBT: "~"}
_PLAIN_MARKS = {Level.PROBLEM: "x", Level.DOUBT: "~"}
_MOST_AGENTS = 12  # that are listed; the others are counted


def document(diagnosis: Diagnosis) -> dict[str, Any]:
    """Plain dicts, lists, strings and numbers. A key that is there never leaves."""
    return {
        "spans": diagnosis.spans,
        "agents": [{"name": name, "turns": n} for name, n in _most(diagnosis.agents)],
        "sessions": {"count": diagnosis.sessions, "stitched_by": dict(_most(diagnosis.stitched))},
        "handoffs": {
            "count": diagnosis.handoffs,
            "measured": diagnosis.measured,
            "not_measured": dict(_most(diagnosis.reasons)),
            "rules": [
                {"origin": origin, "rule": rule, "count": count}
                for (origin, rule), count in sorted(
                    diagnosis.rules.items(), key=lambda item: (-item[1], item[0])
                )
            ],
        },
        "dialects": [
            {
                "name": name,
                "spans": one.spans,
                "agents": one.agents,
                "model_calls": one.models,
                "with_content": one.with_content,
                "problems": {reason.value: n for reason, n in one.problems.most_common()},
            }
            for name, one in diagnosis.dialects.items()
        ],
        "findings": [_finding(one) for one in diagnosis.findings],
        "notes": list(diagnosis.notes),
    }


def to_text(found: Mapping[str, Any], *, plain: bool = False) -> str:
    """One screen for people, from a document."""
    return "\n".join([*_summary(found), "", *_advice(found, plain), *_notes(found)]) + "\n"


def to_markdown(found: Mapping[str, Any]) -> str:
    """The same for an issue or a pull request."""
    lines = ["## What this telemetry supports", ""]
    lines += [f"- {line}" for line in _summary(found)]
    if found["findings"]:
        lines += ["", "| finding | how often | what to do |", "|---|---|---|"]
        lines += [
            f"| {_cell(_said(one))} | {_share(one)} | {_cell(one['fix'])} |"
            for one in found["findings"]
        ]
    return "\n".join([*lines, *([""] if found["notes"] else []), *_notes(found)]) + "\n"


def _finding(one: Finding) -> dict[str, Any]:
    return {
        "id": one.id,
        "level": one.level.name.lower(),
        "dialect": one.dialect,
        "count": one.count,
        "of": one.of or None,
        "what": one.what,
        "detail": one.detail or None,
        "fix": fix(one),
    }


def _most(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _summary(found: Mapping[str, Any]) -> Iterator[str]:
    agents = found["agents"]
    names = [f"{visible(one['name'])} ({one['turns']})" for one in agents[:_MOST_AGENTS]]
    if len(agents) > len(names):
        names.append(f"and {len(agents) - len(names)} more")
    yield f"agents    {', '.join(names) or 'none'}"
    sessions, handoffs = found["sessions"], found["handoffs"]
    joined = [f"{n} by {keys}" for keys, n in sessions["stitched_by"].items()]
    yield f"sessions  {sessions['count']}" + (f": joined {', '.join(joined)}" if joined else "")
    rules = [f"{one['count']} {one['origin']} ({one['rule']})" for one in handoffs["rules"]]
    yield f"handoffs  {handoffs['count']}" + (f": {', '.join(rules)}" if rules else "")
    if handoffs["count"]:
        reasons = [f"{n} {why.replace('_', ' ')}" for why, n in handoffs["not_measured"].items()]
        share = f"{handoffs['measured']} of {handoffs['count']}"
        yield f"measured  {share}" + (f"; not: {', '.join(reasons)}" if reasons else "")
    for one in found["dialects"]:
        calls = f"{one['with_content']} of {one['model_calls']} model calls with content"
        told = calls if one["model_calls"] else f"{one['agents']} agents"
        yield f"dialect   {one['name']}: {one['spans']} spans, {told}"


def _advice(found: Mapping[str, Any], plain: bool) -> Iterator[str]:
    marks = _PLAIN_MARKS if plain else _MARKS
    arrow = "->" if plain else "→"
    if not found["findings"]:
        yield "nothing stands in the way of measuring"
    for one in found["findings"]:
        yield f"{marks[Level[one['level'].upper()]]} {_share(one)} {_said(one)}"
        yield f"  {arrow} {one['fix']}"


def _share(one: Mapping[str, Any]) -> str:
    return str(one["count"]) if one["of"] is None else f"{one['count']} of {one['of']}"


def _said(one: Mapping[str, Any]) -> str:
    detail = f": {one['detail']}" if one["detail"] else ""
    dialect = f" [{one['dialect']}]" if one["dialect"] else ""
    return f"{one['what']}{detail}{dialect}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _notes(found: Mapping[str, Any]) -> list[str]:
    return [f"note: {note}" for note in found["notes"]]
