"""Reports for programs and for people."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

import pytest

from intact.model.measurement import Reason
from intact_collector.model.session import Session
from intact_collector.pipeline import Settings, State, drain, report, step
from intact_collector.report import document, to_bytes, to_json, to_markdown, to_text
from intact_collector.report.history import HISTORIES, cure, explained
from intact_collector.report.remedies import REASONS, remedies
from tests.collector.journeys import SESSION, native_turn, turn, turn_key
from tests.golden import recordings

#: The promised shape: every key, with the types that it may have.
SESSION_KEYS = {
    "session_id": str,
    "stitched_by": list,
    "journey": (str, type(None)),
    "traces": int,
    "spans": int,
    "dialects": list,
    "turns": list,
    "handoffs": list,
    "retention": (float, type(None)),
    "half_life": (dict, type(None)),
    "score": (int, float, type(None)),
    "resets": list,
    "recovered": list,
}
TURN_KEYS = {"index": int, "agent": str, "start": str, "end": str}
HANDOFF_KEYS = {
    "index": int,
    "source": str,
    "target": str,
    "mode": str,
    "origin": str,
    "rule": str,
    "from_turn": int,
    "to_turn": int,
    "trace_id": str,
    "span_id": str,
    "retention": (float, type(None)),
    "interval": (list, type(None)),
    "sent_received": (float, type(None)),
    "known_sent": (float, type(None)),
    "novelty": (float, type(None)),
    "grounding": (float, type(None)),
    "payload_bytes": (int, type(None)),
    "verdict": str,
    "reason": (str, type(None)),
    "facts": dict,
    "lost": list,
}
LOST_KEYS = {"fact": str, "kind": str, "outcome": str, "at": str, "must_keep": bool}
OUTCOMES = [
    "kept", "restated", "truncated", "altered", "dropped", "pruned", "reacquired", "undecided",
    "added",
]  # fmt: skip


def sessions_of(name: str) -> list[Session]:
    """The final sessions of a recording."""
    state, _ = step(State(), recordings.reduced(name), 0.0)
    return report(state, 0.0)


def refund() -> list[Session]:
    """A must-keep date is dropped on the way, an amount altered."""
    order = {"order_id": "A-1042", "refund_by": "2026-12-04", "total": "129.90 EUR"}
    spoilt = {"order_id": "A-1042", "total": "12.90 EUR"}
    first = turn_key("t1", "triage", 0)
    spans = [
        *native_turn("t1", "triage", 0, order, order, session="s-1", must_keep=["refund_by"]),
        *native_turn(
            "t1", "billing", 2, spoilt, spoilt, source=("triage", first), session="s-1",
            journey="refund",
        ),
    ]  # fmt: skip
    state, _ = step(State(), spans, 0.0)
    return report(state, 0.0)


def has(item: dict[str, Any], keys: dict[str, Any]) -> None:
    """All of these keys, of these types."""
    for key, kind in keys.items():
        assert key in item, key
        assert isinstance(item[key], kind), (key, item[key])


@pytest.mark.parametrize(
    "name",
    [
        "openai-agents__openinference__lossy",
        "openai-agents__openinference__nocontent",
        "pydantic-ai__native__delegation",
    ],
)
def test_the_promised_shape_is_kept(name: str) -> None:
    """Every key of the contract, also where nothing was measured; and it is JSON."""
    answer = json.loads(json.dumps(to_json(sessions_of(name))))
    assert isinstance(answer["intact"], str)
    for session in answer["sessions"]:
        has(session, SESSION_KEYS)
        for number, one in enumerate(session["turns"]):
            has(one, TURN_KEYS)
            assert one["index"] == number
            assert datetime.fromisoformat(one["start"]) <= datetime.fromisoformat(one["end"])
        for number, handoff in enumerate(session["handoffs"]):
            has(handoff, HANDOFF_KEYS)
            assert handoff["index"] == number
            assert list(handoff["facts"]) == OUTCOMES
            assert session["turns"][handoff["from_turn"]]["agent"] == handoff["source"]
            assert session["turns"][handoff["to_turn"]]["agent"] == handoff["target"]
            for lost in handoff["lost"]:
                has(lost, LOST_KEYS)
                assert lost["outcome"] in ("dropped", "altered", "truncated")


def test_not_measured_is_null_and_never_a_number() -> None:
    """Neither 1.0 nor 0.0 for what cannot be known."""
    for session in to_json(sessions_of("openai-agents__openinference__nocontent"))["sessions"]:
        assert (session["retention"], session["score"]) == (None, None)
        for handoff in session["handoffs"]:
            assert handoff["verdict"] == "not_measured"
            assert handoff["reason"]
            assert (handoff["retention"], handoff["interval"]) == (None, None)


def test_open_sessions_are_provisional_and_closed_ones_are_not() -> None:
    """Until a number is settled it may change."""
    spans = recordings.reduced("pydantic-ai__native__full")
    state, _ = step(State(), spans, 0.0, Settings())
    (one,) = report(state, 0.0)
    assert document(one)["provisional"]
    _, effects = drain(state, 0.0)
    (closed,) = [effect.session for effect in effects if hasattr(effect, "session")]
    assert not document(closed)["provisional"]
    assert json.loads(to_bytes(closed)) == document(closed)


def test_a_lost_must_keep_fact_caps_the_score() -> None:
    """However much else survived."""
    (session,) = map(document, refund())
    assert session["score"] <= 60
    (full,) = map(document, sessions_of("pydantic-ai__native__full"))
    assert full["score"] == 100


def test_the_text_names_what_was_lost_where_and_what_to_do() -> None:
    """The whole answer, as a person reads it."""
    text = to_text(map(document, refund()))
    assert text.splitlines()[0].startswith("s-1  ✗ lost")
    assert "journey refund" in text
    assert re.search(r"triage → billing +✗ lost", text)
    assert re.search(r"refund_by +dropped .*must keep", text)
    assert re.search(r"total +altered", text)
    assert "        → " in text
    assert text.splitlines()[-1] == "1 session, 1 handoff (1 lost)"
    assert "2026-12-04" not in text


def test_text_has_colour_only_when_asked_and_plain_marks_on_demand() -> None:
    """A file gets no escape codes, an old terminal no marks that it cannot show."""
    documents = [document(one) for one in refund()]
    assert "\033[" not in to_text(documents)
    assert "\033[31m" in to_text(documents, colour=True)
    assert to_text(documents, plain=True).isascii()


def test_the_worst_session_comes_first() -> None:
    """Lost before degraded before intact, then by what was kept."""
    documents = [
        document(one)
        for name in ("pydantic-ai__native__full", "pydantic-ai__native__convid_lossy")
        for one in sessions_of(name)
    ]
    documents += [document(one) for one in refund()]
    text = to_text(documents)
    places = [text.index(one["session_id"]) for one in documents]
    assert places[2] < places[1] < places[0]
    assert to_markdown(documents).index("s\\-1") < to_markdown(documents).index("conv")


def test_a_session_without_handoff_says_who_was_there() -> None:
    """One agent alone is no failure."""
    state, _ = step(State(), turn("t1", "solo", 0, keys=[(SESSION, "s")]), 0.0)
    text = to_text(map(document, report(state, 0.0)))
    assert "no handoff: solo" in text


def test_nothing_found_says_what_to_add() -> None:
    """The first thing a newcomer may see."""
    for text in (
        to_text([], notes=["9 spans skipped"]),
        to_markdown([], notes=["9 spans skipped"]),
    ):
        assert "no agents in this telemetry" in text
        assert "intact.agent" in text
        assert "9 spans skipped" in text


def test_names_from_telemetry_cannot_drive_a_terminal_or_a_page() -> None:
    """Agent names and ids are strangers' text."""
    evil = "a\033[2J|[x](http://evil)\nb"
    spans = [
        *turn("t1", evil, 0, keys=[(SESSION, evil)]),
        *turn("t1", "billing", 2, keys=[(SESSION, evil)]),
    ]
    state, _ = step(State(), spans, 0.0)
    documents = [document(one) for one in report(state, 0.0)]
    assert "\033" not in to_text(documents)
    markdown = to_markdown(documents)
    assert "\033" not in markdown
    assert "](http" not in markdown
    rows = [line for line in markdown.splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {6}


def test_markdown_lists_losses_and_remedies() -> None:
    """For a pull request's comment."""
    text = to_markdown(map(document, refund()))
    assert "### s\\-1: lost" in text
    assert "refund\\_by (dropped, must keep)" in text
    assert "- handoff 1: " in text


def test_every_reason_has_a_remedy() -> None:
    """A verdict without advice leaves people alone."""
    assert set(REASONS) == {reason.value for reason in Reason}


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("openai-agents__openinference__lossy", "input_filter"),
        ("langgraph__openinference__swarm_lossy", "create_handoff_tool"),
        ("pydantic-ai__native__convid_lossy", "message_history"),
        ("pydantic-ai__native__delegation", "arguments of the delegating tool"),
        ("openai-agents__openinference__nocontent", "OPENINFERENCE_HIDE_INPUTS"),
    ],
)
def test_the_remedy_speaks_of_the_framework_that_was_seen(name: str, advice: str) -> None:
    """What to change, in words that its users know."""
    lines = [
        line
        for one in sessions_of(name)
        for handoff in document(one)["handoffs"]
        if handoff["lost"] or handoff["verdict"] == "not_measured"
        for line in remedies(handoff)
    ]
    assert any(advice in line for line in lines)


def cut(received: list[dict[str, str]], total: int = 12) -> list[Session]:
    """A conversation that came back from an agent whole, and reached the next one so."""
    history = conversation(total)
    first = turn_key("t1", "triage", 0)
    spans = [
        *native_turn("t1", "triage", 0, {"chat": history}, {"chat": history}, session="s-1"),
        *native_turn(
            "t1", "billing", 2, {"chat": received}, {}, source=("triage", first), session="s-1"
        ),
    ]
    state, _ = step(State(), spans, 0.0)
    return report(state, 0.0)


def conversation(total: int) -> list[dict[str, str]]:
    """Messages with a named fact in each."""
    return [
        {"role": ("user", "assistant")[n % 2], "content": f"Then there is the order A-10{n:02d}."}
        for n in range(total)
    ]


def test_a_history_that_was_cut_explains_the_loss() -> None:
    """In numbers for programs, in words for people, with what to do about it."""
    (session,) = map(document, cut(conversation(12)[-4:]))
    (handoff,) = session["handoffs"]
    assert handoff["history"] == {
        "name": "chat", "relation": "window", "sent": 12, "received": 4, "kept": 4, "first": 8,
    }  # fmt: skip
    assert handoff["lists"] == []
    text = to_text([session])
    assert "        history cut to its last 4 of 12 messages\n" in text
    assert f"        → {HISTORIES['']}\n" in text
    assert HISTORIES[""] in to_markdown([session])


def test_a_history_that_arrived_is_not_spoken_of() -> None:
    """Nor one that was reordered: order loses nothing."""
    for received in (conversation(12), conversation(12)[::-1]):
        (session,) = map(document, cut(received))
        (handoff,) = session["handoffs"]
        assert handoff["lost"] == []
        assert "history" not in to_text([session])


@pytest.mark.parametrize(
    ("history", "words"),
    [
        (("window", 12, 4, 4, 8), "history cut to its last 4 of 12 messages"),
        (("window", 12, 4, 4, 0), "history cut to its first 4 of 12 messages"),
        (("window", 12, 4, 4, 2), "history cut to messages 3 to 6 of 12"),
        (("window", 800, 200, None, None), "history cut to at most its last 200 of 800 messages"),
        (
            ("rewritten", 12, 11, 11, None),
            "history rewritten: 11 of its 12 messages arrived as they were",
        ),
        (
            ("rewritten", 12, 1, 0, None),
            "history rewritten: none of its 12 messages arrived as they were",
        ),
        (
            ("rewritten", 90, 90, None, None),
            "history rewritten: not all of its 90 messages arrived as they were",
        ),
        (("rewritten", 12, 14, 12, None), None),
        (("rewritten", 1, 1, 0, None), None),
        (("reordered", 12, 12, 12, None), None),
        (("unknown", 12, None, None, None), None),
    ],
)
def test_what_became_of_a_history_is_said_in_words(history: tuple[Any, ...], words: str) -> None:
    """Where it explains what was lost, and only there."""
    told = dict(zip(("relation", "sent", "received", "kept", "first"), history, strict=True))
    lossy = {"dialect": "pydantic_ai", "history": told, "lost": [{"fact": "refund_by"}]}
    assert explained(lossy) == words
    assert explained({**lossy, "lost": []}) is None
    cured = words is not None and told["kept"] != 0
    assert cure(lossy) == (HISTORIES["pydantic_ai"] if cured else None)


def test_a_list_that_was_cut_explains_its_own_losses_where_there_is_no_history() -> None:
    """By its name; a list of which nothing was lost explains nothing."""
    cut = {"name": "order.items", "relation": "window", "sent": 3, "received": 2, "kept": 2}
    handoff = {"history": None, "lists": [{**cut, "name": "tags", "first": 0}, {**cut, "first": 1}]}
    lost = [{"fact": "order.items[].sku"}]
    assert explained({**handoff, "lost": lost}) == "order.items cut to its last 2 of 3 items"
    assert cure({**handoff, "lost": lost}) is None
    assert explained({**handoff, "lost": [{"fact": "order.id"}]}) is None
