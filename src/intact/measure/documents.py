"""What became of a long text of a state, by a few of its bigrams, its ends and its length.

A document's tokens are the two words and the bigram that it begins with, the bigram that it ends
with, and the smallest of its bigrams: a sample that shows a part of a text as a part, since what
the lowest of two samples together are those of both texts (bottom-k; Broder, *On the resemblance
and containment of documents*, 1997). Its exact id is its length in words.

    another text in its place   grown, cut or excerpted, reworded, or another one altogether
    text elsewhere              whole, cut at an end, with other words in it, or not there

A change of a few words is seen where the text stands in its place, and may go unnoticed inside a
longer text: there each sentence is a fact of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

from intact.measure.support import LookUp
from intact.model.facts import Fact, Kind, Outcome
from intact.model.fingerprint import Sketch

#: The words and the bigrams at the ends, and how many bigrams are sampled.
HEAD, FIRST, LAST, SAMPLE = slice(0, 2), 2, 3, slice(4, None)
_SAMPLED = 6

#: From this share of its words on, a text has the length that it had.
_SAME_LENGTH = 0.97
#: Least share of the sampled bigrams for a text to be the same one in other words.
_REWORDED = 0.5

_BEST_FIRST = (Outcome.KEPT, Outcome.RESTATED, Outcome.TRUNCATED)


def replaced(sent: Fact, others: Sequence[Fact]) -> tuple[Outcome, Fact] | None:
    """What became of a document of which other texts stand in the place, and which of them.

    None when none of them is what became of it.
    """
    became = [(_became(sent, other), other) for other in others]
    for outcome in _BEST_FIRST:
        found = next((other for its, other in became if its is outcome), None)
        if found is not None:
            return outcome, found
    return None


def _became(sent: Fact, other: Fact) -> Outcome | None:
    """What a text came to be in another one's place; None when it is not that text.

    Of a part, and of a text that grew, as much has to be shared as their lengths say, and a third
    of that for the sake of chance.
    """
    if other.kind is not Kind.DOCUMENT:
        short = other.kind is Kind.TEXT and set(sent.tokens[HEAD]) <= set(other.tokens)
        return Outcome.TRUNCATED if short and sent.tokens else None
    mine, theirs = set(sent.tokens[SAMPLE]), set(other.tokens[SAMPLE])
    if not mine or not theirs:
        return None
    lowest = sorted(mine | theirs)[:_SAMPLED]  # each sample has all that its text has of these
    both, gone, new = len(mine & theirs & {*lowest}), {*lowest} - theirs, {*lowest} - mine
    ratio = other.exact / max(1, sent.exact)
    if not new and ratio < _SAME_LENGTH:
        same_end = any(sent.tokens[end] == other.tokens[end] for end in (FIRST, LAST))
        return Outcome.TRUNCATED if same_end or 3 * both >= len(lowest) * ratio else None
    if not gone and ratio * _SAME_LENGTH > 1:
        return Outcome.KEPT if 3 * both >= len(lowest) / ratio else None
    return Outcome.RESTATED if both >= len(lowest) * _REWORDED else None


def embedded(sent: Fact, pairs: LookUp, bigrams: Sketch) -> Outcome | None:
    """What of a document stands somewhere in text; None for nothing that tells.

    Args:
        sent: The document.
        pairs: Its sample of bigrams, looked up.
        bigrams: The bigrams of all text there. Where those it does not show would make a
            difference, the answer is `undecided`.
    """
    first, last = sent.tokens[FIRST], sent.tokens[LAST]
    held = bigrams.tokens
    least = _in_text(first in held, last in held, pairs.least)
    hidden = [token >= bigrams.threshold for token in (first, last)]
    most = _in_text(first in held or hidden[0], last in held or hidden[1], pairs.most)
    return least if least == most else Outcome.UNDECIDED


def _in_text(begins: bool, ends: bool, share: float) -> Outcome | None:
    if begins and ends and share == 1.0:
        return Outcome.KEPT
    if begins != ends and share:
        return Outcome.TRUNCATED
    if share >= _REWORDED:
        return Outcome.RESTATED
    return Outcome.TRUNCATED if begins and share else None
