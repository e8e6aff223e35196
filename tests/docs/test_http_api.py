"""The page on the HTTP API against what a running collector answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from intact.model.facts import LOSSES, Kind, Outcome
from intact.model.measurement import (
    AlikeFact,
    At,
    Interval,
    Mode,
    Origin,
    Reason,
    Relation,
    Verdict,
)
from intact_collector.analytics.metrics import METRICS
from intact_collector.handoffs import native
from intact_collector.handoffs.detect import NAMES
from intact_collector.hosts import own
from intact_collector.hosts.live import SPECS
from intact_collector.model.span import KeyKind
from intact_collector.report import to_json
from intact_collector.serve import application
from tests.collector.effects import handoff, lost_fact, measured, session
from tests.docs.conftest import Seen
from tests.docs.pages import code, codes, table, tables, text_of

PAGE = text_of("reference/http-api.md")
PARTS = ("The object", "Session", "Turn", "Handoff", "List", "Lost fact")
TYPES = {
    str: "string", int: "integer", float: "number", bool: "boolean", list: "list", dict: "object",
}  # fmt: skip


def objects(answer: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every object of an answer with the heading that describes it."""
    yield "The object", answer
    for one in answer["sessions"]:
        yield "Session", one
        for turn in one["turns"]:
            yield "Turn", turn
        for passed in one["handoffs"]:
            yield "Handoff", passed
            for one_list in (passed["history"], *passed["lists"]):
                if one_list is not None:
                    yield "List", one_list
            for fact in passed["lost"]:
                yield "Lost fact", fact


def documented(heading: str) -> dict[str, str]:
    """Keys and their types, as on the page."""
    return {code(row["key"]): row["type"] for row in table(PAGE, heading, "key").rows}


def values_of(heading: str, key: str) -> list[str]:
    """The words that the page lists for a field."""
    rows = table(PAGE, heading, "key").rows
    return codes(next(row["holds"] for row in rows if code(row["key"]) == key))


@pytest.mark.parametrize("heading", PARTS)
def test_every_key_stands_there_with_its_type(heading: str, seen: Seen) -> None:
    """Of real sessions: the page has all keys, and no other."""
    found = [one for where, one in objects(seen.sessions) if where == heading]
    assert found
    page = documented(heading)
    for one in found:
        assert set(one) == set(page)
        for key, value in one.items():
            allowed = page[key].split(" or ")
            if value is None:
                assert "null" in allowed, key
            else:
                assert _fits(value, allowed), f"{key} is {type(value).__name__}"


def _fits(value: object, allowed: list[str]) -> bool:
    return TYPES[type(value)] in allowed or (isinstance(value, int) and "number" in allowed)


def test_report_and_api_are_one_object(seen: Seen) -> None:
    """But for the pages of the API."""
    lossy = measured(0.5, Verdict.LOST, {Outcome.DROPPED: 1}, (lost_fact("refund_by"),))
    report = to_json([session(handoffs=(handoff(1, lossy),))])
    for where, one in objects(report):
        assert set(one) == set(documented(where)) - {"next_offset"}
    assert set(seen.one) == set(documented("The object")) - {"next_offset"}


@pytest.mark.parametrize(
    ("heading", "key", "words"),
    [
        ("Handoff", "mode", Mode),
        ("Handoff", "origin", Origin),
        ("Handoff", "verdict", Verdict),
        ("List", "relation", Relation),
        ("Lost fact", "at", At),
    ],
)
def test_words_of_a_field_are_all_there(heading: str, key: str, words: type[StrEnum]) -> None:
    """Whoever reads the JSON has to know them."""
    assert sorted(values_of(heading, key)) == sorted(word.value for word in words)


def test_words_of_other_fields_are_all_there() -> None:
    """Those that are no plain enumeration."""
    assert values_of("Session", "stitched_by") == [kind.name.lower() for kind in KeyKind]
    assert values_of("Lost fact", "kind") == [kind.label for kind in Kind]
    assert set(values_of("Lost fact", "outcome")) == {outcome.value for outcome in LOSSES}


def test_a_fact_alike_is_what_the_page_says() -> None:
    """Real sessions have none without an embedder, so it is made by hand."""
    near = AlikeFact("user[0]/sentence[0]", Kind.SENTENCE, 0.9, Interval(0.8, 0.95))
    found = replace(measured(1.0, Verdict.INTACT, {Outcome.RESTATED: 1}), alike=(near,))
    (answer,) = to_json([session(handoffs=(handoff(1, found),))])["sessions"]
    (one,) = answer["handoffs"][0]["alike"]
    assert {key: TYPES[type(value)] for key, value in one.items()} == documented("Alike fact")
    assert values_of("Alike fact", "kind") == [Kind.SENTENCE.label, Kind.TEXT.label]


def test_rules_and_reasons_are_those_of_the_code(seen: Seen) -> None:
    """All of them, and those that were seen are among them."""
    rules = {code(row["rule"]) for row in table(PAGE, "Rules").rows}
    library = {native._DEFAULT_RULE, "dataflow", "call"}
    assert rules == library | NAMES
    passed = [one for where, one in objects(seen.sessions) if where == "Handoff"]
    assert {one["rule"] for one in passed} <= rules
    reasons = {code(row["reason"]) for row in table(PAGE, "Reasons").rows}
    assert reasons == {reason.value for reason in Reason}
    assert all((one["reason"] is None) != (one["verdict"] == "not_measured") for one in passed)
    assert all(set(one["facts"]) == {outcome.value for outcome in Outcome} for one in passed)


def test_shares_lie_where_the_page_says(seen: Seen) -> None:
    """0 to 1, inside their interval; not measured is null."""
    shares = [
        code(row["key"])
        for row in table(PAGE, "Handoff", "key").rows
        if row["holds"].startswith("0 to 1")
    ]
    assert len(shares) >= 5
    for where, one in objects(seen.sessions):
        if where == "Handoff":
            assert all(one[key] is None or 0 <= one[key] <= 1 for key in shares)
        if where in {"Handoff", "Session"}:
            assert (one["retention"] is None) == (one["interval"] is None)
            if one["interval"] is not None:
                low, high = one["interval"]
                assert 0 <= low <= one["retention"] <= high <= 1
        if where == "Session":
            assert (one["score"] is None) == (one["retention"] is None)


def test_paths_are_those_of_the_application(seen: Seen) -> None:
    """No page is forgotten, none is made up."""
    (rows,) = [one.rows for one in tables(PAGE) if "path" in one.columns]
    routes = application(object(), "1").routes  # type: ignore[arg-type]
    paths = {route.path.replace(":path", "") for route in routes}  # type: ignore[attr-defined]
    assert {code(row["path"]) for row in rows} == paths
    assert (seen.health.status_code, seen.ready.status_code) == (200, 200)


def test_parameters_do_what_the_page_says(seen: Seen) -> None:
    """Pages, times and verdicts; and refusals with their words."""
    everything = seen.sessions["sessions"]
    assert seen.sessions["next_offset"] is None
    first, second = seen.narrowed["limit=1"], seen.narrowed["limit=1&offset=1"]
    assert [*first["sessions"], *second["sessions"]] == everything[:2]
    assert first["next_offset"] == 1
    assert seen.narrowed["since=2999-01-01"]["sessions"] == []
    blind = seen.narrowed["verdict=not_measured"]["sessions"]
    assert 0 < len(blind) < len(everything)
    for path, answer in seen.refused.items():
        assert answer.status_code == (404 if path.startswith("/") else 400)
        assert set(answer.json()) == {"error"}
        assert answer.json()["error"]["message"]
    names = {code(row["parameter"]) for row in table(PAGE, "Sessions", "parameter").rows}
    assert names == {"limit", "offset", "since", "verdict"}


def test_metrics_are_named_as_the_page_says(seen: Seen) -> None:
    """Dots and units of names and labels; every metric of the page on wire names, and no other."""
    samples = [
        sample
        for family in text_string_to_metric_families(seen.metrics)
        for sample in family.samples
    ]
    for name in ("intact_handoffs_total", "intact_handoff_payload_size_bytes_count"):
        assert name in {sample.name for sample in samples}
        assert name.removesuffix("_count") in codes(PAGE)
    assert any("intact_handoff_source_name" in sample.labels for sample in samples)
    dotted = (*METRICS, *SPECS, own.OPEN_TRACES, own.QUEUED_BYTES)
    families = [family.name for family in text_string_to_metric_families(seen.metrics)]
    units = ("", "_bytes", "_seconds")
    known = {name.replace(".", "_") + unit for name in dotted for unit in units}
    assert set(families) <= known
    assert {"intact_collector_open_traces", "intact_collector_queued_bytes"} <= set(families)
