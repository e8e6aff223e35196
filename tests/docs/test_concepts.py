"""The pages on the measures: each complete, each with an example that runs."""

from __future__ import annotations

import doctest
from dataclasses import fields
from pathlib import Path

import pytest

from intact.model.measurement import Measurement
from tests.docs.pages import DOCS, blocks, codes

FOLDER = DOCS / "concepts"
#: Pages about all measures together.
OVERALL = {"evidence.md", "limits.md", "privacy.md"}
MEASURES = sorted(page for page in FOLDER.glob("*.md") if page.name not in OVERALL)
SECTIONS = ["Definition", "Range", "Example", "When it misleads", "References"]


@pytest.mark.parametrize("page", MEASURES, ids=lambda page: page.stem)
def test_a_page_says_all_there_is_to_say_about_a_measure(page: Path) -> None:
    """In one order, so that readers find what they look for."""
    lines = page.read_text(encoding="utf-8").splitlines()
    assert [line.removeprefix("## ") for line in lines if line.startswith("## ")] == SECTIONS


@pytest.mark.parametrize("page", MEASURES, ids=lambda page: page.stem)
def test_the_example_of_a_page_runs(page: Path) -> None:
    """As a reader would type it, with the output that the page shows."""
    examples = blocks(page.read_text(encoding="utf-8"), "pycon")
    assert examples
    runner = doctest.DocTestRunner(verbose=False)
    for number, text in enumerate(examples):
        example = doctest.DocTestParser().get_doctest(text, {}, page.name, str(page), number)
        assert example.examples
        runner.run(example)
    assert runner.failures == 0


def test_every_number_of_a_measurement_is_on_a_page() -> None:
    """A measure that nobody explains is not shown."""
    said = {word for page in MEASURES for word in codes(page.read_text(encoding="utf-8"))}
    texts = " ".join(page.read_text(encoding="utf-8") for page in MEASURES).lower()
    for field in fields(Measurement):
        spoken = field.name.replace("_", " ").removesuffix(" bytes")
        assert field.name in said or spoken in texts, field.name


def test_the_overview_leads_to_every_page() -> None:
    """Nobody finds a page that nothing links to."""
    overview = (DOCS / "what-intact-measures.md").read_text(encoding="utf-8")
    for page in FOLDER.glob("*.md"):
        assert f"concepts/{page.name}" in overview
