"""Sessions as text for people: aligned, short, the worst first, with what to do next.

In: documents.  Out: lines. Marks carry the verdict where there is no colour; colour is asked for
by whoever knows that a terminal listens. Names come from telemetry, so control characters in
them are made visible instead of being obeyed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from intact_collector.report.history import explained
from intact_collector.report.order import worst, worst_first
from intact_collector.report.remedies import NO_AGENTS, remedies

_MARKS = {"intact": "✓", "degraded": "~", "lost": "✗", "not_measured": "?"}
_PLAIN_MARKS = {"intact": "+", "degraded": "~", "lost": "x", "not_measured": "?"}
_COLOURS = {"intact": "32", "degraded": "33", "lost": "31", "not_measured": "36"}
_WORDS = {"not_measured": "not measured", None: "no handoff"}
_SHOWN = 8  # lost facts of one handoff that are listed; the others are counted


def to_text(
    sessions: Iterable[Mapping[str, Any]],
    *,
    colour: bool = False,
    plain: bool = False,
    notes: Sequence[str] = (),
) -> str:
    """A report on sessions.

    Args:
        sessions: Documents, as `document` makes them.
        colour: Whether verdicts are coloured with ANSI codes.
        plain: Whether only ASCII marks may be used.
        notes: What else the reader has to know, such as lines that could not be read.
    """
    ordered = worst_first(sessions)
    if not ordered:
        return "\n".join([NO_AGENTS, *_notes(notes)]) + "\n"
    pen = _Pen(colour, plain)
    blocks = ["\n".join(_session(session, pen)) for session in ordered]
    tail = "\n".join([_summary(ordered), *_notes(notes)])
    return "\n\n".join([*blocks, tail]) + "\n"


class _Pen:
    """How verdicts look."""

    def __init__(self, colour: bool, plain: bool) -> None:
        self._colour = colour
        self._marks = _PLAIN_MARKS if plain else _MARKS
        self.arrow = "->" if plain else "→"

    def verdict(self, verdict: str | None, width: int = 0) -> str:
        mark = self._marks.get(verdict or "", "-")
        text = f"{mark} {_WORDS.get(verdict, verdict)}".ljust(width)
        if not self._colour or verdict not in _COLOURS:
            return text
        return f"\033[{_COLOURS[verdict]}m{text}\033[0m"


def _session(session: Mapping[str, Any], pen: _Pen) -> list[str]:
    handoffs = session["handoffs"]
    kept = share(session["retention"])
    head = [visible(session["session_id"]), pen.verdict(worst(session))]
    if session["retention"] is not None:
        head.append(f"kept {kept}")
    head.append(", ".join(_size(session)))
    head.append(f"joined by {', '.join(session['stitched_by'])}")
    if session["journey"]:
        head.append(f"journey {visible(session['journey'])}")
    if session.get("provisional"):
        head.append("provisional")
    lines = ["  ".join(head)]
    if not handoffs:
        agents = dict.fromkeys(visible(turn["agent"]) for turn in session["turns"])
        lines.append(f"  no handoff: {', '.join(agents)}")
    ways = [_way(handoff, pen) for handoff in handoffs]
    width = max(map(len, ways), default=0)
    for handoff, way in zip(handoffs, ways, strict=True):
        lines += _handoff(handoff, way.ljust(width), pen)
    return lines


def _size(session: Mapping[str, Any]) -> list[str]:
    sizes = [(session["traces"], "trace"), (len(session["turns"]), "turn")]
    return [f"{count} {word}{'' if count == 1 else 's'}" for count, word in sizes]


def _way(handoff: Mapping[str, Any], pen: _Pen) -> str:
    way = f"{visible(handoff['source'])} {pen.arrow} {visible(handoff['target'])}"
    if handoff["mode"] == "return_to_caller":
        return f"{way} (call)"
    return f"{way} (return)" if handoff["mode"] == "return" else way


def _handoff(handoff: Mapping[str, Any], way: str, pen: _Pen) -> list[str]:
    facts = handoff["facts"]
    columns = [
        f"  {handoff['index'] + 1:>2}  {way}",
        pen.verdict(handoff["verdict"], 14),
        share(handoff["retention"]).rjust(5),
    ]
    if handoff["reason"] is not None and handoff["verdict"] == "not_measured":
        columns.append(handoff["reason"].replace("_", " "))
    else:
        counts = [f"{count} {name}" for name, count in facts.items() if count and name != "added"]
        columns.append(", ".join(counts))
    lines = ["  ".join(columns).rstrip()]
    lost = sorted(handoff["lost"], key=lambda fact: (not fact["must_keep"], _is_prose(fact)))
    shown = lost[:_SHOWN]
    width = max((len(visible(fact["fact"])) for fact in shown), default=0)
    for fact in shown:
        must = "  must keep" if fact["must_keep"] else ""
        place = PLACES.get(fact["at"], "")
        name = visible(fact["fact"]).ljust(width)
        lines.append(f"        {name}  {fact['outcome']}{place}{must}")
    if len(lost) > len(shown):
        lines.append(f"        and {len(lost) - len(shown)} more")
    history = explained(handoff)
    if history is not None:
        lines.append(f"        {visible(history)}")
    if lost or handoff["verdict"] == "not_measured":
        lines += [f"        {pen.arrow} {line}" for line in remedies(handoff)]
    return lines


#: Where a fact was lost, in words; nothing where that is not known.
PLACES = {
    "summary": " before it was sent",
    "transport": " on the way",
    "prompt": " between state and prompt",
}


def _is_prose(fact: Mapping[str, Any]) -> bool:
    return fact["kind"] in ("sentence", "document", "name")


def _summary(sessions: Sequence[Mapping[str, Any]]) -> str:
    handoffs = [handoff for session in sessions for handoff in session["handoffs"]]
    counts = {
        word: sum(handoff["verdict"] == word for handoff in handoffs)
        for word in ("lost", "degraded", "not_measured", "intact")
    }
    parts = [f"{count} {_WORDS.get(word, word)}" for word, count in counts.items() if count]
    number = len(sessions)
    verdicts = f" ({', '.join(parts)})" if parts else ""
    return (
        f"{number} session{'' if number == 1 else 's'}, "
        f"{len(handoffs)} handoff{'' if len(handoffs) == 1 else 's'}{verdicts}"
    )


def _notes(notes: Sequence[str]) -> list[str]:
    return [f"note: {note}" for note in notes]


def share(part: float | None) -> str:
    """A share in percent. What is not quite whole never reads as 100 %, nor a trace as 0 %.

    >>> share(0.9991), share(1.0), share(0.004), share(None)
    ('99 %', '100 %', '1 %', '-')
    """
    if part is None:
        return "-"
    if 0 < part < 1:
        return f"{min(99, max(1, round(100 * part)))} %"
    return f"{round(100 * part)} %"


def visible(text: str) -> str:
    r"""Text from telemetry without what a terminal would obey.

    >>> visible("a\x1b[31mb")
    'a\\x1b[31mb'
    """
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in text
    )
