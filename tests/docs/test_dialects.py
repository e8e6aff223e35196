"""The page of dialects names those that there are, with their scopes."""

from __future__ import annotations

from intact_collector.dialects import generic
from intact_collector.dialects.choose import DIALECTS
from intact_collector.dialects.dialect import Dialect
from intact_collector.dialects.raw import RawSpan
from intact_collector.model.span import KeyKind, Role, Side
from tests.docs.frameworks import table as table_of_frameworks
from tests.docs.pages import blocks, code, codes, table, text_of


def test_dialects_and_scopes_are_those_of_the_code() -> None:
    """Each in a row of its own, so that a new one is a new line."""
    rows = table(text_of("reference/dialects.md"), "Dialects").rows
    said = {code(row["dialect"]): codes(row["scopes"]) for row in rows}
    assert said == {one.name: list(one.scopes) for one in (*DIALECTS, generic.DIALECT)}


def test_the_example_is_a_dialect_that_does_what_the_page_says() -> None:
    """Whoever copies it has one that works."""
    (example,) = blocks(text_of("how-to/add-a-dialect.md"), "python")
    names: dict[str, object] = {}
    exec(compile(example, "add-a-dialect.md", "exec"), names)  # our own page
    dialect = names["DIALECT"]
    assert isinstance(dialect, Dialect)
    said = {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": "pass_on",
        "gen_ai.tool.call.arguments": '{"to": "refunds", "note": "order A-1042"}',
        "acme.thread": "7",
    }
    span = RawSpan(b"t" * 16, b"s" * 8, b"", 1, 2, "n", dialect.scopes[0], said)
    reading = dialect.read(span)
    assert reading.role is Role.HANDOFF
    assert reading.handoff is not None
    assert reading.handoff.target == "refunds"
    assert [(one.side, one.context) for one in reading.contents] == [
        (Side.PAYLOAD, {"note": "order A-1042"})
    ]
    assert [(key.kind, key.value) for key in reading.keys] == [(KeyKind.CONVERSATION, "7")]


def test_what_can_be_measured_is_what_the_recordings_show() -> None:
    """Row by row, as the command of the page prints it."""
    shown = text_of("reference/dialects.md").partition("## What can be measured")[2]
    assert table_of_frameworks() in shown
