"""Findings as people read them: a row a goal, what holds for it, and tables of outcomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import wrap

from benchmarks.truth.figures import Figure, Findings, Table
from benchmarks.truth.goals import GOALS
from intact.model.facts import Outcome

_HEAD = ("goal", "", "figure", "95 % interval", "n", "floor", "must", "aim", "")
_LEFT = frozenset({0, 1, 8})
_WORDS = {True: "ok", False: "missed", None: ""}
_WIDTH = 100


def table(findings: Mapping[str, Findings]) -> str:
    """All goals, then what was compared and the outcomes by label, data set by data set."""
    rows = [_cells(figure) for found in findings.values() for figure in found.figures]
    lines = _aligned([_HEAD, *rows], _LEFT)
    for name, found in findings.items():
        lines += ["", *wrap(f"{name}: {found.condition}.", _WIDTH)]
        lines += [line for remark in found.remarks for line in wrap(f"- {remark}", _WIDTH)]
        for counts in found.tables:
            lines += ["", f"  {counts.title}", *_confusion(counts)]
    return "\n".join(lines)


def _cells(figure: Figure) -> tuple[str, ...]:
    goal = GOALS[figure.id]
    bounds = f"{_number(figure.low)} to {_number(figure.high)}" if figure.low is not None else ""
    return (
        figure.id,
        goal.title,
        _number(figure.value) or "not measured",
        bounds,
        str(figure.n),
        _number(goal.floor),
        _number(goal.must),
        _number(goal.aim),
        _WORDS[goal.met(figure.value)],
    )


def _confusion(table: Table) -> list[str]:
    present = {outcome for row in table.counts.values() for outcome in row}
    columns = [str(outcome) for outcome in Outcome if outcome in present]
    columns += sorted(present - set(columns))
    rows = [
        (f"  {label}", *(str(row.get(column, 0)) for column in columns), str(sum(row.values())))
        for label, row in sorted(table.counts.items())
    ]
    return _aligned([("", *columns, "all"), *rows], frozenset({0}))


def _aligned(rows: Sequence[tuple[str, ...]], left: frozenset[int]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(
            cell.ljust(width) if column in left else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"
