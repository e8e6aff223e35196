"""What is said of telemetry: recordings, and recordings with one thing gone wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from intact_collector.diagnosis import Tally, diagnose
from intact_collector.diagnosis.document import document, to_markdown, to_text
from intact_collector.hosts.files import read_files
from tests.golden.recordings import FOLDER, NAMES

FULL = "openai-agents__openinference__full"
SILENT = "openai-agents__openinference__nocontent"


def of(*paths: Path) -> dict[str, Any]:
    tally = Tally()
    reading = read_files(paths, tally=tally)
    return document(diagnose(tally, reading.sessions, others=reading.others, notes=reading.notes))


def recording(name: str) -> Path:
    return FOLDER / f"{name}.jsonl"


def found(diagnosis: dict[str, Any]) -> list[str]:
    return [one["id"] for one in diagnosis["findings"]]


def changed(name: str, tmp_path: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    """A recording with each of its spans changed."""
    path = tmp_path / "changed.jsonl"
    with path.open("wb") as out:
        for line in recording(name).read_bytes().splitlines():
            request = orjson.loads(line)
            for span in spans(request):
                change(span)
            out.write(orjson.dumps(request) + b"\n")
    return path


def spans(request: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for resource in request["resourceSpans"]:
        for scope in resource["scopeSpans"]:
            yield from scope["spans"]


def test_telemetry_that_lacks_nothing_but_an_id_says_so() -> None:
    """Agents, sessions, handoffs and their rule, what is measured."""
    said = of(recording(FULL))
    assert {one["name"] for one in said["agents"]} == {
        "Triage Agent", "Refunds Agent", "Notifications Agent",
    }  # fmt: skip
    assert said["sessions"] == {"count": 2, "stitched_by": {"trace": 2}}
    assert said["handoffs"]["measured"] == said["handoffs"]["count"] == 4
    assert said["handoffs"]["rules"] == [
        {"origin": "declared", "rule": "graph.node.parent_id", "count": 4}
    ]
    assert found(said) == ["no_session_id"]
    assert "using_session" in said["findings"][0]["fix"]


def test_content_that_is_off_is_the_first_finding_with_the_switch_of_the_framework() -> None:
    """And the place that tells it all the same."""
    said = of(recording(SILENT))
    assert said["handoffs"]["measured"] == 0
    assert found(said)[:2] == ["redacted", "leak"]
    assert "OPENINFERENCE_HIDE_INPUTS" in said["findings"][0]["fix"]
    assert said["findings"][1]["detail"] == "llm.invocation_parameters (9)"
    other = of(recording("pydantic-ai__native__nocontent"))
    assert found(other)[0] == "content_off"
    assert "include_content=True" in other["findings"][0]["fix"]


def test_limits_that_cut_are_named_with_the_variable_that_raises_them(tmp_path: Path) -> None:
    """Lost attributes are counted by the SDK itself."""

    def drop(span: dict[str, Any]) -> None:
        span["droppedAttributesCount"] = 7

    said = of(changed(FULL, tmp_path, drop))
    assert "attributes_dropped" in found(said)
    (fix,) = [one["fix"] for one in said["findings"] if one["id"] == "attributes_dropped"]
    assert "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT" in fix


def test_inferred_handoffs_and_guesses_are_doubts() -> None:
    """They are measured, and somebody should look."""
    said = of(recording("pydantic-ai__native__lossy"))
    assert found(said) == ["inferred", "guess"]
    assert {one["level"] for one in said["findings"]} == {"doubt"}


def test_parents_that_were_sampled_away_are_a_doubt(tmp_path: Path) -> None:
    """Every other span is gone, as after sampling that looks at single spans."""
    path = tmp_path / "torn.jsonl"
    with path.open("wb") as out:
        for line in recording(FULL).read_bytes().splitlines():
            request = orjson.loads(line)
            for resource in request["resourceSpans"]:
                for scope in resource["scopeSpans"]:
                    scope["spans"] = scope["spans"][::2]
            out.write(orjson.dumps(request) + b"\n")
    assert "parents_missing" in found(of(path))


def test_files_that_share_traces_were_split_by_somebody(tmp_path: Path) -> None:
    """One file by itself is fine, and so are two of different traces."""
    lines = recording(FULL).read_bytes().splitlines(keepends=True)
    halves = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    halves[0].write_bytes(b"".join(lines[::2]))
    halves[1].write_bytes(b"".join(lines[1::2]))
    assert "split" in found(of(*halves))
    assert "split" not in found(of(recording(FULL), recording(SILENT)))


def test_telemetry_without_agents_says_what_to_add(tmp_path: Path) -> None:
    """And how many spans there were."""

    def rename(span: dict[str, Any]) -> None:
        span["attributes"] = []

    path = changed(FULL, tmp_path, rename)
    path.write_bytes(re.sub(rb"openinference\.[\w.]+", b"http.server", path.read_bytes()))
    said = of(path)
    assert said["agents"] == []
    assert found(said) == ["no_agents"]
    assert said["findings"][0]["count"] > 0
    assert "@intact.agent" in said["findings"][0]["fix"]


@pytest.mark.parametrize("name", NAMES)
def test_every_recording_gets_an_answer_that_fits_a_screen(name: str) -> None:
    """As text and as Markdown, with one fix for each finding."""
    said = of(recording(name))
    text = to_text(said)
    assert len(text.splitlines()) <= 40
    assert text.count("→") == len(said["findings"])
    assert to_text(said, plain=True).isascii()
    markdown = to_markdown(said)
    assert all(one["fix"].replace("|", "\\|") in markdown for one in said["findings"])


def test_no_value_of_a_recording_is_in_its_diagnosis() -> None:
    """Names of agents and counts alone."""
    said = orjson.dumps(of(recording(SILENT))) + orjson.dumps(of(recording(FULL)))
    for secret in (b"Dana", b"Whitfield", b"48213", b"129.9", b"Friday"):
        assert secret not in said
