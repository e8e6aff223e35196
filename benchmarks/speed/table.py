"""Rows as people read them: aligned, by group, each condition said once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import wrap

from benchmarks.speed.harness import Row

_HEAD = ("", "measured", "must", "aim", "budget", "ours", "against", "")
_LEFT = frozenset({0, 4, 7})
_WORDS = {True: "ok", False: "missed", None: ""}
_WIDTH = 120


def table(groups: Mapping[str, Sequence[Row]]) -> str:
    """All rows, and below them the conditions that their last column points at."""
    conditions = list(dict.fromkeys(row.condition for rows in groups.values() for row in rows))
    cells = {
        group: [_cells(row, conditions.index(row.condition)) for row in rows]
        for group, rows in groups.items()
    }
    every = [_HEAD, *(line for rows in cells.values() for line in rows)]
    widths = [max(len(line[column]) for line in every) for column in range(len(_HEAD))]
    shown = [_line(_HEAD, widths)]
    for group, rows in cells.items():
        shown += ["", group, *(_line(line, widths) for line in rows)]
    shown.append("")
    for number, condition in enumerate(conditions):
        shown += wrap(f"[{number + 1}] {condition}", _WIDTH, subsequent_indent="    ")
    return "\n".join(shown)


def _cells(row: Row, condition: int) -> tuple[str, ...]:
    return (
        f"  {row.name}",
        _number(row.value, row.unit),
        _budget(row.must, row),
        _budget(row.aim, row),
        _WORDS[row.ok],
        row.ours,
        row.against,
        f"[{condition + 1}]",
    )


def _budget(value: float | None, row: Row) -> str:
    if value is None:
        return ""
    return f"{'≥' if row.more_is_better else '≤'} {_number(value, row.unit)}"


def _number(value: float, unit: str) -> str:
    """With three digits that matter, and none that does not.

    >>> _number(1210.06, "x"), _number(1.784, "x"), _number(44007.7, "B"), _number(60, "x")
    ('1,210x', '1.78x', '44,008 B', '60x')
    """
    whole = len(str(int(abs(value))))
    text = f"{value:,.{max(0, 3 - whole)}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return f"{text}{unit}" if unit == "x" else f"{text} {unit}"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (
        cell.ljust(width) if column in _LEFT else cell.rjust(width)
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return "  ".join(padded).rstrip()
