"""Links lead somewhere, on every page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.pages import DOCS, PAGES, ROOT

_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
_FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def prose(page: Path) -> str:
    return _FENCED.sub("", page.read_text(encoding="utf-8"))


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", prose(page), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_relative_links_and_anchors_resolve(page: Path) -> None:
    """A reader who clicks finds a file of the project, and the heading in it."""
    for target in _LINK.findall(prose(page)):
        if target.startswith(("https://", "http://")):
            continue
        path, _, anchor = target.partition("#")
        found = (page.parent / path).resolve() if path else page
        assert found.exists(), target
        assert found.is_relative_to(ROOT), target
        if anchor:
            assert anchor in anchors(found), target


def test_every_page_can_be_reached_from_the_readme() -> None:
    """A page that nobody links to is a page that nobody reads."""
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in reached or page.suffix != ".md":
            continue
        reached.add(page)
        for target in _LINK.findall(prose(page)):
            found = (page.parent / target.partition("#")[0]).resolve()
            if not target.startswith("http"):
                index = found / "README.md"
                waiting += [index] if index.is_file() else [found] if found.is_file() else []
    assert {page for page in PAGES if page.is_relative_to(DOCS)} <= reached


def test_decisions_are_numbered_without_gaps_and_listed() -> None:
    """The index has each with its title, in order."""
    pages = sorted(page for page in (DOCS / "decisions").glob("*.md") if page.name != "README.md")
    titles = [page.read_text(encoding="utf-8").partition("\n")[0] for page in pages]
    listed = re.findall(
        r"^\| \[(\d+)\]\((\S+)\) \| (.*) \|$",
        (DOCS / "decisions" / "README.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    assert [page.name[:5] for page in pages] == [f"{n:04}-" for n in range(1, len(pages) + 1)]
    assert titles == [f"# {number}. {title}" for number, _, title in listed]
    assert [page.name for page in pages] == [name for _, name, _ in listed]
