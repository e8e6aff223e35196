"""Examples of the how-to pages say what really comes out."""

from __future__ import annotations

import doctest
import re

import pytest

from intact.fingerprint.paths import PathPattern
from intact.trace.runtime import reset
from tests.docs.pages import DOCS, codes, table, text_of

PAGES = sorted(page.name for page in (DOCS / "how-to").glob("*.md") if ">>>" in page.read_text())


@pytest.mark.parametrize("name", PAGES)
def test_examples_say_what_comes_out(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under any key."""
    monkeypatch.setenv("INTACT_KEY", "a key for the pages of the documentation")
    reset()
    text = re.sub(r"^```.*$", "", text_of(f"how-to/{name}"), flags=re.MULTILINE)
    examples = doctest.DocTestParser().get_doctest(text, {}, name, name, 0)
    result = doctest.DocTestRunner().run(examples)
    reset()
    assert examples.examples
    assert not result.failed


def test_paths_of_the_page_are_paths() -> None:
    """Each of them can be declared."""
    rows = table(text_of("how-to/renamed-facts.md"), "Paths", "path").rows
    assert [PathPattern(path).text for row in rows for path in codes(row["path"])]
