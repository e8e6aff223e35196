"""What became of each fact of one context in another, and how much of it was found.

A `Holder` answers for the receiving side. Facts are looked for at their own path, then anywhere
among the receiver's values, then inside its text. What a sample cannot decide is `undecided`,
never lost.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from intact.measure.documents import SAMPLE, embedded, replaced
from intact.measure.likeness import Likeness, Likenesses
from intact.measure.support import NOWHERE, Finding, LookUp, Sight, look_up
from intact.model.facts import LONG_PROSE, Fact, Flag, Kind, Outcome
from intact.model.fingerprint import Fingerprint, Limit

#: Share of the words of a short string that has to be found for it to count as restated.
_WORDS_KEPT = 0.8
#: The same for the bigrams of prose; and the least for it to count as restated.
_SENTENCE_KEPT, _SENTENCE_RESTATED = 0.8, 0.5
#: Kinds of which it does not matter how they are written.
_WRITTEN_ONE_WAY = frozenset({Kind.TEXT, Kind.NAME, Kind.BOOLEAN})
#: A date-time's first token is its time, the next ones are itself, the others its date.
_WHOLE = slice(1, 3)
#: Limits that leave something unread: what is not found may stand there.
UNREAD = Limit.DEPTH | Limit.LEAVES | Limit.SIZE | Limit.MUTATED | Limit.ERROR
#: How many values at one path are looked through for the beginning of a cut text.
_CANDIDATES = 64
#: Of the tokens of a sentence, the last half and at most so many are bigrams.
_MOST_PAIRS = 4

#: What meaning may change: words alone did not find the fact.
_NOT_FOUND = frozenset({None, Outcome.UNDECIDED})
#: An exact id is so many bits shorter than a token.
_SURFACE_SHIFT = 8

_UNDECIDED = Sight(Outcome.UNDECIDED, None)


class Holder:
    """One fingerprint, ready to be asked what it holds.

    A value of its state stands for one fact of the sender. One that stands in its text stands for
    any number: how often a text says something is not known.
    """

    __slots__ = (
        "_bigrams",
        "_exact",
        "_in_state",
        "_leaves",
        "_left",
        "_mentioned",
        "_spare",
        "_surfaces",
        "_taken",
        "_whole",
        "_words",
        "fingerprint",
        "unread",
        "values",
    )

    def __init__(self, fingerprint: Fingerprint, known: Limit = Limit.NONE) -> None:
        """Get ready.

        Args:
            fingerprint: What this side holds.
            known: The limits of the side whose facts will be looked for. What this side redacts
                and that one does not may stand here unseen.
        """
        self.fingerprint = fingerprint
        self.values: Counter[int] = Counter()
        self._exact: set[tuple[int, int]] = set()
        self._leaves: dict[tuple[int, int], Fact] = {}  # by path and value
        self._left: defaultdict[int, list[Fact]] | None = None
        self._in_state: Counter[int] = Counter()
        self._words = fingerprint.words
        self._bigrams = fingerprint.bigrams
        self._surfaces: set[int] | None = None
        self._taken: set[int] = set()  # words that stand in values of other facts alone
        self._whole = not fingerprint.sampled and self._words.complete and self._bigrams.complete
        self.unread = bool(fingerprint.limits & (UNREAD | (Limit.REDACTED & ~known)))
        for fact in fingerprint.facts:
            self.values[fact.value] += fact.count
            self._exact.add((fact.value, fact.exact))
            if fact.flags & Flag.STATE:
                self._leaves[fact.path, fact.value] = fact
                self._in_state[fact.value] += fact.count
        self._spare = self._in_state.copy()
        self._mentioned = {token for fact in fingerprint.facts for token in fact.tokens}

    def at_path(self, fact: Fact) -> Fact | None:
        """The receiver's fact at the same path with the same value."""
        if not fact.flags & Flag.STATE:
            return None
        return self._leaves.get((fact.path, fact.value))

    def shows(self, fact: Fact) -> bool:
        """Whether this side would show the fact, did it hold it: asked of its samples alone.

        What became of the facts that are shown is a fair sample. That of others is known now and
        then, mostly when they are there.
        """
        if self.unread:
            return False
        if self._whole:
            return True
        words = self._words.threshold
        if fact.kind in LONG_PROSE:
            return max(fact.tokens, default=0) < min(words, self._bigrams.threshold)
        if fact.tokens and max(fact.tokens) >= words:
            return False
        phrase = fact.kind is Kind.TEXT and not fact.flags & Flag.LOW_ENTROPY
        return bool(fact.tokens and phrase) or not self._hides_value(fact)

    def claim(self, facts: Sequence[Fact], moved: Mapping[int, int]) -> None:
        """Mark values of the state as found at their own paths: they are not found again."""
        self._spare.update(moved)
        claimed = set()
        for fact in facts:
            self._spare[fact.value] -= 1
            claimed.add((fact.path, fact.value))
        self._left = defaultdict(list)
        free: set[int] = set()
        for identity, fact in self._leaves.items():
            if identity in claimed:
                self._taken.update(_words_of(fact))
            else:
                self._left[fact.path].append(fact)
                free.update(_words_of(fact))
        # Where any text is, nobody can tell which words are its own.
        self._taken = set() if self._holds_text() else self._taken - free

    def _holds_text(self) -> bool:
        """Whether there is, or may be, anything but short values of a state."""
        side = self.fingerprint
        return side.fact_total > len(side.facts) or any(
            fact.kind in LONG_PROSE or not fact.flags & Flag.STATE for fact in side.facts
        )

    def elsewhere(self, fact: Fact) -> Sight:
        """The fact among all values, or inside text; its outcome is None when it is in neither."""
        if self.values[fact.value]:
            if not fact.flags & Flag.STATE or self._free(fact):
                return Sight(self._written(fact), 1.0)
            return NOWHERE  # what is left of it was found already, for another fact
        if self._words.holds(fact.value >> 8) and not self._is_others(fact):
            return Sight(self._written(fact), 1.0)
        if fact.kind is Kind.SENTENCE:
            return self._sentence(fact)
        if fact.kind is Kind.DOCUMENT:
            return self._document(fact)
        if fact.tokens:
            return self._by_tokens(fact)
        return self._not_found(fact)

    def changed(self, fact: Fact) -> Outcome | None:
        """`altered` or `truncated` when another value took the fact's place.

        One value takes the place of one fact: of a list that lost items nothing was altered.
        """
        others = self._others(fact)
        if not others:
            return None
        cut = next((other for other in others[:_CANDIDATES] if _is_beginning(other, fact)), None)
        others.remove(cut or others[0])
        return Outcome.ALTERED if cut is None else Outcome.TRUNCATED

    def reworded(self, fact: Fact, outcome: Outcome) -> Outcome:
        """The outcome of a text whose words were found, given what took its place.

        The beginning of it was cut, and one that is negated where it was not says the opposite.
        """
        others = self._others(fact)
        if self.values[fact.value] or len(others) != 1:
            return outcome
        other = others[0]
        aside = _aside(fact)
        if outcome is Outcome.RESTATED and aside is not None:
            return outcome if _aside(other) in (None, aside) else Outcome.ALTERED
        if outcome is Outcome.RESTATED and _is_beginning(other, fact):
            return Outcome.TRUNCATED
        texts = fact.kind is other.kind is Kind.TEXT
        negated = (fact.flags ^ other.flags) & Flag.NEGATED
        return Outcome.ALTERED if texts and negated else outcome

    def _others(self, fact: Fact) -> list[Fact]:
        """What stands at the fact's path and is no fact of the sender's."""
        if self._left is None or not fact.flags & Flag.STATE:
            return []
        return self._left.get(fact.path, [])

    def missing(self) -> Outcome:
        """What a fact is that is nowhere: dropped, unless some of this side was not read."""
        return Outcome.UNDECIDED if self.unread else Outcome.DROPPED

    def _free(self, fact: Fact) -> bool:
        """Whether a value of the state is left over, or stands in text as well."""
        value = fact.value
        if self._spare[value] > 0:
            self._spare[value] -= 1
            return True
        if self.values[value] > self._in_state[value]:
            return True
        return value >> 8 in self._mentioned and not self._is_others(fact)

    def _is_others(self, fact: Fact) -> bool:
        """Whether all words of a short string stand here for other facts alone.

        "Paris" of the state is not kept by the title "Trip to Paris", which the sender had as well.
        """
        if fact.kind is not Kind.TEXT or not fact.flags & Flag.STATE:
            return False
        return self._taken.issuperset(fact.tokens or (fact.value >> 8,))

    def _written(self, fact: Fact) -> Outcome:
        if fact.kind in _WRITTEN_ONE_WAY or (fact.value, fact.exact) in self._exact:
            return Outcome.KEPT
        words = self._words
        coarse = max(_SURFACE_SHIFT, words.shift)
        if self._surfaces is None:  # how typed values of texts were written
            self._surfaces = {token >> (coarse - words.shift) for token in words.tokens}
        surface = fact.exact << _SURFACE_SHIFT >> coarse
        return Outcome.KEPT if surface in self._surfaces else Outcome.RESTATED

    def _sentence(self, fact: Fact) -> Sight:
        """A sentence by stems of its words and by its bigrams.

        The words tell how much of what it says is there; but a long text has many of them
        anyhow, so bigrams have a say in whether it survived.
        """
        middle = len(fact.tokens) - min(_MOST_PAIRS, len(fact.tokens) // 2)
        words = look_up(fact.tokens[:middle], self._words)
        pairs = look_up(fact.tokens[middle:], self._bigrams)
        return self._prose(fact, words, pairs)

    def _document(self, fact: Fact) -> Sight:
        """A long text of the state by what stands in its place, else by its bigrams."""
        pairs = look_up(fact.tokens[SAMPLE], self._bigrams)
        others = self._others(fact)
        found = replaced(fact, others[:_CANDIDATES])
        said = embedded(fact, pairs, self._bigrams) if pairs.sought else None
        cut = found is not None and found[0] is Outcome.TRUNCATED
        if found is not None and not (cut and said is Outcome.KEPT):
            others.remove(found[1])
            return Sight(found[0], pairs.share)
        return Sight(said, pairs.share) if pairs.sought else self._unsought(fact)

    def _prose(self, fact: Fact, words: LookUp, pairs: LookUp) -> Sight:
        """A text in parts, each of them sought among the tokens that the samples show."""
        if not words.sought or not pairs.sought:
            return self._unsought(fact)
        sure = _outcome_of_prose(words.least, pairs.least)
        if sure is not None:
            return Sight(sure, words.share)
        if _outcome_of_prose(words.most, pairs.most) is not None:
            return _UNDECIDED
        return Sight(None, words.share)

    def _unsought(self, fact: Fact) -> Sight:
        """Prose without tokens: were it there, it would be in the table as a whole."""
        return _UNDECIDED if self._hides_value(fact) else NOWHERE

    def _by_tokens(self, fact: Fact) -> Sight:
        """A short string by its words; others by what else a text may say of them."""
        if fact.kind is Kind.DATETIME:
            return self._date_time(fact)
        own = fact.kind is Kind.TEXT and bool(fact.flags & Flag.STATE)
        if fact.kind is Kind.TEXT and not own and fact.flags & Flag.LOW_ENTROPY:
            return self._common_word(fact)
        words = look_up(fact.tokens, self._words, self._taken if own else ())
        if fact.kind is not Kind.TEXT or fact.flags & Flag.LOW_ENTROPY:
            if words.found:
                return Sight(Outcome.RESTATED, 1.0)
            return self._not_found(fact) if words.shown == words.sought else _UNDECIDED
        if words.least >= _WORDS_KEPT:
            outcome = Outcome.KEPT if words.found == words.sought else Outcome.RESTATED
            return Sight(outcome, words.share)
        return _UNDECIDED if words.most >= _WORDS_KEPT else Sight(None, words.share)

    def _common_word(self, fact: Fact) -> Sight:
        """A common word of a message's data: with what it describes, or without its key.

        Without it the word is said of this, or of anything else.
        """
        *described, alone = fact.tokens
        if not self._words.tokens.isdisjoint(described):
            return Sight(Outcome.RESTATED, 1.0)
        if alone in self._words.tokens or max(fact.tokens) >= self._words.threshold:
            return _UNDECIDED
        return self._not_found(fact)

    def _date_time(self, fact: Fact) -> Sight:
        """A date-time as a whole, or as a date and a time that stand apart."""
        time, whole, dates = fact.tokens[0], fact.tokens[_WHOLE], fact.tokens[_WHOLE.stop :]
        held = self._words.holds
        if any(map(held, whole)):
            return Sight(Outcome.RESTATED, 1.0)
        if held(time) and any(map(held, dates)):
            return Sight(Outcome.RESTATED, 1.0)
        if any(token >= self._words.threshold for token in fact.tokens):
            return _UNDECIDED
        return self._not_found(fact)

    def _not_found(self, fact: Fact, share: float = 0.0) -> Sight:
        """Undecided when neither the fact table nor the words can tell that it is missing."""
        return _UNDECIDED if self._hides_value(fact) else Sight(None, share)

    def _hides_value(self, fact: Fact) -> bool:
        """Whether the value of a fact could be here and not be seen."""
        prose = fact.kind in LONG_PROSE
        side = self.fingerprint
        threshold = side.prose_threshold if prose else side.fact_threshold
        return fact.value >= threshold and (prose or fact.value >> 8 >= self._words.threshold)


def findings(
    known: Sequence[Fact],
    holder: Holder,
    moved: Mapping[int, int] | None = None,
    likenesses: Likenesses | None = None,
) -> list[Finding]:
    """What became of every known fact and how much of it was found, in order.

    Facts found at their own path are settled first, so that one value of the receiver does not
    stand for two of the sender.

    Args:
        known: The facts of the sending side.
        holder: The receiving side; made for this one question.
        moved: How often a value stands in `known` only because the sender moved it from one
            path to another: so many of its facts need no value of their own.
        likenesses: What is near in meaning on the receiving side, where both carry codes.
    """
    at_path = [holder.at_path(fact) for fact in known]
    holder.claim([found for found in at_path if found is not None], moved or {})
    results = []
    for fact, found in zip(known, at_path, strict=True):
        if found is not None:
            same = found.exact == fact.exact or fact.kind is Kind.TEXT
            results.append(Finding(Outcome.KEPT if same else Outcome.RESTATED, 1.0))
            continue
        outcome, support = holder.elsewhere(fact)
        near = _near(fact, support, likenesses)
        if near is not None and support is not None:
            support = 1 - (1 - support) * (1 - near.above)
        if near is not None and near.restated and outcome in _NOT_FOUND:
            results.append(Finding(Outcome.RESTATED, support, near))
            continue
        if outcome is None:
            outcome = holder.changed(fact) or holder.missing()
        elif fact.kind is Kind.TEXT:
            outcome = holder.reworded(fact, outcome)
            if outcome is Outcome.ALTERED:
                support = 0.0  # its words are there, and say the opposite
        results.append(Finding(outcome, None if outcome is Outcome.UNDECIDED else support))
    return results


def outcomes(
    known: Sequence[Fact],
    holder: Holder,
    moved: Mapping[int, int] | None = None,
    likenesses: Likenesses | None = None,
) -> list[Outcome]:
    """The outcome of every known fact, in order: `findings` without the support."""
    return [found.outcome for found in findings(known, holder, moved, likenesses)]


def _near(fact: Fact, support: float | None, likenesses: Likenesses | None) -> Likeness | None:
    """What is near a fact in meaning; nothing for one that must be kept, or was found whole."""
    if likenesses is None or support == 1.0 or fact.flags & Flag.MUST_KEEP:
        return None
    return likenesses.of(fact.value)


def _outcome_of_prose(words: float, pairs: float) -> Outcome | None:
    """What became of a text of whose words and bigrams so much is there; None: it is not."""
    if min(words, pairs) >= _SENTENCE_KEPT:
        return Outcome.KEPT
    return Outcome.RESTATED if (words + pairs) / 2 >= _SENTENCE_RESTATED else None


def _is_beginning(shorter: Fact, longer: Fact) -> bool:
    """Whether the shorter fact is what a cut left of the longer one."""
    if longer.kind is not Kind.TEXT or shorter.kind not in (Kind.TEXT, Kind.ID, Kind.NUMBER):
        return False
    if (shorter.flags ^ longer.flags) & Flag.NEGATED:
        return False
    return set(shorter.tokens or (shorter.value >> 8,)) < set(longer.tokens)


def _words_of(fact: Fact) -> tuple[int, ...]:
    """The words of a short string."""
    return (fact.value >> 8, *fact.tokens) if fact.kind is Kind.TEXT else ()


def _aside(fact: Fact) -> int | None:
    """The token of what only says more closely what is meant: the region behind a place.

    It is the last one, and the only one that stands once.
    """
    if fact.kind is not Kind.TEXT or len(fact.tokens) < 3:
        return None
    *own, last = Counter(fact.tokens).items()
    return last[0] if last[1] == 1 and own and all(count > 1 for _, count in own) else None
