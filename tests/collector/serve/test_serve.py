"""Page, API, metrics and health over one view: what is answered, and what never gets through."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from intact_collector.model.metric import Instrument, MetricSpec, Series
from intact_collector.serve import Page, Query, application
from intact_collector.serve.view import Document


def handoff(verdict: str, lost: Sequence[str] = (), **more: object) -> dict[str, Any]:
    """A handoff in the shape of the reports."""
    return {
        "index": 0, "source": "triage", "target": "billing", "mode": "pass_control",
        "origin": "declared", "rule": "dataflow", "from_turn": 0, "to_turn": 1,
        "trace_id": "ab" * 16, "span_id": "cd" * 8, "retention": 0.5, "interval": [0.5, 0.5],
        "verdict": verdict, "reason": None, "facts": {"kept": 1, "dropped": len(lost)},
        "lost": [
            {"fact": name, "kind": "date", "outcome": "dropped", "at": "summary", "must_keep": True}
            for name in lost
        ],
    } | more  # fmt: skip


def session(name: str, *handoffs: dict[str, Any], retention: float | None = 0.5) -> dict[str, Any]:
    """A session in the shape of the reports."""
    return {
        "session_id": name, "stitched_by": ["session"], "journey": None, "traces": 1, "spans": 4,
        "dialects": ["intact"], "retention": retention, "handoffs": list(handoffs), "open": True,
        "turns": [{"index": 0, "agent": "triage"}, {"index": 1, "agent": "billing"}],
    }  # fmt: skip


class Shelf:
    """A view over a fixed list of sessions and totals."""

    def __init__(
        self,
        *sessions: Document,
        totals: Sequence[tuple[MetricSpec, Sequence[Series]]] = (),
        gauges: Mapping[str, float] | None = None,
        ready: bool = True,
    ) -> None:
        self.all, self.totals, self.own, self.is_ready = sessions, totals, gauges or {}, ready
        self.asked: list[Query] = []

    async def sessions(self, query: Query) -> Page:
        self.asked.append(query)
        end = query.offset + query.limit
        return Page(self.all[query.offset : end], end if end < len(self.all) else None)

    async def session(self, session_id: str) -> Sequence[Document]:
        return [one for one in self.all if one["session_id"] == session_id]

    async def diagnosis(self) -> Document:
        return {"spans": 3, "findings": []}

    async def series(self) -> Sequence[tuple[MetricSpec, Sequence[Series]]]:
        return self.totals

    def gauges(self) -> Mapping[str, float]:
        return self.own

    def ready(self) -> bool:
        return self.is_ready


class Web:
    """An HTTP client of the app over one shelf, without a socket in between."""

    def __init__(self, shelf: Shelf) -> None:
        self._app = application(shelf, "1.2.3")

    def get(self, url: str, **more: Any) -> httpx.Response:
        return asyncio.run(self._ask("GET", url, **more))

    def post(self, url: str) -> httpx.Response:
        return asyncio.run(self._ask("POST", url))

    async def _ask(self, method: str, url: str, **more: Any) -> httpx.Response:
        transport = httpx.ASGITransport(self._app)
        async with httpx.AsyncClient(transport=transport, base_url="http://intact") as http:
            return await http.request(method, url, **more)


def test_sessions_are_listed_in_the_shape_of_a_report_page_by_page() -> None:
    """Following `next_offset` from the start visits every session once."""
    web = Web(Shelf(*(session(f"s{number}") for number in range(7))))
    seen, offset = [], 0
    while offset is not None:
        answer = web.get("/api/v1/sessions", params={"limit": 3, "offset": offset}).json()
        assert answer["intact"] == "1.2.3"
        seen += [one["session_id"] for one in answer["sessions"]]
        offset = answer["next_offset"]
    assert seen == [f"s{number}" for number in range(7)]


def test_filters_reach_the_view_as_values() -> None:
    """A verdict by name, a moment as RFC 3339 in nanoseconds."""
    shelf = Shelf()
    query = {"verdict": "lost", "since": "1970-01-01T00:00:02Z", "limit": "5"}
    assert Web(shelf).get("/api/v1/sessions", params=query).status_code == 200
    assert shelf.asked == [Query(limit=5, offset=0, verdict="lost", since=2_000_000_000)]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"limit": "0"}, "limit has to be a number from 1 to 1000"),
        ({"limit": "٣"}, "limit has to be a number from 1 to 1000"),
        ({"offset": "-1"}, "offset has to be a number from 0"),
        ({"verdict": "bad"}, "verdict has to be one of intact, degraded, lost, not_measured"),
        ({"since": "yesterday"}, "since is neither a time nor a duration"),
    ],
)
def test_a_wrong_parameter_is_a_400_that_says_what_to_ask(
    query: dict[str, str], message: str
) -> None:
    """The error is JSON, and in words."""
    answer = Web(Shelf()).get("/api/v1/sessions", params=query)
    assert answer.status_code == 400
    assert message in answer.json()["error"]["message"]


@pytest.mark.parametrize("name", ["plain", "a/b/c", "trace:00ff", "ü &?#%2F", "../x", "x/"])
def test_a_session_is_found_under_any_id(name: str) -> None:
    """Ids are strangers' text: slashes, spaces, percent signs."""
    web = Web(Shelf(session("other"), session(name)))
    answer = web.get(f"/api/v1/sessions/{quote(name, safe='')}")
    assert [one["session_id"] for one in answer.json()["sessions"]] == [name]


def test_an_unknown_session_is_a_404_in_json_and_in_words() -> None:
    answer = Web(Shelf()).get("/api/v1/sessions/nobody")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/json"
    assert "no such session" in answer.json()["error"]["message"]


def test_the_api_only_reads() -> None:
    """Every other method is refused, as JSON."""
    answer = Web(Shelf()).post("/api/v1/sessions")
    assert answer.status_code == 405
    assert answer.json()["error"]["message"]


def test_the_page_shows_the_worst_session_first() -> None:
    """Lost before degraded before not measured before intact; then by retention."""
    shelf = Shelf(
        session("fine", handoff("intact"), retention=1.0),
        session("unknown", handoff("not_measured", retention=None), retention=None),
        session("bad", handoff("intact"), handoff("lost", ["refund_by"]), retention=0.7),
        session("worse", handoff("lost", ["order.id"]), retention=0.3),
        session("alone", retention=None),
    )
    page = Web(shelf).get("/").text
    places = [page.index(f">{name}</a>") for name in ("worse", "bad", "unknown", "fine", "alone")]
    assert places == sorted(places)
    assert "<code>refund_by</code>" in page


def test_an_empty_collector_says_what_to_do_next() -> None:
    """Nothing received and nothing matching are different pages."""
    web = Web(Shelf())
    assert "OTEL_EXPORTER_OTLP_ENDPOINT" in web.get("/").text
    assert "No session matches" in web.get("/?verdict=lost").text


def test_names_from_strangers_cannot_become_markup() -> None:
    """Agent names, session ids, fact names and reasons are shown as text, on both pages."""
    evil = "<script>alert(1)</script>"
    bad = handoff("lost", [evil], source=evil, target='"><img src=x>', reason=evil, rule=evil)
    shelf = Shelf(session(evil, bad) | {"turns": [{"agent": evil}], "journey": evil})
    web = Web(shelf)
    for page in (web.get("/").text, web.get("/sessions/%3Cscript%3Ealert(1)%3C%2Fscript%3E").text):
        assert "alert(1)" in page
        assert "<script" not in page
        assert "<img" not in page


def test_a_session_page_names_each_lost_fact_and_where_it_was_lost() -> None:
    """And it answers 404 for a session that is not there."""
    web = Web(Shelf(session("s", handoff("lost", ["refund_by"]))))
    page = web.get("/sessions/s").text
    for part in ("triage → billing", "refund_by", "must be kept", "dropped", "summary", "50 %"):
        assert part in page
    assert web.get("/sessions/t").status_code == 404


def test_metrics_are_what_prometheus_reads_with_the_same_totals() -> None:
    """Parsed back by Prometheus' own parser: cumulative buckets, sums, counts, labels."""
    labels = (("intact.handoff.source.name", 'a "b"\n'), ("intact.verdict", "lost"))
    retention = MetricSpec("intact.handoff.retention", Instrument.HISTOGRAM, "1", "r.", (0.5, 1.0))
    size = MetricSpec("intact.handoff.payload.size", Instrument.HISTOGRAM, "By", "s.", (10.0,))
    handoffs = MetricSpec("intact.handoffs", Instrument.COUNTER, "{handoff}", "h.")
    totals = [
        (retention, [Series(retention.name, labels, 0, 1, 6, 3.5, (1, 2, 3))]),
        (size, [Series(size.name, (), 0, 1, 1, 7.0, (1, 0))]),
        (handoffs, [Series(handoffs.name, labels, 0, 1, 4, 4.0)]),
    ]
    gauges = {"intact.collector.sessions.open": 2}
    answer = Web(Shelf(totals=totals, gauges=gauges)).get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    samples = {
        (sample.name, sample.labels.get("le")): sample
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }
    assert samples["intact_handoff_retention_bucket", "0.5"].value == 1
    assert samples["intact_handoff_retention_bucket", "1"].value == 3
    assert samples["intact_handoff_retention_bucket", "+Inf"].value == 6
    assert samples["intact_handoff_retention_count", None].value == 6
    assert samples["intact_handoff_retention_sum", None].value == 3.5
    assert samples["intact_handoff_payload_size_bytes_sum", None].value == 7.0
    assert samples["intact_handoffs_total", None].value == 4
    assert samples["intact_handoffs_total", None].labels == {
        "intact_handoff_source_name": 'a "b"\n', "intact_verdict": "lost",
    }  # fmt: skip
    assert samples["intact_collector_sessions_open", None].value == 2


def test_health_says_alive_always_and_ready_only_while_telemetry_is_taken() -> None:
    """A balancer takes a draining collector out before it stops."""
    assert Web(Shelf()).get("/readyz").status_code == 200
    draining = Web(Shelf(ready=False))
    assert draining.get("/readyz").status_code == 503
    assert draining.get("/healthz").status_code == 200


def test_the_page_may_load_nothing_and_run_nothing() -> None:
    """The policy header is there, and no asset is asked for."""
    answer = Web(Shelf(session("s", handoff("intact")))).get("/")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert not any(word in answer.text for word in (" src=", "<link", "@import", "url("))


def test_an_answer_is_json_that_any_parser_reads() -> None:
    """Unmeasured numbers are null, never NaN."""
    body = Web(Shelf(session("s", retention=None))).get("/api/v1/sessions").text
    assert json.loads(body)["sessions"][0]["retention"] is None


def test_the_diagnosis_is_an_answer_of_its_own() -> None:
    """With the version in front, as in every answer; it is no session of that name."""
    answer = Web(Shelf()).get("/api/v1/diagnosis")
    assert answer.json() == {"intact": "1.2.3", "spans": 3, "findings": []}
