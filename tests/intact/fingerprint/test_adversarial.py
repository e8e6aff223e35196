"""Reading text takes time in proportion to its length, whatever it says."""

from __future__ import annotations

import pytest

from intact.fingerprint import typed
from intact.model.fingerprint import Limit
from tests.intact.fingerprint.reading import fresh

# Repeated to 200,000 characters: a reader that is quadratic in any of these takes minutes, and
# meets the suite's own time limit.
PIECES = ["a-", "1", "1,", "1:", "1.", "@", "a@", "a@a.", ":", " ", "\t", "\n", " \n", "'", '"']
PIECES += ["\\", '\\"', ".", "!?", ").", "*", "=", "a=", "+", "$", "-", "1-", "http://", "://"]
PIECES += ['{"a":', "[", "e9", "9e9", "\u0301\u0316", "\U0001f469\u200d", "\ufdfa", "\ud800"]
PIECES += ["|", "|a", ">", "2026-12-04T"]

# Full of values, so that reading them costs something: fewer characters.
VALUES = ["4 May ", "4 of ", "2026-12-04 ", "12:00 ", "$1 ", "+1 ", "(555) ", "A ", "Aa "]
VALUES += ["one ", "one hundred and ", "twenty-five ", "half past ", "6 in the ", "next ", "to "]
VALUES += ["day after ", "5-7 ", "5 to ", "the 7th ", "12th of this ", "evening ", "million "]
VALUES += ["a: ", "a b c d: ", "is ", "\u4e2d"]


@pytest.mark.parametrize(
    ("piece", "length"),
    [(piece, 200_000) for piece in PIECES] + [(piece, 15_000) for piece in VALUES],
    ids=ascii,
)
def test_long_text_of_one_piece_is_read(piece: str, length: int) -> None:
    """To its end, and without an error."""
    fingerprint = fresh().fingerprint({"text": "x " + piece * (length // len(piece)) + " x"})
    assert not fingerprint.limits & Limit.ERROR


@pytest.mark.parametrize(
    "piece",
    [
        "a-",
        "1,",
        "a@",
        "A ",
        "4 May ",
        "$1 ",
        "+1 ",
        "2026-12-04 ",
        "one hundred and ",
        "6 in the ",
    ],
)
def test_four_times_the_text_looks_at_four_times_the_chunks(
    piece: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted in characters that the readers were handed, not in seconds."""
    assert _work(piece * 2_000, monkeypatch) * 4 == pytest.approx(
        _work(piece * 8_000, monkeypatch), rel=0.05
    )


def _work(text: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many characters of chunks are looked at for a text."""
    seen = 0
    read = typed._read

    def counting(chunks, at, text, language):  # type: ignore[no-untyped-def]
        nonlocal seen
        seen += sum(len(chunk.text) for chunk in chunks[at : at + 4])
        return read(chunks, at, text, language)

    with monkeypatch.context() as patch:
        patch.setattr(typed, "_read", counting)
        typed.scan(text)
    return seen
