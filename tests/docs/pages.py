"""Pages as data: their tables, their code, their links, so that tests can hold them to the code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"

#: Every page that a reader may open.
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / "proto").rglob("*.md")])

_CODE = re.compile(r"`([^`\n]+)`")


@dataclass(frozen=True, slots=True)
class Table:
    """A table under its heading; each row by the names of the columns, code marks kept."""

    heading: str
    columns: tuple[str, ...]
    rows: tuple[dict[str, str], ...]


def text_of(name: str) -> str:
    """A page below `docs/`."""
    return (DOCS / name).read_text(encoding="utf-8")


def tables(page: str) -> Iterator[Table]:
    """The tables of a page, from top to bottom."""
    heading, columns, rows = "", (), []
    for line in [*page.splitlines(), ""]:
        if line.startswith("|"):
            cells = tuple(cell.strip() for cell in line.strip("|").split("|"))
            if not columns:
                columns = cells
            elif not set(line) <= set("|-: "):
                assert len(cells) == len(columns), f"a row has other cells than its head: {line}"
                rows.append(dict(zip(columns, cells, strict=True)))
            continue
        if columns:
            yield Table(heading, columns, tuple(rows))
            columns, rows = (), []
        if line.startswith("#"):
            heading = line.lstrip("#").strip()


def table(page: str, heading: str, *columns: str) -> Table:
    """The one table under a heading that has these columns."""
    (found,) = [
        one
        for one in tables(page)
        if one.heading == heading and all(column in one.columns for column in columns)
    ]
    return found


def code(cell: str) -> str:
    """The one piece of code in a cell."""
    (found,) = codes(cell)
    return found


def codes(text: str) -> list[str]:
    """What stands between back ticks, fenced blocks left out."""
    return _CODE.findall(re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL))


def blocks(page: str, language: str) -> list[str]:
    """The fenced blocks of one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
