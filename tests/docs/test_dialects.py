"""The page of dialects names those that there are, with their scopes."""

from __future__ import annotations

from intact_collector.dialects import generic
from intact_collector.dialects.choose import DIALECTS
from tests.docs.pages import code, codes, table, text_of


def test_dialects_and_scopes_are_those_of_the_code() -> None:
    """Each in a row of its own, so that a new one is a new line."""
    rows = table(text_of("reference/dialects.md"), "Dialects").rows
    said = {code(row["dialect"]): codes(row["scopes"]) for row in rows}
    assert said == {one.name: list(one.scopes) for one in (*DIALECTS, generic.DIALECT)}
