"""One handoff: `Evidence` goes in, a `Measurement` comes out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from intact.measure.containment import containment
from intact.measure.interval import UNKNOWN, Share
from intact.measure.known import known_side, moved, superseded
from intact.measure.likeness import Likenesses
from intact.measure.lists import list_changes
from intact.measure.outcome import Holder, findings, outcomes
from intact.measure.retention import (
    SURVIVED,
    Weighed,
    hidden_prose,
    is_prose,
    retention,
    total_weight,
    weigh,
)
from intact.measure.support import Finding
from intact.measure.union import IncomparableError, check_comparable, union
from intact.measure.verdict import Thresholds, judge
from intact.model.evidence import Evidence
from intact.model.facts import LONG_PROSE, LOSSES, PROSE, TYPED, Fact, Flag, Outcome, under
from intact.model.fingerprint import EVERY_FACT, Fingerprint, Limit
from intact.model.measurement import (
    AlikeFact,
    At,
    Interval,
    LostFact,
    Measurement,
    Reason,
    Verdict,
)

DEFAULT = Thresholds()


def compare(
    known: Fingerprint, received: Fingerprint, thresholds: Thresholds = DEFAULT
) -> Measurement:
    """What of one context survives in another.

    The same measure as for a handoff of which nothing but the two ends is known. Costs some
    microseconds a fact. Never raises for fingerprints that cannot be compared: the verdict is
    then ``not_measured``, with the reason.
    """
    return measure(Evidence(known=(known,), received=received), thresholds)


def measure(evidence: Evidence, thresholds: Thresholds = DEFAULT) -> Measurement:
    """Measure one handoff.

    Every known fact gets one outcome and every loss one place (`At`). A side that was not
    observed, or cannot be compared, gives the verdict ``not_measured`` with its reason: never
    1.0 and never 0.0.
    """
    reason = _unmeasurable(evidence)
    if reason is not None or evidence.received is None:
        return _not_measured(evidence, reason or Reason.RECEIVED_MISSING)
    try:
        whole = union(evidence.known)
        known = known_side(whole, evidence.known, evidence.must_keep)
        for side in (evidence.received, evidence.sent, evidence.state):
            if side is not None:
                check_comparable(known, side)
    except IncomparableError as error:
        return _not_measured(evidence, error.reason)
    if not known.facts:
        return _not_measured(evidence, Reason.NOTHING_KNOWN)
    return _measured(evidence, whole, known, evidence.received, thresholds)


def _unmeasurable(evidence: Evidence) -> Reason | None:
    if evidence.problems:
        return evidence.problems[0]
    if not evidence.known:
        return Reason.KNOWN_MISSING
    if evidence.received is None or _hides_all(evidence.received):
        return Reason.RECEIVED_MISSING
    return None


def _hides_all(received: Fingerprint) -> bool:
    """Whether nothing of a context could be read: an object that shows nothing holds anything."""
    return bool(received.limits & Limit.OPAQUE) and not (received.facts or received.words.total)


def _measured(
    evidence: Evidence,
    whole: Fingerprint,
    known: Fingerprint,
    received: Fingerprint,
    thresholds: Thresholds,
) -> Measurement:
    holder = Holder(received, known.limits)
    likenesses = Likenesses(known, received)
    seen = findings(known.facts, holder, moved(evidence.known, known), likenesses)
    found = [one.outcome for one in seen]
    found = _replaced(known.facts, found, evidence)
    found = _reacquired(known.facts, found, received, evidence)
    found = _pruned(known, found, evidence)
    items = weigh(known.facts, found, map(holder.shows, known.facts), _stand_for(known))
    named_items = [item for item in items if not is_prose(item.fact)]
    named = retention(named_items)
    prose = containment(known.bigrams, received.bigrams)
    counts = Counter(found)
    history, lists = list_changes(known.lists, received.lists)
    counts[Outcome.ADDED], novelty = _added(whole, received)
    reason = None
    if named.value is None:
        reason = Reason.UNDECIDED if named_items else Reason.PROSE_ONLY
    overall = UNKNOWN
    if reason is None:
        overall = retention(items, hidden_prose(items, _hidden_sentences(known)))
    decided = [item for item in items if item.outcome not in (Outcome.UNDECIDED, Outcome.PRUNED)]
    weight = total_weight(decided) if reason is None else 0.0
    payload = evidence.sent if evidence.sent is not None else received
    return Measurement(
        verdict=judge(items, named, thresholds),
        reason=reason,
        retention=overall.value,
        interval=_interval(overall),
        named_retention=named.value,
        named_interval=_interval(named),
        prose_retention=prose.value,
        sent_received=_share(evidence.sent, received),
        known_sent=_share(known, evidence.sent),
        novelty=novelty,
        grounding=containment(received.bigrams, known.bigrams).value,
        payload_bytes=payload.size or None,
        facts={outcome: counts[outcome] for outcome in Outcome},
        lost=_lost(known, items, evidence),
        absent=_absent(evidence, known),
        history=history,
        lists=lists,
        alike=_alike(known.facts, seen, found),
        weight=weight,
        kept_weight=weight * (overall.value or 0.0),
    )


def _stand_for(known: Fingerprint) -> list[float]:
    """How many facts each fact of a sampled table stands for."""
    named = EVERY_FACT / known.fact_threshold if known.fact_threshold else 1.0
    prose = EVERY_FACT / known.prose_threshold if known.prose_threshold else 1.0
    return [
        1.0 if fact.flags & Flag.MUST_KEEP else prose if fact.kind in LONG_PROSE else named
        for fact in known.facts
    ]


def _hidden_sentences(known: Fingerprint) -> int:
    """How many sentences there were, when not one of them is in the table."""
    seen = any(fact.kind in LONG_PROSE for fact in known.facts)
    return 0 if seen or known.prose_threshold >= EVERY_FACT else known.prose_total


def _alike(
    facts: Sequence[Fact], seen: Sequence[Finding], found: Sequence[Outcome]
) -> tuple[AlikeFact, ...]:
    """The facts that count as restated by their meaning, the most doubtful first."""
    alike = [
        AlikeFact(fact.name or "*", fact.kind, near.cosine, Interval(near.low, near.high))
        for fact, (_, _, near), outcome in zip(facts, seen, found, strict=True)
        if near is not None and outcome is Outcome.RESTATED
    ]
    return tuple(sorted(alike, key=lambda one: one.cosine))


def _interval(share: Share) -> Interval | None:
    return None if share.value is None else Interval(share.low, share.high)


def _replaced(facts: Sequence[Fact], found: Sequence[Outcome], evidence: Evidence) -> list[Outcome]:
    """Facts that are gone since the sender itself put another value in their place."""
    replaced = superseded(evidence.known)
    return [
        Outcome.ALTERED
        if outcome is Outcome.DROPPED and (fact.path, fact.value) in replaced
        else outcome
        for fact, outcome in zip(facts, found, strict=True)
    ]


def _reacquired(
    facts: Sequence[Fact], found: Sequence[Outcome], received: Fingerprint, evidence: Evidence
) -> list[Outcome]:
    """Facts that the receiver has only because it looked them up again itself."""
    before, after = evidence.looked_up_before, evidence.looked_up_after
    if not before and not after:
        return list(found)
    results = []
    for fact, outcome in zip(facts, found, strict=True):
        own = sum(_mentions(side, fact) for side in before)
        by_itself = outcome in SURVIVED and own and _mentions(received, fact) <= own
        later = outcome in LOSSES and (own or any(_mentions(side, fact) for side in after))
        results.append(Outcome.REACQUIRED if by_itself or later else outcome)
    return results


def _mentions(side: Fingerprint, fact: Fact) -> int:
    """How often a side says the value of a fact, also in a coarser or finer reading."""
    short = fact.value >> 8
    return sum(
        one.count
        for one in side.facts
        if one.value == fact.value
        or (one.kind in TYPED and (one.value >> 8 in fact.tokens or short in one.tokens))
    )


def _pruned(known: Fingerprint, found: Sequence[Outcome], evidence: Evidence) -> list[Outcome]:
    """Losses that the sender declared as intended: by path, or by a mark on the fact."""
    paths = [path for path, _ in known.pruned] + list(evidence.pruned)
    if evidence.sent is not None:
        paths += [path for path, _ in evidence.sent.pruned]
    return [
        Outcome.PRUNED
        if outcome in LOSSES
        and (fact.flags & Flag.PRUNED or any(under(fact.name, path) for path in paths))
        else outcome
        for fact, outcome in zip(known.facts, found, strict=True)
    ]


def _lost(known: Fingerprint, items: Sequence[Weighed], evidence: Evidence) -> tuple[LostFact, ...]:
    """The losses by name, heaviest first, each charged to one place."""
    sent = None if evidence.sent is None else Holder(evidence.sent, known.limits)
    state = None if evidence.state is None else Holder(evidence.state, known.limits)
    lost = [item for item in items if item.outcome in LOSSES]
    lost.sort(key=lambda item: (not item.fact.flags & Flag.MUST_KEEP, -item.weight))
    return tuple(
        LostFact(
            fact=item.fact.name or "*",
            kind=item.fact.kind,
            outcome=item.outcome,
            at=_where(item.fact, sent, state),
            must_keep=bool(item.fact.flags & Flag.MUST_KEEP),
        )
        for item in lost
    )


def _where(fact: Fact, sent: Holder | None, state: Holder | None) -> At:
    """The step at which the fact was last seen and first missing."""
    if state is not None and _holds(state, fact):
        return At.PROMPT
    held = None if sent is None else _holds(sent, fact)
    if held is None:
        return At.UNKNOWN
    return At.TRANSPORT if held else At.SUMMARY


def _holds(holder: Holder, fact: Fact) -> bool | None:
    """Whether a side holds a fact; None when that cannot be told."""
    outcome = Outcome.KEPT if holder.at_path(fact) else holder.elsewhere(fact).outcome
    outcome = outcome or holder.missing()
    return None if outcome is Outcome.UNDECIDED else outcome in SURVIVED


def _share(first: Fingerprint | None, second: Fingerprint | None) -> float | None:
    """Retention of named facts from one side to another, when both were observed."""
    if first is None or second is None:
        return None
    first = replace(
        first, facts=tuple(fact for fact in first.facts if not fact.flags & Flag.SYSTEM)
    )
    facts = first.facts
    holder = Holder(second, first.limits)
    items = weigh(
        facts,
        outcomes(facts, holder, likenesses=Likenesses(first, second)),
        map(holder.shows, facts),
        _stand_for(first),
    )
    return retention(item for item in items if not is_prose(item.fact)).value


def _added(whole: Fingerprint, received: Fingerprint) -> tuple[int, float | None]:
    """How many named facts the receiver holds that the sender did not, and their share.

    Looked for as any fact is, the other way round: ``129.9`` is not new to who knew ``$129.90``.
    """
    own = replace(whole, facts=tuple(f for f in whole.facts if not f.flags & Flag.SYSTEM))
    named = [
        fact for fact in received.facts if fact.kind not in PROSE and not fact.flags & Flag.SYSTEM
    ]
    found = outcomes(named, Holder(own, received.limits))
    decided = [outcome for outcome in found if outcome is not Outcome.UNDECIDED]
    added = sum(outcome in LOSSES for outcome in decided)
    return added, added / len(decided) if decided else None


def _absent(evidence: Evidence, known: Fingerprint) -> tuple[str, ...]:
    """Must-keep facts that the sender never had: not lost here."""
    held = {fact.value for fact in known.facts}
    names = {fact.name for fact in known.facts}
    paths = {fact.path for fact in known.facts if fact.flags & Flag.STATE}
    declared = [
        fact.name
        for fact in evidence.must_keep
        if fact.name and fact.value not in held and fact.path not in paths
    ]
    return tuple(name for name in dict.fromkeys((*known.absent, *declared)) if name not in names)


def _not_measured(evidence: Evidence, reason: Reason) -> Measurement:
    payload = evidence.sent if evidence.sent is not None else evidence.received
    return Measurement(
        Verdict.NOT_MEASURED,
        reason,
        facts=dict.fromkeys(Outcome, 0),
        payload_bytes=(payload.size or None) if payload is not None else None,
    )
