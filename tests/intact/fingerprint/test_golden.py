"""Suite 1 means what it has always meant."""

from __future__ import annotations

import json

import pytest

from intact.model.fingerprint import SUITE
from tests.golden.fingerprint_vectors import CONTEXTS, FILE, KEY, vector

GOLDEN = json.loads(FILE.read_text())


def test_the_vectors_are_of_this_suite_and_key() -> None:
    """A new meaning of hashes has a new number, and vectors of its own."""
    assert (GOLDEN["suite"], GOLDEN["key_id"]) == (SUITE, KEY.id.hex())
    assert [one["name"] for one in GOLDEN["vectors"]] == [name for name, *_ in CONTEXTS]


@pytest.mark.parametrize("golden", GOLDEN["vectors"], ids=lambda golden: golden["name"])
def test_a_fingerprint_is_what_it_was(golden: dict[str, object]) -> None:
    """Facts with all their hashes, root, sketches, size."""
    must_keep = tuple(golden["must_keep"])  # type: ignore[arg-type]
    assert vector(str(golden["name"]), golden["context"], must_keep) == golden
