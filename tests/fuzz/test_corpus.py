"""What was once worth keeping is read at every run: seeds, and whatever broke a reader before."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.targets import CORPUS, TARGETS

GOLDEN = Path(__file__).parents[1] / "golden" / "fingerprints"
INPUTS = [(path.parent.name, path) for path in sorted(CORPUS.glob("*/*"))]
INPUTS += [("fingerprint", path) for path in sorted(GOLDEN.glob("*.bin"))]


@pytest.mark.parametrize(
    ("target", "path"), INPUTS, ids=lambda value: getattr(value, "name", value)
)
def test_the_corpus_is_read(target: str, path: Path) -> None:
    """By the target that it is for."""
    TARGETS[target](path.read_bytes())


def test_each_target_has_a_corpus() -> None:
    """And no folder is without a target."""
    assert {path.name for path in CORPUS.iterdir()} == set(TARGETS)


@pytest.mark.parametrize("target", TARGETS)
def test_cut_and_flipped_bytes_are_read(target: str) -> None:
    """The plainest fuzzer there is: each input cut at some places, and with some bits turned."""
    for path in sorted((CORPUS / target).iterdir()):
        data = path.read_bytes()
        step = max(1, len(data) // 40)
        for at in range(0, len(data), step):
            TARGETS[target](data[:at])
            flipped = bytearray(data)
            flipped[at] ^= 0xFF
            TARGETS[target](bytes(flipped))
