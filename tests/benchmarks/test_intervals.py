"""The benchmarks of intervals and sizes run the product's path, and print what they found."""

from __future__ import annotations

import json

import pytest

from benchmarks import sizes
from benchmarks.intervals.__main__ import Cell, bigrams_of, cell_of, retention_of, table
from intact.codec.attributes import MAX_ATTRIBUTE_CHARACTERS


def test_what_fits_is_exact_and_what_is_sampled_is_not() -> None:
    """A width of nothing is for contexts that arrived whole."""
    small = cell_of("retention", retention_of, 100, 0.0, seed=3, effort=0.05)
    assert (small.coverage, small.width, small.exact) == (1.0, 0.0, 1.0)
    large = cell_of("retention", retention_of, 1_000, 1.0, seed=3, effort=0.05)
    assert large.exact == 0.0
    assert 0.0 < large.width < 0.5
    assert large.coverage > 0.8
    assert "1,000" in table([small, large])


@pytest.mark.parametrize("extra", [0.0, 10.0])
def test_bigrams_of_long_texts_are_covered(extra: float) -> None:
    """With few trials, so far below the goal is all that would show."""
    cell: Cell = cell_of("bigrams", bigrams_of, 3_000, extra, seed=4, effort=0.1)
    assert cell.coverage > 0.8
    assert cell.exact == 0.0


def test_sizes_are_those_of_attributes(capsys: pytest.CaptureFixture[str]) -> None:
    """From a state that fits to one that is not read to its end."""
    sizes.main(["--json"])
    found = json.loads(capsys.readouterr().out)
    assert [round(one["state"], -3) for one in found] == [1_000, 10_000, 100_000, 1_000_000]
    assert all(one["characters"] <= MAX_ATTRIBUTE_CHARACTERS for one in found)
    assert found[0]["limits"] == ""
    assert "facts" in found[-1]["limits"]
