"""The page on what is measured agrees with the weights, thresholds and words of the code."""

from __future__ import annotations

import re

from intact.measure import retention, verdict
from intact.measure.containment import Share
from intact.model.facts import LOSSES, PROSE, Fact, Flag, Kind, Outcome
from intact.model.measurement import At, Relation, Verdict
from tests.docs.pages import code, table, text_of

PAGE = text_of("what-intact-measures.md")
FLAT = " ".join(PAGE.split())


def fact(kind: Kind = Kind.TEXT, flags: int = Flag.NONE) -> Fact:
    return Fact(path=1, value=1, exact=1, kind=kind, flags=flags)


def weighed(*facts: Fact) -> list[float]:
    """Weights with the caps applied, when all were kept."""
    found = retention.weigh(facts, [Outcome.KEPT] * len(facts))
    return [item.weight for item in found]


def test_weights_are_those_of_the_page() -> None:
    """Must-keep, typed, other leaves, what means something only with its key."""
    (said,) = re.findall(
        r"must-keep facts (\d+), typed values (\d+), other leaves (\d+), values that mean "
        r"something only with their key \(.*?\) (\d\.\d)",
        FLAT,
    )
    must_keep, typed, plain, low = map(float, said)
    assert weighed(fact(flags=Flag.MUST_KEEP | Flag.STATE)) == [must_keep]
    assert weighed(fact(Kind.AMOUNT)) == [typed]
    assert weighed(fact(flags=Flag.STATE)) == [plain]
    assert weighed(fact(Kind.NUMBER, Flag.LOW_ENTROPY | Flag.STATE)) == [low]


def test_prose_and_tools_weigh_no_more_than_the_page_says() -> None:
    """A fifth of the named facts; as much as everything else."""
    assert "All prose together weighs at most a fifth of the named facts" in FLAT
    assert "tools never more than everything else" in FLAT
    named = [fact(flags=Flag.STATE)] * 10
    prose = weighed(*named, *[fact(Kind.SENTENCE)] * 1000)
    assert round(sum(prose[10:]) / sum(prose[:10]), 9) == 1 / 5
    tools = weighed(*named, *[fact(Kind.ID, Flag.TOOL)] * 1000)
    assert round(sum(tools[10:]) / sum(tools[:10]), 9) == 1


def test_verdicts_and_their_thresholds_are_those_of_the_page() -> None:
    """Less than half, with the whole interval; less than nine tenths; any named fact gone."""
    rules = {code(row["verdict"]): row["rule"] for row in table(PAGE, "Verdicts").rows}
    assert set(rules) == {one.value for one in Verdict}
    assert "less than half of the named facts arrived, with the whole interval" in rules["lost"]
    assert "less than nine tenths arrived" in rules["degraded"]

    def judged(share: float, high: float, *lost: Fact) -> Verdict:
        items = [retention.Weighed(one, Outcome.DROPPED, 1.0) for one in lost]
        return verdict.judge(items, Share(share, share, high), verdict.Thresholds())

    assert judged(0.49, 0.49) is Verdict.LOST
    assert judged(0.49, 0.51) is Verdict.DEGRADED
    assert judged(0.5, 0.5) is Verdict.DEGRADED
    assert judged(0.89, 0.89) is Verdict.DEGRADED
    assert judged(0.9, 0.9) is Verdict.INTACT
    assert judged(0.99, 0.99, fact(flags=Flag.STATE)) is Verdict.DEGRADED
    assert judged(0.99, 0.99, fact(flags=Flag.MUST_KEEP)) is Verdict.LOST
    assert judged(1.0, 1.0, fact(Kind.SENTENCE)) is Verdict.INTACT
    assert verdict.judge([], Share(None, None, None), verdict.Thresholds()) is Verdict.NOT_MEASURED


def test_outcomes_are_all_there_and_losses_are_called_so() -> None:
    """`yes` stands where `lost` lists it, and nowhere else."""
    rows = table(PAGE, "Outcomes").rows
    assert [code(row["outcome"]) for row in rows] == [one.value for one in Outcome]
    losses = {code(row["outcome"]) for row in rows if row["a loss?"] == "yes"}
    assert losses == {one.value for one in LOSSES}


def test_places_of_a_loss_are_all_there() -> None:
    """Each loss is charged to one of them."""
    rows = table(PAGE, "Where it was lost").rows
    assert [code(row["`at`"]) for row in rows] == [one.value for one in At]


def test_prose_is_what_the_page_calls_so() -> None:
    """Sentences, and names found in texts."""
    rows = table(PAGE, "Facts").rows
    prose = {row["fact"] for row in rows if row["counts as"] == "prose"}
    assert prose == {"a sentence", "a proper name or an acronym in a text"}
    assert {Kind.SENTENCE, Kind.NAME} <= PROSE


def test_relations_of_lists_are_those_of_the_code() -> None:
    """In their order."""
    rows = table(PAGE, "Lists and histories", "`relation`").rows
    assert [code(row["`relation`"]) for row in rows] == [one.value for one in Relation]
