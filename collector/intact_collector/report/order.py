"""Which session a reader should see first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

#: The worst first. A session is as bad as its worst handoff.
VERDICTS = ("lost", "degraded", "not_measured", "intact")


def worst(session: Mapping[str, Any]) -> str | None:
    """The worst verdict among a session's handoffs; None when it has none."""
    verdicts = {handoff["verdict"] for handoff in session["handoffs"]}
    return next((verdict for verdict in VERDICTS if verdict in verdicts), None)


def worst_first(sessions: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """By worst verdict, then by retention; equals stay in the order given."""

    def badness(session: Mapping[str, Any]) -> tuple[int, float]:
        verdict = worst(session)
        rank = len(VERDICTS) if verdict is None else VERDICTS.index(verdict)
        retention = session["retention"]
        return rank, 2.0 if retention is None else retention

    return sorted(sessions, key=badness)
