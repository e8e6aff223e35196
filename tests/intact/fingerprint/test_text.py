"""A text that is read piece by piece says what it says when it is read as a whole."""

from __future__ import annotations

import re
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from intact.fingerprint.keys import Hasher, exact_id, token_id, value_id
from intact.fingerprint.languages import LANGUAGES
from intact.fingerprint.pairs import pairs_of
from intact.fingerprint.stems import stem
from intact.fingerprint.text import TextReader
from intact.fingerprint.tokens import normalise, phrase_token, surface_token, word_token, words_of
from intact.fingerprint.typed import scan
from tests.intact.fingerprint.reading import KEY

_SAMPLE = """
Order status: is open = 5 | > May first of next Friday quarter past six in the evening 6:15 pm
$ 5 20 euros 5-7 days not never cannot. Don't 'quoted' "said. Yes!) (no) two tickets ORD-123
a=b b:c one hundred and 2026-12-04 18:15:00 +1 (555) 123-4567 größe Straße 東京都 x@y.org
http://a.b/c, ... … \\n Dana Smith UPS snake_case is: "key": [1,2] Σ ΣΑΣ. e.g. `x`: **bold**
"""
PIECES = st.sampled_from(_SAMPLE.split())
GAPS = st.sampled_from([" ", " ", " ", " ", "  ", "\n", "\t", "\n\n  ", "\r\n", "\x1f", "\u00a0"])
TEXTS = st.builds(
    lambda parts, tail: "".join(piece + gap for piece, gap in parts) + tail,
    st.lists(st.tuples(PIECES, GAPS), max_size=30),
    PIECES | st.text(max_size=10),
)

_SENTENCE = re.compile(r"(?<=[.!?…])[\"')\]]*\s+|\n")
_KEY_VALUE = re.compile(
    r"(?<!\w)((?:[A-Za-z]\w{0,40}[ ]){0,3}[A-Za-z_]\w{0,40})"
    r"[\"'*`]{0,3}\s{0,3}(?::|=|\||>|\b(?:is|ist)\b)[>\"'*`]{0,3}\s{0,3}[\"'*`]{0,3}"
    r"([+-]?\d{1,4}(?:\.0{1,4})?|\w{1,24})(?:[ _](\w{1,24}))?(?![\w.,]*\d)"
)


@given(TEXTS)
@settings(max_examples=400)
def test_a_text_read_by_pieces_is_the_text_read_as_a_whole(raw: str) -> None:
    """Words, stems, bigrams, sentences and typed values, by regular expressions over all of it."""
    hasher, text = Hasher(KEY), normalise(raw)
    record = TextReader(hasher)(raw)
    bigrams, sentences, words = set(), [], []
    for sentence in _SENTENCE.split(text):
        found = words_of(sentence)
        telling = [word for word in found if word not in LANGUAGES.stop]
        words += found
        bigrams |= {
            token_id(hasher.pair(hasher[word_token(left)], hasher[word_token(right)]))
            for left, right in pairwise(telling)
        }
        if len(telling) > 1:
            sentences.append(value_id(hasher[phrase_token(found)]))
    assert record.length == len(words)
    assert set(record.bigrams) == bigrams
    found = record.found[record.values :]
    assert [sentence.value for sentence in found] == sentences
    known = {token_id(hasher[word_token(word)]) for word in words}
    known |= {
        token_id(hasher[word_token(stem(word))]) for word in words if word not in LANGUAGES.stop
    }
    typed = scan(text)
    surfaces = [hasher[surface_token(text[one.start : one.end])] for one in typed]
    assert known | set(map(token_id, surfaces)) <= set(record.words)
    telling = [
        (one.kind, exact_id(surface))
        for one, surface in zip(typed, surfaces, strict=True)
        if one.telling
    ]
    assert [(one.kind, one.exact) for one in record.found[: record.values]] == telling


@given(TEXTS)
@settings(max_examples=400)
def test_pairs_are_found_around_their_signs(text: str) -> None:
    """As many, and the same, as in a search of the whole text."""
    pieces = [(match.start(), match.group()) for match in re.finditer(r"\S+", text)]
    signs = [
        at for at, (_, piece) in enumerate(pieces) if re.search(r"[:=|>]|\b(?:is|ist)\b", piece)
    ]
    starts = [start for start, _ in pieces]
    whole = [
        token
        for match in _KEY_VALUE.finditer(text)
        for token in pairs_of(match.group(), [0], [0], LANGUAGES)
    ]
    assert sorted(pairs_of(text, signs, starts, LANGUAGES)) == sorted(whole)
