"""What the developer says about the turn that is running.

In: the current context.  Out: marks on the open turn or its session.
Outside of any turn these calls have no effect, so that code runs the same inside and outside.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from opentelemetry import baggage, context

from intact.codec import attributes as names
from intact.trace import health
from intact.trace.arguments import valid_paths
from intact.trace.runtime import runtime
from intact.trace.scope import scope_of, session_of
from intact.trace.turn import Turn

_MOST_PRUNED = 64
_LONGEST_REASON = 200


def pruned(paths: str | Iterable[str], *, reason: str = "") -> None:
    """Say that the open turn dropped something on purpose, so that it is not counted as lost.

    Args:
        paths: What was dropped: ``notes``, ``items[].internal``; what lies below goes with it.
        reason: Why, in a word or two. It leaves the process, so it must hold no content.

    >>> import intact
    >>> intact.pruned("internal_notes", reason="privacy")
    """
    with health.guarded("pruned"):
        turn = _turn("pruned")
        if turn is not None:
            known = map(turn.runtime.aliases.rename, valid_paths(paths, "pruned"))
            added = [(path, str(reason)[:_LONGEST_REASON]) for path in known]
            turn.pruned = tuple(dict.fromkeys((*turn.pruned, *added)))[:_MOST_PRUNED]


def must_keep(paths: str | Iterable[str]) -> None:
    """Declare facts that have to survive every handoff of this session from here on.

    Paths are relative to each agent's context. For what one agent alone must keep, say it in
    its decorator; this is for what is known only at run time.

    >>> import intact
    >>> with intact.session(journey="refund"):
    ...     intact.must_keep(["order.id", "refund_by"])
    """
    with health.guarded("must_keep"):
        if not runtime().enabled:
            return
        ctx = context.get_current()
        session = session_of(scope_of(ctx), baggage.get_all(ctx), runtime().sessions)
        if session is None:
            health.ignored("must_keep_outside", "must_keep was called outside of turn and session")
        elif not session.keep(valid_paths(paths, "must_keep")):
            health.mistake("must_keep_full", "a session takes 64 must-keep paths")


def output(value: object) -> None:
    """Say what the open turn hands on, where that is not what the function returns.

    The last call of a turn counts. The value is fingerprinted at once and not kept.

    >>> import intact
    >>> intact.output("Refund of $129.90 approved, money back by 4 December.")
    """
    with health.guarded("output"):
        turn = _turn("output")
        if turn is not None and turn.recording:
            turn.output = turn.take_output(value)


def outcome(name: str, *, score: float | None = None) -> None:
    """Say how the open turn ended for the user, such as ``resolved``, with a score from 0 to 1.

    Thresholds are calibrated on it. The last call of a turn counts.

    >>> import intact
    >>> intact.outcome("resolved", score=0.9)
    """
    with health.guarded("outcome"):
        turn = _turn("outcome")
        if turn is None:
            return
        turn.span.set_attribute(names.OUTCOME_NAME, str(name))
        if score is None:
            return
        if math.isfinite(score):
            turn.span.set_attribute(names.OUTCOME_SCORE, float(score))
        else:
            health.mistake("outcome_score", "the score of an outcome is no finite number")


def _turn(call: str) -> Turn | None:
    """The open turn; None when there is none, or the library is off."""
    if not runtime().enabled:
        return None
    turn = scope_of(context.get_current()).turn
    if turn is None:
        health.ignored(f"{call}_outside", f"{call} was called outside of any turn")
    return turn
