"""`assert_intact`: a test fails where a handoff loses what it should keep."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from intact.testing.collector import Collector


def assert_intact(
    collected: Collector | Mapping[str, Any],
    *,
    source: str | None = None,
    target: str | None = None,
    must_keep: Sequence[str] = (),
    retention: float | None = None,
) -> None:
    """Fail unless every handoff in question kept what it should keep.

    Args:
        collected: A `Collector`, or a report as ``intact report --json`` prints it.
        source: Only handoffs of this agent.
        target: Only handoffs to this agent.
        must_keep: Facts, by the names of the report, that no handoff may lose.
        retention: Accept a handoff that lost no must-keep fact and has at least this retention;
            left out, its verdict has to be ``intact``.

    A way back (mode ``return``) is left out, as in the retention of a session. That no handoff is
    found is a failure, and so is a handoff that could not be measured: a test that measures
    nothing should not pass. The message names facts, never values.

    Raises:
        AssertionError: With the handoffs that failed, what each lost, and what to do.
    """
    report = collected if isinstance(collected, Mapping) else collected.report()
    every = [handoff for one in report["sessions"] for handoff in one["handoffs"]]
    chosen = [handoff for handoff in every if _is_meant(handoff, source, target)]
    if not chosen:
        raise AssertionError(_none_found(report, every, source, target))
    failed = [
        "\n".join([_title(handoff), *(f"    {line}" for line in lines)])
        for handoff in chosen
        if (lines := list(_failures(handoff, must_keep, retention)))
    ]
    if failed:
        count = f"{len(failed)} of {len(chosen)} handoffs did not keep what they should:"
        raise AssertionError("\n".join([count, *failed]))


def _is_meant(handoff: Mapping[str, Any], source: str | None, target: str | None) -> bool:
    return (
        handoff["mode"] != "return"
        and source in (None, handoff["source"])
        and target in (None, handoff["target"])
    )


def _failures(
    handoff: Mapping[str, Any], must_keep: Sequence[str], retention: float | None
) -> Iterator[str]:
    from intact_collector.report.remedies import remedies
    from intact_collector.report.text import PLACES

    if handoff["verdict"] == "not_measured":
        yield f"not measured: {handoff['reason']}"
        yield from remedies(handoff)
        return
    wanted = [
        fact for fact in handoff["lost"] if fact["must_keep"] or _covers(must_keep, fact["fact"])
    ]
    if retention is None:
        failed = bool(wanted) or handoff["verdict"] != "intact"
        lost = handoff["lost"]
    else:
        failed = bool(wanted) or handoff["retention"] < retention
        lost = wanted or handoff["lost"]
    if not failed:
        return
    yield f"verdict {handoff['verdict']}, retention {handoff['retention']:.2f}"
    for fact in lost:
        kept = " (must keep)" if fact in wanted else ""
        yield f"{fact['fact']}: {fact['outcome']}{PLACES.get(fact['at'], '')}{kept}"
    yield from (f"-> {line}" for line in remedies(handoff))


def _covers(paths: Sequence[str], fact: str) -> bool:
    """Whether a declared path is this fact or holds it."""
    return any(fact == path or fact.startswith((f"{path}.", f"{path}[")) for path in paths)


def _title(handoff: Mapping[str, Any]) -> str:
    return f"  {handoff['source']} -> {handoff['target']} ({handoff['mode']}, {handoff['rule']})"


def _none_found(
    report: Mapping[str, Any],
    every: Sequence[Mapping[str, Any]],
    source: str | None,
    target: str | None,
) -> str:
    asked = f" from {source!r}" if source else ""
    asked += f" to {target!r}" if target else ""
    lines = [f"no handoff{asked} was seen"]
    if every:
        lines += ["handoffs that were seen:", *map(_title, every)]
    else:
        agents = dict.fromkeys(
            turn["agent"] for session in report["sessions"] for turn in session["turns"]
        )
        lines.append(f"agents that were seen: {', '.join(agents) or 'none'}")
    if len(report["sessions"]) > 1:
        lines.append(
            f"they are {len(report['sessions'])} sessions: put the flow into one with "
            "intact.session(...), or run it under one span"
        )
    return "\n".join(lines)
