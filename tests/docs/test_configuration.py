"""The page on the collector's settings against the table of settings, and a running collector."""

from __future__ import annotations

import re
from fnmatch import fnmatch

import pytest

from intact_collector.config import SETTINGS, find, values
from intact_collector.store import opening
from tests.docs.conftest import Seen
from tests.docs.pages import code, codes, table, tables, text_of

PAGE = text_of("reference/configuration.md")


def test_settings_are_those_of_the_table_word_for_word() -> None:
    """Key, flag, variable, default and prose of each, in order."""
    (rows,) = [one.rows for one in tables(PAGE) if "key in the file" in one.columns]
    found = [tuple(row.values()) for row in rows]
    assert found == [
        (
            f"`{one.name}`",
            f"`{one.flag}`" if one.flag else "",
            f"`{one.env}`",
            f"`{one.default}`" if one.default else "",
            one.prose,
        )
        for one in SETTINGS
    ]


@pytest.mark.parametrize(("word", "kind"), [("Durations", values.DURATION), ("sizes", values.SIZE)])
def test_examples_of_values_can_be_read(word: str, kind: values.Kind) -> None:
    """As an operator would copy them."""
    (said,) = re.findall(rf"{word} are written (.*?);", PAGE, re.DOTALL) or re.findall(
        rf"{word} (.*?);", PAGE, re.DOTALL
    )
    examples = codes(said)
    assert len(examples) >= 3
    for example in examples:
        assert kind.read(example) == kind.read(kind.write(kind.read(example)))


def test_ports_are_the_defaults() -> None:
    """Three listeners, all on loopback."""
    ports = [code(row["default"]) for row in table(PAGE, "Ports", "default").rows]
    assert ports == [find(name).default for name in ("otlp_grpc", "otlp_http", "http")]
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_files_are_those_of_a_running_collector(seen: Seen) -> None:
    """No file without a row, no row without a file."""
    rows = table(PAGE, "The data directory", "file").rows
    patterns = {pattern for row in rows for pattern in codes(row["file"])}
    aside = {pattern for pattern in patterns if pattern.endswith("*")}
    assert patterns - aside == seen.files
    assert [fnmatch(f"{opening.FILE}.corrupt-20261121T000000Z", one) for one in aside] == [True]
