"""Every example in a docstring does what it says."""

from __future__ import annotations

import doctest
import importlib
import re
from pathlib import Path

import pytest

ROOTS = [Path(__file__).parents[1] / root for root in ("src", "collector")]


def modules_with_examples() -> list[str]:
    """The importable names of all modules whose text has a prompt in it."""
    return sorted(
        ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
        for root in ROOTS
        for path in root.rglob("*.py")
        if re.search(r"^ *>>> ", path.read_text(encoding="utf-8"), re.MULTILINE)
    )


def test_there_are_examples() -> None:
    """An empty list would make the test below pass for the wrong reason."""
    assert len(modules_with_examples()) > 10


@pytest.mark.parametrize("name", modules_with_examples())
def test_examples_are_true(name: str) -> None:
    """What a reader copies from a docstring works, with the result that stands below it."""
    result = doctest.testmod(importlib.import_module(name))
    assert not result.failed
