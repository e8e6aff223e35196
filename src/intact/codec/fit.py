"""Makes a fingerprint fit its span: a `Fingerprint` and a limit in, a smaller one out.

What goes first is what is missed least:

1. Sentences and long texts as facts of their own. The sketches still tell how much of the prose
   arrived; sentences return, lowest value ids first, where everything else found room.
2. The lowest bits of the tokens of the sketches, then tokens, highest hashes first, until the
   sketches are a sixth of the limit.
3. Names of undeclared facts, from the back, until they are an eighth: a loss without a name is
   little help, and names are cheap, since the items of a list share theirs.
4. Facts, highest value ids first, so that what is left is a fair sample.
5. Only when `MOST_MUST_KEEP` facts do not fit by themselves: all tokens of the sketches, then
   tokens of those facts, then their names.

Before that all lists leave but the main history, which keeps `intact.codec.lists.MOST_BYTES`.
Must-keep facts and their names stay through 1 to 4. Paths that were pruned or had no value are
given a share of their own. Sizes are upper bounds, a few dozen bytes too careful. Left to others:
what rows cost and which of them stay (`rows`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from intact.codec.lists import MOST_BYTES as LIST_BYTES
from intact.codec.lists import shorten
from intact.codec.rows import (
    add_names,
    add_prose,
    is_prose,
    likely_bound,
    sample,
    squeeze,
)
from intact.codec.sketches import coarsened
from intact.model.fingerprint import EVERY_FACT, Fingerprint, Limit, Sketch

#: Must-keep facts beyond these are sampled like any other.
MOST_MUST_KEEP = 64

#: Below this, not even an empty table with its declared paths could be promised to fit.
SMALLEST_LIMIT = 640

#: What sketches and names are promised when facts compete with them: so many parts of the limit.
_SKETCH_PART = 6
_NAME_PART = 8
_BIGRAM_SHARE = 0.3

#: Bits that tell a token from its neighbours. Facts are looked up among the words, where one that
#: is not there must hardly ever seem to be; of bigrams only the share counts.
_WORD_BITS = 12
_BIGRAM_BITS = 8
#: Most bits of a token beside those, on average.
_HIGH_BITS = 2

#: Tags, lengths and scalars of the envelope, the table and two sketches, at their longest.
_ENVELOPE = 172


def fit(fingerprint: Fingerprint, limit: int) -> Fingerprint:
    """The same context in at most `limit` encoded bytes.

    ``limits`` says what was left out: `Limit.FACTS` and `Limit.NAMES`. Costs some microseconds
    for each fact that stays, and a tenth of one for each fact and token that does not.

    Raises:
        ValueError: If `limit` is below `SMALLEST_LIMIT`.
    """
    if limit < SMALLEST_LIMIT:
        raise ValueError(f"a fingerprint needs at least {SMALLEST_LIMIT} bytes")
    pruned, absent, declared_size = _fit_declared(fingerprint, limit // 8)
    lists = shorten(fingerprint.lists)
    room = limit - _ENVELOPE - declared_size - LIST_BYTES * len(lists)
    words, bigrams = fingerprint.words, fingerprint.bigrams
    sketches = _whole_size(words, _WORD_BITS) + _whole_size(bigrams, _BIGRAM_BITS)
    promised = min(sketches, limit // _SKETCH_PART)

    most_must_keep = min(MOST_MUST_KEEP, limit // 40)
    short = [fact for fact in fingerprint.facts if not is_prose(fact)]
    rows, threshold = sample(short, most_must_keep, room - promised, limit // _NAME_PART)
    limits = fingerprint.limits
    squeezed = rows.size + rows.declared > room - promised  # by the must-keep facts alone
    if squeezed:
        whole, promised = rows.facts, 0
        rows = squeeze(whole, room)
        limits |= Limit.NONE if rows.facts == whole else Limit.FACTS
    named = add_names(rows.facts, room - promised - rows.size)
    used = rows.size + named.size
    words, bigrams = _fit_sketches(words, bigrams, max(0, room - used))
    prose = [fact.value for fact in fingerprint.facts if is_prose(fact)]
    prose_threshold = min(prose, default=EVERY_FACT)
    all_named = named.complete and threshold == EVERY_FACT and not squeezed
    if all_named and used + sketches <= room:
        all_facts, prose_threshold = add_prose(fingerprint.facts, used, room - sketches)
        named = add_names(all_facts)

    facts = tuple(named.facts)
    if len(facts) < len(fingerprint.facts):
        limits |= Limit.FACTS
    if not named.complete or pruned != fingerprint.pruned or absent != fingerprint.absent:
        limits |= Limit.NAMES
    return replace(
        fingerprint,
        facts=facts,
        fact_total=max(fingerprint.fact_total, len(fingerprint.facts)),
        fact_threshold=min(fingerprint.fact_threshold, threshold),
        prose_total=max(fingerprint.prose_total, len(prose))
        if prose_threshold < EVERY_FACT
        else fingerprint.prose_total,
        prose_threshold=min(fingerprint.prose_threshold, prose_threshold),
        words=words,
        bigrams=bigrams,
        lists=lists,
        pruned=pruned,
        absent=absent,
        limits=limits,
    )


def _fit_sketches(words: Sketch, bigrams: Sketch, room: int) -> tuple[Sketch, Sketch]:
    for_bigrams = max(int(room * _BIGRAM_SHARE), room - _whole_size(words, _WORD_BITS))
    for_words = max(room - for_bigrams, room - _whole_size(bigrams, _BIGRAM_BITS))
    return _lower(words, for_words, _WORD_BITS), _lower(bigrams, for_bigrams, _BIGRAM_BITS)


def _whole_size(sketch: Sketch, low_bits: int) -> int:
    """What all tokens of a sketch take where room is scarce."""
    return (len(sketch.tokens) * (low_bits + _HIGH_BITS)) // 8 + 1


def _lower(sketch: Sketch, room: int, low_bits: int) -> Sketch:
    """As many of the lowest tokens as there is room for, without the bits that cost too much."""
    tokens = sketch.tokens
    most = 8 * room // (low_bits + _HIGH_BITS)
    if len(tokens) > most:
        bound = likely_bound(len(tokens), most + 1, sketch.threshold >> sketch.shift)
        found = sorted([token for token in tokens if token < bound])
        if len(found) <= most:
            found = sorted(tokens)
        threshold = found[most] << sketch.shift
        sketch = replace(sketch, tokens=frozenset(found[:most]), threshold=threshold)
    return coarsened(sketch, low_bits)


def _fit_declared(
    fingerprint: Fingerprint, share: int
) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...], int]:
    """Pruned and absent paths, each list within `share` bytes; reasons go before paths do."""
    pruned = fingerprint.pruned
    if _declared_size(f"{path}{reason}" for path, reason in pruned) > share:
        pruned = tuple((path, "") for path, _ in pruned)
    pruned = pruned[: _fitting((path + reason for path, reason in pruned), share)]
    absent = fingerprint.absent[: _fitting(fingerprint.absent, share)]
    size = _declared_size(path + reason for path, reason in pruned) + _declared_size(absent)
    return pruned, absent, size


def _declared_size(texts: Iterable[str]) -> int:
    # 9: tags and lengths of a message with two strings, each shorter than 16 KiB.
    return sum(9 + len(text.encode("utf-8", "replace")) for text in texts)


def _fitting(texts: Iterable[str], share: int) -> int:
    """How many of `texts`, from the front, fit into `share` bytes."""
    used = count = 0
    for count, text in enumerate(texts):
        used += _declared_size((text,))
        if used > share:
            return count
        count += 1
    return count
