"""Strict privacy: a key for each session. What is still measured, and what nobody sees any more."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

import intact
from intact.model.facts import Kind
from intact.model.fingerprint import Fingerprint
from intact.testing import Collector
from intact.trace import health
from tests.intact.trace.conftest import KEY
from tests.intact.trace.processes import Process, give, take
from tests.intact.trace.recorded import Spans, output, received

STRICT = {"key": KEY, "privacy": "strict"}
STATE = {
    "order": {"id": "A-1042", "total": "129.90 EUR"},
    "refund_by": "2026-12-04",
    "by": {"dana@example.org": "B-771"},
    "note": "Please leave the parcel behind the house. The dog does not bite. Ring twice then.",
}
LOST = {key: value for key, value in STATE.items() if key != "refund_by"}


@pytest.fixture
def strict(spans: Spans) -> Spans:
    intact.configure(**STRICT, tracer_provider=spans.provider)  # type: ignore[arg-type]
    return spans


def hashes(fingerprint: Fingerprint) -> set[tuple[str, int]]:
    """All hashes of what a context says: of values, words and prose."""
    found = {("root", fingerprint.root)}
    found |= {("token", token) for token in fingerprint.words.tokens | fingerprint.bigrams.tokens}
    for fact in fingerprint.facts:
        found |= {("value", fact.value), ("exact", fact.exact)}
        found |= {("token", token) for token in fact.tokens}
    return found


def of_session(spans: Spans, session: str, state: object = STATE) -> Fingerprint:
    """What an agent of a session was given."""
    name = f"agent of {session}"
    with intact.session(session):
        intact.agent(name)(lambda state: None)(state)
    return received(spans.turn(name))


def test_one_value_in_two_sessions_shares_no_hash(strict: Spans) -> None:
    """Nor do the key ids: nobody without the key can tell that the sessions have anything alike."""
    first, second = of_session(strict, "1"), of_session(strict, "2")
    assert first.key_id != second.key_id
    assert hashes(first)
    assert not hashes(first) & hashes(second)


def test_frequencies_over_sessions_tell_nothing(strict: Spans) -> None:
    """The word that all sessions hold is no more frequent than any other."""
    seen = [of_session(strict, str(number), f"urgent case{number}") for number in range(8)]
    frequency = Counter(token for one in seen for token in one.words.tokens)
    assert max(frequency.values()) == 1


def test_paths_are_the_same_in_all_sessions_unless_they_may_be_content(strict: Spans) -> None:
    """Statistics over a fleet need them; an address that is a key stays within its session."""
    first, second = of_session(strict, "1"), of_session(strict, "2")
    paths = [{fact.path for fact in one.facts} for one in (first, second)]
    names = {fact.path: fact.name for fact in intact_plain().facts}
    shared = {names[path] for path in paths[0] & paths[1] if path in names}
    assert shared == {"order.id", "order.total", "refund_by"} | ({"note"} & shared)
    assert len(paths[0] - paths[1]) == 1


def intact_plain() -> Fingerprint:
    """The same state without strict privacy, under the same key."""
    from intact.fingerprint import Fingerprinter
    from intact.trace.keyring import key_from_text

    return Fingerprinter(key_from_text(KEY)).fingerprint(STATE)


def test_nothing_but_hashes_and_round_numbers_leaves(strict: Spans) -> None:
    """No names, declared or not, no prose, no bigrams, no exact counts."""
    state = {**STATE, "twins": ["B-1", "B-1", "B-1"]}

    @intact.agent("triage", must_keep=["refund_by", "customer.id"])
    def triage(state: dict[str, Any]) -> dict[str, Any]:
        intact.pruned("note", reason="too long")
        return state

    with intact.session("1"):
        triage(state)
    for found in (received(strict.turn("triage")), output(strict.turn("triage"))):
        assert {fact.name for fact in found.facts} == {""}
        assert (found.pruned, found.absent) == ((), ())
        assert not found.bigrams.tokens
        assert not {fact.kind for fact in found.facts} & {Kind.SENTENCE, Kind.DOCUMENT}
        for count in (found.size, found.fact_total, found.words.total):
            assert count.bit_count() == 1
        assert 4 in {fact.count for fact in found.facts}
        assert 3 not in {fact.count for fact in found.facts}


@pytest.mark.parametrize("session", ["journey-42", None])
def test_a_session_is_measured_over_processes(session: str | None) -> None:
    """By its id; without one, by what the sender says of where it began."""
    collector = Collector()
    headers = give(Process(collector, **STRICT), STATE, session)
    take(Process(collector, **STRICT), LOST, headers)
    (handoff,) = collector.handoffs()
    assert (handoff["verdict"], handoff["facts"]["dropped"]) == ("degraded", 1)
    assert [(lost["fact"], lost["kind"]) for lost in handoff["lost"]] == [("*", "date")]


def test_a_block_without_an_id_is_measured_over_its_traces() -> None:
    """Its turns are roots of traces of their own: the first one's counts, here and elsewhere."""
    collector = Collector()
    with Process(collector, **STRICT), intact.session(journey="refund"):
        state = intact.agent("triage")(lambda state: dict(state))(STATE)
        hand = intact.agent("billing")(lambda state: intact.handoff("shipping", state).headers())
        headers = hand(state)
    with Process(collector, **STRICT), intact.received(LOST, headers):
        intact.agent("shipping")(lambda state: None)(LOST)
    measured = {one["target"]: one["verdict"] for one in collector.handoffs()}
    assert measured == {"billing": "intact", "shipping": "degraded"}


def test_what_was_pruned_is_no_loss_though_its_path_is_not_told(strict: Spans) -> None:
    """It is marked on the facts of the known side."""
    collector = Collector()
    with Process(collector, **STRICT), intact.session("1"):

        @intact.agent("triage")
        def triage(state: dict[str, Any]) -> dict[str, Any]:
            intact.pruned("refund_by")
            return LOST

        intact.agent("billing")(lambda state: None)(triage(STATE))
    (handoff,) = collector.handoffs()
    assert (handoff["verdict"], handoff["facts"]["pruned"]) == ("intact", 1)


def test_prose_is_undecided_and_never_lost() -> None:
    """What was withheld is not missing."""
    collector = Collector()
    state = {"note": STATE["note"], "order": "A-1042"}
    with Process(collector, **STRICT), intact.session("1"):
        keep = intact.agent("triage", must_keep=["note"])(lambda state: dict(state))
        passed = keep(state)
        passed["note"] = f"A colleague says: {passed['note']}"
        intact.agent("billing")(lambda state: None)(passed)
    (handoff,) = collector.handoffs()
    assert handoff["facts"]["dropped"] == 0
    assert handoff["facts"]["altered"] == 0


def test_without_a_session_it_compares_in_this_process_alone(strict: Spans) -> None:
    """And is counted, since another process would find a foreign key."""
    assert intact.compare(STATE, LOST).lost[0].fact == "*"
    assert health.counts()["strict_without_session"] >= 1
    first = intact.fingerprint(STATE)
    with intact.session("1"):
        assert intact.fingerprint(STATE).key_id != first.key_id
