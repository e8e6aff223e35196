"""What became of each fact of one context in another.

A `Holder` answers for the receiving side. Facts are looked for at their own path, then anywhere
among the receiver's values, then inside its text. What a sample cannot decide is `undecided`,
never lost.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from intact.model.facts import Fact, Flag, Kind, Outcome
from intact.model.fingerprint import Fingerprint

#: Share of the words of a short string that has to be found for it to count as kept.
_WORDS_KEPT = 0.8
#: The same for the bigrams of a sentence; and the least for it to count as restated.
_SENTENCE_KEPT, _SENTENCE_RESTATED = 0.8, 0.5
#: Number of leading tokens of a document that say how it begins.
_HEAD = 2


class Holder:
    """One fingerprint, ready to be asked what it holds."""

    __slots__ = (
        "_bigrams",
        "_exact",
        "_in_state",
        "_paths",
        "_spare",
        "_surfaces",
        "_words",
        "fingerprint",
        "values",
    )

    def __init__(self, fingerprint: Fingerprint) -> None:
        self.fingerprint = fingerprint
        self.values: Counter[int] = Counter()
        self._exact: set[tuple[int, int]] = set()
        self._paths: defaultdict[int, list[Fact]] = defaultdict(list)
        self._in_state: Counter[int] = Counter()
        self._words = fingerprint.words
        self._bigrams = fingerprint.bigrams
        self._surfaces: set[int] | None = None
        for fact in fingerprint.facts:
            self.values[fact.value] += fact.count
            self._exact.add((fact.value, fact.exact))
            if fact.flags & Flag.STATE:
                self._paths[fact.path].append(fact)
                self._in_state[fact.value] += fact.count
        self._spare = self._in_state.copy()

    def at_path(self, fact: Fact) -> Fact | None:
        """The receiver's fact at the same path with the same value."""
        if not fact.flags & Flag.STATE:
            return None
        return next((f for f in self._paths.get(fact.path, ()) if f.value == fact.value), None)

    def claim(self, fact: Fact) -> None:
        """Mark a value of the state as found at its own path: it cannot be found again."""
        self._spare[fact.value] -= 1

    def elsewhere(self, fact: Fact) -> Outcome | None:
        """The fact among all values, or inside text; None when it is in neither."""
        if self.values[fact.value]:
            if not fact.flags & Flag.STATE or self._free(fact.value):
                return self._written(fact)
        elif fact.value >> 8 in self._words.tokens:
            return self._written(fact)
        if fact.kind in (Kind.SENTENCE, Kind.DOCUMENT):
            return self._prose(fact)
        if fact.tokens:
            return self._by_tokens(fact)
        return self._undecided(fact)

    def changed(self, fact: Fact) -> Outcome | None:
        """`altered` or `truncated` when another value stands at the fact's path."""
        if not fact.flags & Flag.STATE:
            return None
        others = self._paths.get(fact.path)
        if not others:
            return None
        if any(_is_beginning(other, fact) for other in others):
            return Outcome.TRUNCATED
        return Outcome.ALTERED

    def _free(self, value: int) -> bool:
        """Whether a value of the state is left over, or stands in text as well."""
        if self._spare[value] > 0:
            self._spare[value] -= 1
            return True
        return self.values[value] > self._in_state[value]

    def _written(self, fact: Fact) -> Outcome:
        if fact.kind in (Kind.TEXT, Kind.NAME) or (fact.value, fact.exact) in self._exact:
            return Outcome.KEPT
        if self._surfaces is None:  # how typed values of texts were written
            self._surfaces = {token >> 8 for token in self._words.tokens}
        return Outcome.KEPT if fact.exact in self._surfaces else Outcome.RESTATED

    def _prose(self, fact: Fact) -> Outcome | None:
        tokens = fact.tokens[_HEAD:] if fact.kind is Kind.DOCUMENT else fact.tokens
        visible = [token for token in tokens if token < self._bigrams.threshold]
        if not visible:
            return None if self._bigrams.complete else Outcome.UNDECIDED
        share = sum(token in self._bigrams.tokens for token in visible) / len(visible)
        if share >= _SENTENCE_KEPT:
            return Outcome.KEPT
        return Outcome.RESTATED if share >= _SENTENCE_RESTATED else None

    def _by_tokens(self, fact: Fact) -> Outcome | None:
        """A short string by its words, or a date by its coarser readings."""
        visible = [token for token in fact.tokens if token < self._words.threshold]
        if not visible:
            return Outcome.UNDECIDED
        found = [token in self._words.tokens for token in visible]
        if fact.kind is Kind.TEXT:
            if sum(found) >= _WORDS_KEPT * len(visible):
                return Outcome.KEPT
        elif any(found):
            return Outcome.RESTATED
        return self._undecided(fact)

    def _undecided(self, fact: Fact) -> Outcome | None:
        """Undecided when neither the fact table nor the words can tell that it is missing."""
        if fact.value >> 8 >= self._words.threshold:
            return Outcome.UNDECIDED if fact.value >= self.fingerprint.fact_threshold else None
        return None


def outcomes(known: Sequence[Fact], holder: Holder) -> list[Outcome]:
    """The outcome of every known fact, in order.

    Facts found at their own path are settled first, so that one value of the receiver does not
    stand for two of the sender.
    """
    at_path = [holder.at_path(fact) for fact in known]
    for fact, found in zip(known, at_path, strict=True):
        if found is not None:
            holder.claim(fact)
    results = []
    for fact, found in zip(known, at_path, strict=True):
        if found is not None:
            same = found.exact == fact.exact or fact.kind is Kind.TEXT
            results.append(Outcome.KEPT if same else Outcome.RESTATED)
            continue
        outcome = holder.elsewhere(fact)
        if outcome is None:
            outcome = holder.changed(fact) or Outcome.DROPPED
        results.append(outcome)
    return results


def _is_beginning(shorter: Fact, longer: Fact) -> bool:
    """Whether the shorter fact is what a cut left of the longer one."""
    if longer.kind is Kind.DOCUMENT:
        return bool(longer.tokens) and _head(shorter) == _head(longer)
    if longer.kind is not Kind.TEXT or shorter.kind not in (Kind.TEXT, Kind.ID, Kind.NUMBER):
        return False
    tokens = shorter.tokens or (shorter.value >> 8,)
    return len(tokens) < len(longer.tokens) and set(tokens) < set(longer.tokens)


def _head(fact: Fact) -> tuple[int, ...]:
    return fact.tokens[:_HEAD]
