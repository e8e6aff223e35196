"""One handoff: verdict, where each loss happened, and what was left out of the account."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from intact.fingerprint import Fingerprinter, Key
from intact.measure import Thresholds, compare, measure
from intact.model.evidence import Evidence
from intact.model.facts import Flag, Kind, Outcome
from intact.model.fingerprint import Fingerprint, Limit
from intact.model.measurement import At, Interval, Measurement, Reason, Verdict
from tests.intact.fingerprint.reading import read

ORDER = {"id": "A-1042", "total": 129.9, "refund_by": "2026-12-04", "carrier": "UPS"}


def without(*keys: str, **changed: object) -> dict[str, object]:
    """The order with some of it gone or changed."""
    return {key: value for key, value in (ORDER | changed).items() if key not in keys}


def handed(known: Any, received: Any, *must_keep: str, **more: Any) -> Measurement:
    """Measure what became of one known context."""
    sides = {
        name: tuple(map(read, side)) if isinstance(side, tuple) else read(side)
        for name, side in more.items()
    }
    evidence = Evidence(known=(read(known, *must_keep),), received=read(received))
    return measure(replace(evidence, **sides))


# -- the verdict ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("received", "must_keep", "verdict"),
    [
        (ORDER, (), Verdict.INTACT),
        (ORDER | {"more": "B-771"}, (), Verdict.INTACT),
        (without(refund_by="4 December 2026"), ("refund_by",), Verdict.INTACT),
        ("Order A-1042 with UPS, $129.90, until December 4, 2026.", ("id",), Verdict.INTACT),
        (without("carrier"), (), Verdict.DEGRADED),
        (without(total=139.9), (), Verdict.DEGRADED),
        (without("carrier"), ("refund_by",), Verdict.DEGRADED),
        (without("refund_by"), ("refund_by",), Verdict.LOST),
        (without(refund_by="2026-12-05"), ("refund_by",), Verdict.LOST),
        ({"id": "A-1042"}, (), Verdict.LOST),
        ({}, (), Verdict.LOST),
        (without("id"), ("id", "customer"), Verdict.LOST),
    ],
)
def test_the_verdict(received: object, must_keep: tuple[str, ...], verdict: Verdict) -> None:
    """A must-keep fact gone, or most of it: lost. Any named fact gone: degraded."""
    assert handed(ORDER, received, *must_keep).verdict is verdict


def test_thresholds_are_settings() -> None:
    """Both of them."""
    known, received = read(ORDER), read(without("carrier", "total"))
    share = compare(known, received).named_retention
    assert share == pytest.approx(4 / 7)
    assert compare(known, received, Thresholds(lost=0.6)).verdict is Verdict.LOST
    assert compare(known, known, Thresholds(degraded=1.1)).verdict is Verdict.DEGRADED


def test_prose_that_is_gone_does_not_decide() -> None:
    """It lowers retention a little, and is listed."""
    text = "The customer was quite upset about the delay. She wrote to us four times this week."
    measured = handed(ORDER | {"notes": text}, ORDER)
    assert measured.verdict is Verdict.INTACT
    assert measured.named_retention == 1.0
    assert 0.8 < (measured.retention or 0) < 1.0
    assert {fact.kind for fact in measured.lost} == {Kind.DOCUMENT, Kind.SENTENCE}
    assert measured.prose_retention == 0.0


def test_prose_that_has_to_survive_does_decide() -> None:
    """When it was declared."""
    text = "Do not send a voucher in place of the money, whatever the depot says about it."
    assert handed(ORDER | {"notes": text}, ORDER, "notes").verdict is Verdict.LOST
    assert handed(ORDER | {"notes": text}, ORDER | {"notes": text}, "notes").verdict is (
        Verdict.INTACT
    )


def test_a_fact_that_the_sender_never_had_is_absent_not_lost() -> None:
    """By its declared path."""
    measured = handed(ORDER, ORDER, "customer", "id")
    assert (measured.verdict, measured.absent) == (Verdict.INTACT, ("customer",))


def test_must_keep_facts_come_first_and_heavier_ones_before_lighter() -> None:
    """Of what was lost."""
    lost = handed({**ORDER, "gift": True}, {}, "carrier").lost
    assert lost[0].fact == "carrier"
    assert [fact.must_keep for fact in lost] == [True, False, False, False, False]
    assert lost[-1].fact == "gift"


# -- not measured --------------------------------------------------------------------------------

FOREIGN = Fingerprinter(Key(b"the key of another machine")).fingerprint(ORDER)


@pytest.mark.parametrize(
    ("evidence", "reason"),
    [
        (Evidence((), read(ORDER)), Reason.KNOWN_MISSING),
        (Evidence((read(ORDER),), None), Reason.RECEIVED_MISSING),
        (Evidence((read(ORDER),), read(object())), Reason.RECEIVED_MISSING),
        (Evidence((read({}),), read(ORDER)), Reason.NOTHING_KNOWN),
        (
            Evidence((read([{"role": "system", "content": "Pay $500 at most."}]),), read(ORDER)),
            Reason.NOTHING_KNOWN,
        ),
        (
            Evidence((read("She was quite upset about the delay."),), read(ORDER)),
            Reason.PROSE_ONLY,
        ),
        (Evidence((read(ORDER),), FOREIGN), Reason.FOREIGN_KEY),
        (Evidence((read(ORDER), FOREIGN), read(ORDER)), Reason.FOREIGN_KEY),
        (Evidence((read(ORDER),), read(ORDER), sent=FOREIGN), Reason.FOREIGN_KEY),
        (Evidence((read(ORDER),), replace(read(ORDER), suite=2)), Reason.UNKNOWN_SUITE),
        (
            Evidence((read(ORDER),), replace(read({}), limits=Limit.ERROR)),
            Reason.UNDECIDED,
        ),
        (
            Evidence((read(ORDER),), None, problems=(Reason.CONTENT_OFF, Reason.REDACTED)),
            Reason.CONTENT_OFF,
        ),
        (
            Evidence((read(ORDER),), read(ORDER), problems=(Reason.ATTRIBUTE_CUT,)),
            Reason.ATTRIBUTE_CUT,
        ),
    ],
)
def test_what_cannot_be_known_is_not_measured(evidence: Evidence, reason: Reason) -> None:
    """Never 1 and never 0, and nothing is called lost."""
    measured = measure(evidence)
    assert (measured.verdict, measured.reason) == (Verdict.NOT_MEASURED, reason)
    assert (measured.retention, measured.interval) == (None, None)
    assert measured.named_retention is None
    assert (measured.weight, measured.kept_weight) == (0, 0)
    assert not [fact for fact in measured.lost if fact.must_keep]


# -- charged once --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "state", "at"),
    [
        (None, None, At.UNKNOWN),
        (without("carrier"), None, At.SUMMARY),
        (ORDER, None, At.TRANSPORT),
        ("It goes with UPS, they say.", None, At.TRANSPORT),
        (ORDER, ORDER, At.PROMPT),
        (None, ORDER, At.PROMPT),
        (without("carrier"), without("carrier"), At.SUMMARY),
        (ORDER, without("carrier"), At.TRANSPORT),
    ],
)
def test_each_loss_is_charged_once_to_the_step_where_it_happened(
    sent: object, state: object, at: At
) -> None:
    """Where it was last seen, and first missing."""
    sides = {name: side for name, side in (("sent", sent), ("state", state)) if side is not None}
    measured = handed(ORDER, without("carrier"), **sides)
    assert [(fact.fact, fact.at) for fact in measured.lost] == [("carrier", at)]


def test_a_loss_behind_what_was_not_read_is_charged_to_nobody() -> None:
    """The payload was cut before it was fingerprinted."""
    sent = replace(read(without("carrier")), limits=Limit.SIZE)
    evidence = Evidence((read(ORDER),), read(without("carrier")), sent=sent)
    assert [fact.at for fact in measure(evidence).lost] == [At.UNKNOWN]


def test_the_shares_on_the_way_stand_beside_the_whole() -> None:
    """From known to sent, from sent to received; none where nothing was sent."""
    measured = handed(ORDER, without("carrier", "total"), sent=without("carrier"))
    assert measured.known_sent == pytest.approx(6 / 7)
    assert measured.sent_received == pytest.approx(4 / 6)
    assert measured.payload_bytes == read(without("carrier")).size
    bare = handed(ORDER, ORDER)
    assert (bare.known_sent, bare.sent_received) == (None, None)
    assert bare.payload_bytes == read(ORDER).size


# -- what the sender knew ------------------------------------------------------------------------


def knowing(*sides: Any, received: Any, must_keep: tuple[str, ...] = ()) -> Measurement:
    """Measure what became of several contexts of the sender, in time order."""
    known = tuple(read(side, *must_keep) for side in sides)
    return measure(Evidence(known=known, received=read(received)))


def test_the_agents_own_update_supersedes_what_it_was_given() -> None:
    """The old value is not known any more."""
    measured = knowing(ORDER, without(carrier="DHL"), received=without(carrier="DHL"))
    assert (measured.verdict, measured.lost) == (Verdict.INTACT, ())


def test_the_agents_own_change_of_a_must_keep_fact_is_a_loss() -> None:
    """That it changed is the finding."""
    changed = without(refund_by="2026-12-14")
    measured = knowing(ORDER, changed, received=changed, must_keep=("refund_by",))
    assert measured.verdict is Verdict.LOST
    assert [(fact.fact, fact.outcome) for fact in measured.lost] == [("refund_by", Outcome.ALTERED)]


def test_a_must_keep_fact_that_was_declared_earlier_has_to_survive_here() -> None:
    """Also where the sender got it as text."""
    declared = tuple(f for f in read(ORDER, "id").facts if f.flags & Flag.MUST_KEEP)
    given = [{"role": "user", "content": "Where is A-1042 of mine? I pay $129.90 for nothing."}]
    evidence = Evidence((read(given),), read("I paid $129.90 for it."), must_keep=declared)
    measured = measure(evidence)
    assert measured.verdict is Verdict.LOST
    assert measured.lost[0].must_keep
    absent = measure(Evidence((read({"x": "B-771"}),), read({"x": "B-771"}), must_keep=declared))
    assert (absent.verdict, absent.absent) == (Verdict.INTACT, ("id",))


def test_what_stood_in_system_instructions_is_not_the_senders_to_hand_over() -> None:
    """Nor is it new to the receiver's account of what was added."""
    rules = {"role": "system", "content": "Refunds above $500 go to refunds@example.org first."}
    user = {"role": "user", "content": "Refund $129.90 for A-1042, please do it now."}
    measured = knowing([rules, user], received=[user])
    assert (measured.verdict, measured.retention) == (Verdict.INTACT, 1.0)
    assert knowing([user], received=[rules, user]).facts[Outcome.ADDED] == 0


def test_a_value_of_a_text_and_of_the_state_is_one_fact() -> None:
    """Under the name that it has in the state."""
    user = {"messages": [{"role": "user", "content": "Where is A-1042 now?"}], "order": "A-1042"}
    measured = knowing(user, received={})
    assert [f.fact for f in measured.lost if f.kind is Kind.ID] == ["order"]


# -- on purpose, or looked up again --------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "pruned"),
    [
        ("carrier", {"carrier"}),
        ("order", {"order.id", "order.total"}),
        ("items", {"items[].sku"}),
        ("items[].sku", {"items[].sku"}),
        ("car", set()),
    ],
)
def test_what_was_dropped_on_purpose_is_pruned(path: str, pruned: set[str]) -> None:
    """It leaves the account; the rest does not."""
    known = {
        "order": {"id": "A-1042", "total": 129.9},
        "items": [{"sku": "B-771"}],
        "carrier": "UPS",
        "kept": "C-3001",
    }
    names = {"order.id", "order.total", "items[].sku", "carrier"}
    for evidence in (
        Evidence((read(known),), read({"kept": "C-3001"}), pruned=(path,)),
        Evidence((replace(read(known), pruned=((path, "too long"),)),), read({"kept": "C-3001"})),
        Evidence(
            (read(known),),
            read({"kept": "C-3001"}),
            sent=replace(read({"kept": "C-3001"}), pruned=((path, "too long"),)),
        ),
    ):
        measured = measure(evidence)
        assert measured.facts[Outcome.PRUNED] == len(pruned)
        assert {fact.fact for fact in measured.lost} == names - pruned


def test_pruning_everything_that_is_gone_leaves_the_rest_intact() -> None:
    """A declared drop is no loss."""
    measured = measure(Evidence((read(ORDER),), read(without("carrier")), pruned=("carrier",)))
    assert (measured.verdict, measured.retention) == (Verdict.INTACT, 1.0)


LOOKED_UP = [{"role": "tool", "name": "lookup", "content": '{"carrier": "UPS", "total": 129.9}'}]


def test_what_the_receiver_looked_up_itself_was_not_handed_over() -> None:
    """Before its first model call, so that the call holds it; no loss, and not retained."""
    received = [{"role": "user", "content": "Where is A-1042, due 2026-12-04?"}, *LOOKED_UP]
    measured = handed(ORDER, received, looked_up_before=(LOOKED_UP,))
    assert measured.facts[Outcome.REACQUIRED] == 2
    assert measured.lost == ()
    assert measured.named_retention == pytest.approx(4 / 7)


def test_what_it_was_told_as_well_was_handed_over() -> None:
    """It stands there twice."""
    received = [{"role": "user", "content": "A-1042 with UPS at $129.90, due 2026-12-04"}]
    told = handed(ORDER, [*received, *LOOKED_UP], looked_up_before=(LOOKED_UP,))
    assert told.facts[Outcome.REACQUIRED] == 0
    assert told.verdict is Verdict.INTACT


def test_what_it_looked_up_later_is_no_loss() -> None:
    """But neither did it arrive."""
    measured = handed(ORDER, without("carrier"), looked_up_after=(LOOKED_UP,))
    assert (measured.facts[Outcome.REACQUIRED], measured.lost) == (1, ())
    assert measured.named_retention == pytest.approx(6 / 7)


# -- counts --------------------------------------------------------------------------------------


def test_every_known_fact_has_one_outcome() -> None:
    """They add up."""
    known = read(ORDER | {"notes": "She was upset about the delay. It cost us $45 this time."})
    measured = compare(known, read(without("carrier", total=1)))
    named = sum(n for outcome, n in measured.facts.items() if outcome is not Outcome.ADDED)
    assert named == len(known.facts)
    assert set(measured.facts) == set(Outcome)


def test_a_complete_measurement_has_an_interval_without_width() -> None:
    """Nothing was sampled."""
    measured = compare(read(ORDER), read(without("carrier")))
    assert measured.interval == Interval(measured.retention or 0, measured.retention or 0)


def test_weights_let_a_session_pool_its_handoffs() -> None:
    """Retention is their quotient."""
    measured = compare(read(ORDER), read(without("carrier")))
    assert measured.retention == pytest.approx(measured.kept_weight / measured.weight)


def test_names_that_are_hidden_are_stars() -> None:
    """In what was lost."""
    hidden: Fingerprint = read(ORDER, names=False)
    assert {fact.fact for fact in compare(hidden, read({})).lost} == {"*"}
