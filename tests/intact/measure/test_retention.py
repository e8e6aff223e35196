"""What each fact weighs, and what no amount of talk outweighs."""

from __future__ import annotations

import pytest

from intact.measure.interval import Share
from intact.measure.retention import Weighed, hidden_prose, retention, weigh, weight
from intact.measure.verdict import Thresholds, judge
from intact.model.facts import Fact, Flag, Kind, Outcome
from intact.model.measurement import Verdict


def fact(kind: Kind = Kind.ID, flags: int = Flag.NONE, value: int = 1) -> Fact:
    """A fact of which only these matter."""
    return Fact(0, value, 0, kind, flags)


@pytest.mark.parametrize(
    ("one", "weighs"),
    [
        (fact(Kind.TEXT), 1.0),
        (fact(Kind.NAME), 0.1),
        (fact(Kind.SENTENCE), 0.1),
        (fact(Kind.DOCUMENT, Flag.STATE), 0.1),
        (fact(Kind.BOOLEAN, Flag.LOW_ENTROPY), 0.5),
        (fact(Kind.NUMBER, Flag.LOW_ENTROPY), 0.5),
        (fact(Kind.OPAQUE), 1.0),
        (fact(Kind.TEXT, Flag.DECLARED), 2.0),
        (fact(Kind.BOOLEAN, Flag.LOW_ENTROPY | Flag.MUST_KEEP), 3.0),
        (fact(Kind.SENTENCE, Flag.MUST_KEEP), 3.0),
        (fact(Kind.ID), 2.0),
        (fact(Kind.AMOUNT), 2.0),
        (fact(Kind.DATE), 2.0),
        (fact(Kind.DATETIME), 2.0),
        (fact(Kind.PHONE), 2.0),
    ],
)
def test_the_weight_of_a_fact(one: Fact, weighs: float) -> None:
    """What people would miss first weighs most."""
    assert weight(one) == weighs


def total(items: list[Weighed], flag: int = 0, prose: bool = False) -> float:
    """The weight of the items with a flag, or of those that are prose."""
    if prose:
        return sum(item.weight for item in items if item.fact.kind is Kind.SENTENCE)
    return sum(item.weight for item in items if item.fact.flags & flag)


@pytest.mark.parametrize("number", [1, 5, 500])
def test_a_talkative_tool_weighs_at_most_as_much_as_everything_else(number: int) -> None:
    """However many facts it has; a must-keep one among them is not capped."""
    facts = [fact()] * 3 + [fact(flags=Flag.TOOL)] * number
    items = weigh(facts, [Outcome.KEPT] * len(facts))
    assert total(items, Flag.TOOL) == pytest.approx(min(2.0 * number, 6.0))
    must = weigh([*facts, fact(flags=Flag.TOOL | Flag.MUST_KEEP)], [Outcome.KEPT] * (number + 4))
    assert must[-1].weight == 3.0


def test_a_tool_alone_weighs_what_it_weighs() -> None:
    """There is nothing that it could outweigh."""
    items = weigh([fact(flags=Flag.TOOL)] * 4, [Outcome.KEPT] * 4)
    assert total(items, Flag.TOOL) == 8.0


@pytest.mark.parametrize(("number", "weighs"), [(1, 0.1), (10, 0.8), (1000, 0.8)])
def test_prose_weighs_a_fifth_of_the_named_facts_at_most(number: int, weighs: float) -> None:
    """However long it is."""
    facts = [fact(), fact()] + [fact(Kind.SENTENCE)] * number
    items = weigh(facts, [Outcome.KEPT] * len(facts))
    assert total(items, prose=True) == pytest.approx(weighs)


def weighed(*outcomes: Outcome) -> list[Weighed]:
    """One fact of weight 1 for each outcome."""
    return [Weighed(fact(Kind.TEXT), outcome, 1.0) for outcome in outcomes]


@pytest.mark.parametrize(
    ("outcomes", "share"),
    [
        ([Outcome.KEPT, Outcome.RESTATED], Share(1.0, 1.0, 1.0)),
        ([Outcome.KEPT, Outcome.DROPPED], Share(0.5, 0.5, 0.5)),
        (
            [Outcome.KEPT, Outcome.ALTERED, Outcome.TRUNCATED, Outcome.REACQUIRED],
            Share(0.25, 0.25, 0.25),
        ),
        ([Outcome.KEPT, Outcome.PRUNED, Outcome.PRUNED], Share(1.0, 1.0, 1.0)),
        (
            [Outcome.KEPT, Outcome.DROPPED, Outcome.UNDECIDED, Outcome.UNDECIDED],
            Share(0.5, 0.25, 0.75),
        ),
        ([Outcome.PRUNED], Share(None, 0.0, 1.0)),
        ([Outcome.UNDECIDED], Share(None, 0.0, 1.0)),
        ([], Share(None, 0.0, 1.0)),
    ],
)
def test_retention_is_the_share_of_what_was_decided(outcomes: list[Outcome], share: Share) -> None:
    """Pruned facts leave the account, undecided ones widen the interval."""
    assert retention(weighed(*outcomes)) == share


def test_a_sample_of_facts_has_an_interval() -> None:
    """Narrower the more of them were seen."""
    items = weighed(*[Outcome.KEPT] * 15, *[Outcome.DROPPED] * 5)
    few, many, all_of_them = (
        retention(item._replace(stands_for=count) for item in items) for count in (50.0, 1.25, 1.0)
    )
    assert few.value == many.value == 0.75
    assert few.low < many.low < 0.75 < many.high < few.high
    assert all_of_them == Share(0.75, 0.75, 0.75)


def test_facts_that_are_shown_stand_for_those_that_are_not() -> None:
    """What happens to be found of the others only bounds it: it is found when it is there."""
    shown = weighed(*[Outcome.KEPT] * 10, *[Outcome.DROPPED] * 10)
    others = weighed(*[Outcome.KEPT] * 30, *[Outcome.UNDECIDED] * 50)
    share = retention(shown + [item._replace(shown=False) for item in others])
    assert share.value == 0.5
    assert 0.4 <= share.low < 0.5 < share.high <= 0.9
    surely = weighed(*[Outcome.KEPT] * 90)
    assert retention(shown + [item._replace(shown=False) for item in surely]).low >= 100 / 110


def test_without_facts_that_are_shown_the_bounds_are_all_there_is() -> None:
    """What was found is the value, and everything else may have arrived or not."""
    items = [
        item._replace(shown=False)
        for item in weighed(*[Outcome.KEPT] * 3, Outcome.DROPPED, *[Outcome.UNDECIDED] * 4)
    ]
    assert retention(items) == Share(0.75, 0.375, 0.875)


def test_must_keep_facts_stand_for_themselves_alone() -> None:
    """They are all there, while each of a sample of others stands for many."""
    must = [Weighed(fact(flags=Flag.MUST_KEEP), Outcome.DROPPED, 3.0) for _ in range(10)]
    others = [Weighed(fact(), Outcome.KEPT, 2.0, stands_for=30.0) for _ in range(20)]
    assert retention(must + others).value == pytest.approx(1200 / 1230)


def test_prose_without_a_sample_widens_the_interval_by_its_weight() -> None:
    """A fifth of the named facts at most, and nothing is said of it."""
    named = weigh([fact(), fact()], [Outcome.KEPT] * 2)
    for count, weighs in ((1, 0.1), (10, 0.8), (1000, 0.8)):
        hidden = hidden_prose(named, count)
        assert hidden == pytest.approx(weighs)
        assert retention(named, hidden) == Share(1.0, pytest.approx(4 / (4 + weighs)), 1.0)


@pytest.mark.parametrize(
    ("share", "verdict"),
    [
        (Share(None, 0.0, 1.0), Verdict.NOT_MEASURED),
        (Share(1.0, 1.0, 1.0), Verdict.INTACT),
        (Share(0.9, 0.5, 1.0), Verdict.INTACT),
        (Share(0.89, 0.89, 0.89), Verdict.DEGRADED),
        (Share(0.5, 0.5, 0.5), Verdict.DEGRADED),
        (Share(0.49, 0.49, 0.49), Verdict.LOST),
        (Share(0.49, 0.4, 0.51), Verdict.DEGRADED),
        (Share(0.0, 0.0, 0.49), Verdict.LOST),
    ],
)
def test_where_verdicts_change(share: Share, verdict: Verdict) -> None:
    """Below a half it is lost only if the whole interval says so."""
    assert judge([], share, Thresholds()) is verdict
