"""The page on architecture shows the rooms that there are, and who may import whom."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from intact_collector.analytics.totals import LIMIT
from intact_collector.hosts import embedded
from intact_collector.sessions.state import DEFAULT
from tests.docs.pages import ROOT, codes, text_of

PAGE = text_of("architecture.md")
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
    "importlinter"
]["contracts"]
HOMES = {"intact": ROOT / "src" / "intact",
         "intact_collector": ROOT / "collector" / "intact_collector"}  # fmt: skip


def contract(name: str) -> dict[str, list[str]]:
    """One of the import contracts."""
    return next(one for one in CONTRACTS if one["name"] == name)


def exists(home: Path, room: str) -> bool:
    """Whether an optional layer is there."""
    return any((home / room).glob("*.py")) or (home / f"{room}.py").is_file()


@pytest.mark.parametrize(
    ("package", "name"),
    [("intact", "Rooms of the library"), ("intact_collector", "Rooms of the collector")],
)
def test_layers_are_those_of_the_import_contract(package: str, name: str) -> None:
    """From top to bottom, room by room."""
    layers = [re.findall(r"\w+", layer) for layer in contract(name)["layers"]]
    real = [[room for room in layer if exists(HOMES[package], room)] for layer in layers]
    drawing = re.search(rf"`{package}`[;:].*?^```\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert drawing is not None
    shown = [re.findall(r"\w+", line) for line in drawing[1].splitlines()]
    assert [sorted(layer) for layer in shown] == [sorted(layer) for layer in real if layer]


def test_pure_rooms_are_those_of_the_contract() -> None:
    """What the page calls pure is checked to be."""
    (said,) = re.findall(r"\*\*Pure rooms\*\*.*?They are (.*?)\n\n", PAGE, re.DOTALL)
    library, collector = said.split("in the library,")
    named = {f"intact.{room}" for room in codes(library)}
    named |= {f"intact_collector.{room}" for room in codes(collector)}
    contracted = contract("Pure rooms know no I/O, no clock and no chance")["source_modules"]
    assert named == set(contracted)


def test_files_that_the_page_names_are_there() -> None:
    """With or without the folder of their package in front."""
    named = [one for one in codes(PAGE) if re.fullmatch(r"[\w./]+/[\w./]*", one)]
    assert len(named) > 15
    for one in named:
        homes = (ROOT, *HOMES.values(), HOMES["intact_collector"] / "receive")
        assert any((home / one).exists() for home in homes) or one == "/metrics", one


def test_bounds_are_those_of_the_code() -> None:
    """Numbers on a page are the first to go stale."""
    bounds = PAGE.partition("## Bounds")[2].partition("##")[0]
    assert f"{DEFAULT.limits.spans:,} spans and {DEFAULT.limits.bytes >> 20} MiB" in bounds
    assert f"{DEFAULT.total_bytes >> 30} GiB" in bounds
    assert f"{LIMIT:,} series, the outbox {embedded._OUTBOX:,} events" in bounds
