"""The truth benchmark: its statistics agree with slow ones, and it runs on data of its shapes."""

from __future__ import annotations

import gzip
import itertools
import statistics
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.truth.__main__ import main
from benchmarks.truth.auc import auc, mean, spearman
from benchmarks.truth.bootstrap import interval
from benchmarks.truth.goals import GOALS
from benchmarks.truth.logistic import out_of_fold

ITEMS = st.lists(
    st.tuples(st.integers(0, 4), st.booleans(), st.integers(0, 3)), min_size=1, max_size=12
)


def arrays(items: list[tuple[int, Any, int]]) -> tuple[Any, Any, Any]:
    """Scores, labels and weights, as columns."""
    return tuple(np.array(column, dtype=np.float64) for column in zip(*items, strict=True))


@given(ITEMS)
def test_auc_is_the_share_of_pairs_in_order(items: list[tuple[int, bool, int]]) -> None:
    """Ties are half a pair; an item of weight two is there twice, one of weight zero is not."""
    copies = [(score, label) for score, label, weight in items for _ in range(weight)]
    positive = [score for score, label in copies if label]
    negative = [score for score, label in copies if not label]
    pairs = [(a > b) + (a == b) / 2 for a, b in itertools.product(positive, negative)]
    found = auc(*arrays(items))
    if pairs:
        assert found == pytest.approx(statistics.fmean(pairs))
    else:
        assert np.isnan(found)


def slow_ranks(values: list[int]) -> list[float]:
    """The mean place of each value's copies among all in order."""
    order = sorted(values)
    places = {value: [i for i, other in enumerate(order) if other == value] for value in values}
    return [statistics.fmean(places[value]) for value in values]


@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(0, 3)), min_size=1, max_size=12
    )
)
def test_spearman_is_the_correlation_of_ranks(items: list[tuple[int, int, int]]) -> None:
    """Ties share their middle rank; weights are copies."""
    copies = [(first, second) for first, second, weight in items for _ in range(weight)]
    found = spearman(*arrays(items))
    one = [first for first, _ in copies]
    two = [second for _, second in copies]
    if len(set(one)) > 1 and len(set(two)) > 1:
        assert found == pytest.approx(statistics.correlation(slow_ranks(one), slow_ranks(two)))
    else:
        assert np.isnan(found)


def test_an_interval_comes_from_drawing_whole_groups() -> None:
    """Items of one group move together; the same data gives the same interval."""
    values = np.array([0.0] * 5 + [1.0] * 5)
    together = interval(lambda w: mean(values, w), ["a"] * 5 + ["b"] * 5)
    apart = interval(lambda w: mean(values, w), list(range(10)))
    assert together == (0.0, 1.0)
    assert 0.0 < apart[0] < 0.5 < apart[1] < 1.0
    assert apart == interval(lambda w: mean(values, w), list(range(10)))


def test_a_model_finds_what_a_feature_tells_and_nothing_else() -> None:
    """Out of fold: a feature that says it all orders all, one that says nothing orders nothing."""
    groups = [str(n % 10) for n in range(200)]
    truth = np.array([float(n % 3 == 0) for n in range(200)])
    noise = np.array([float(n * 7 % 11) for n in range(200)])
    ones = np.ones(200)
    telling = out_of_fold(np.column_stack([noise, truth]), truth, groups)
    silent = out_of_fold(noise[:, None], truth, groups)
    assert auc(telling, truth, ones) == 1.0
    assert 0.3 < auc(silent, truth, ones) < 0.7


def sgd_message(number: int, received: str, *sent: tuple[str, str, str]) -> dict[str, Any]:
    """A state of slots and one utterance; (slot, value, what became of it)."""
    kept = [why in ("verbatim", "restated") for _, _, why in sent]
    return {
        "id": f"m{number}",
        "group": f"g{number}",
        "today": "2026-12-01",
        "sent": [
            {"f": f"Shop_1.{slot}", "v": value, "kept": int(there), "why": why}
            for (slot, value, why), there in zip(sent, kept, strict=True)
        ],
        "received": received,
        "label": {"retained": sum(kept) / len(kept)},
    }


def sgd_dialogue(number: int) -> dict[str, Any]:
    """A switch between two services, one fact of which must cross."""
    known = [
        ("A_1.city", f"Oldtown {number}"),
        ("A_1.day", "4 December"),
        ("A_1.id", f"Q-10{number}"),
    ]
    return {
        "id": f"d{number}",
        "steps": [{}, {"state": {"B_1": {"town": [f"Oldtown {number}"]}}}],
        "handoffs": [
            {
                "index": 2,
                "to": "agent/B_1",
                "known": [{"f": name, "v": [value], "c": [value]} for name, value in known],
                "must_carry": [
                    {"f": "B_1.town", "from": ["A_1.city"], "v": [f"Oldtown {number}"], "i": 1}
                ],
            }
        ],
    }


def summary(number: int, received: str, *facts: tuple[str, int]) -> dict[str, Any]:
    """A document's facts and a summary of it."""
    return {
        "id": f"s{number}{received[:5]}",
        "group": f"doc{number}",
        "sent": [{"text": text, "votes": [kept] * 3, "kept": kept} for text, kept in facts],
        "received": received,
        "label": {"retained": statistics.fmean(kept for _, kept in facts)},
    }


def pair(source: str, number: int, sent: str, received: str, same: int) -> dict[str, Any]:
    return {
        "id": f"{source}{number}",
        "source": source,
        "sent": sent,
        "received": received,
        "label": {"equivalent": same},
    }


def failed_run(number: int, brief: str, mistake: int) -> dict[str, Any]:
    question = f"How many copper kettles did shop {number} sell in Oldtown?"
    return {
        "source": "who-and-when-alg",
        "question_id": f"q{number}",
        "task": question,
        "steps": [{"content": brief}, {"content": "I look it up now."}, {"content": "It is 20."}],
        "handoffs": [{"index": 0, "sent": question, "received": brief}],
        "label": {"mistake_step": mistake},
    }


def trace(number: int) -> dict[str, Any]:
    """A manager that calls a searcher, with one error in the second model call."""
    pool = ["Find the copper kettle.", "I ask the searcher.", "It is in Oldtown.", "Done: Oldtown."]
    kinds = [("AGENT", "", 0, 3), ("LLM", "00", 0, 1), ("AGENT", "00", 1, 2), ("LLM", "02", 1, 2)]
    return {
        "id": f"{number + 1:032x}",
        "trace_available": True,
        "pool": pool,
        "steps": [
            {
                "i": place,
                "span_id": f"{place + 1:016x}",
                "parent": f"{int(parent) + 1:016x}" if parent else "",
                "kind": kind,
                "name": "Agent.run",
                "agent": "Manager:1" if place < 2 else "Searcher:2",
                "t": f"2026-01-01T00:00:0{place}Z",
                "in": [["user", given]] if kind == "LLM" else given,
                "out": out,
            }
            for place, (kind, parent, given, out) in enumerate(kinds)
        ],
        "handoffs": [{"index": 2, "from": "Manager:1", "to": "Searcher:2"}],
        "label": {"errors": [{"span_id": f"{4:016x}"}] if number % 2 else []},
    }


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Miniatures of all data sets, in the shapes of theirs."""
    tea = "The old lady drank three cups of tea."
    train = "Her train to Oldtown left without her."
    sets = {
        "sgd_messages": [
            sgd_message(
                number,
                "Your table at Green Kettle is booked for 6:15 pm.",
                ("place", "Green Kettle", "verbatim"),
                ("time", "18:15", "restated"),
                ("late", "6:30 pm", "changed"),
                ("city", "Oldtown", "absent"),
            )
            for number in range(3)
        ],
        "sgd_state": [sgd_dialogue(number) for number in range(4)],
        "realsumm": [
            record
            for number in range(3)
            for record in (
                summary(number, "An old lady drank cups of tea.", (tea, 1), (train, 0)),
                summary(number, "It rained on the hills.", (tea, 0), (train, 0)),
            )
        ],
        "paraphrase": [
            pair(source, number, tea, other, same)
            for source in ("sts2016-x", "sgdx")
            for number, (other, same) in enumerate(
                [("Three cups of tea the old lady drank.", 1), (train, 0)]
            )
        ],
        "who_and_when": [
            failed_run(0, "Find how many copper kettles shop 0 sold in Oldtown.", 2),
            failed_run(1, "Write a poem about rain.", 0),
        ],
        "trail": [trace(number) for number in range(4)] + [{"trace_available": False}],
    }
    folder = tmp_path_factory.mktemp("data")
    for name, records in sets.items():
        (folder / name).mkdir()
        with gzip.open(folder / name / "dev.jsonl.gz", "wb") as file:
            file.write(b"\n".join(map(orjson.dumps, records)))
    return folder


def test_every_goal_has_a_figure(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As one JSON object, each with what it has to be; what is clear here comes out right."""
    assert main(["--data", str(data), "--json"]) == 0
    printed = orjson.loads(capsys.readouterr().out)
    assert sorted(printed) == ["goals", "split", "version"]
    assert printed["split"] == "dev"
    fields = ["high", "id", "low", "must", "n", "ok", "value"]
    assert all(sorted(goal) == fields for goal in printed["goals"])
    goals = {goal["id"]: goal for goal in printed["goals"]}
    assert sorted(goals) == sorted(GOALS)
    exact = {"V1", "V2", "V3", "V5.retention", "V5.f1", "V6", "V8.sts", "V8.sgdx", "V9"}
    assert {name: goals[name]["value"] for name in exact} == dict.fromkeys(exact, 1.0)
    assert (goals["V4"]["value"], goals["V5.error"]["value"]) == (0.0, 0.0)
    assert all(goals[name]["ok"] for name in exact - {"V9"})
    assert goals["V9"]["ok"] is None
    assert goals["V1"]["n"] == 12


def test_a_table_for_people(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With outcomes by label, and progress elsewhere."""
    assert main(["--data", str(data), "--only", "sgd_messages"]) == 0
    out, err = capsys.readouterr()
    assert "V1" in out
    assert "V6" not in out
    rows = [line.split() for line in out.splitlines()]
    (columns,) = [row for row in rows if row[-1:] == ["all"]]
    (restated,) = [row for row in rows if row[:1] == ["restated"]]
    assert len(restated) == len(columns) + 1
    assert sum(map(int, restated[1:-1])) == int(restated[-1])
    assert "3 records" in err
    assert "minutes" in err


@pytest.mark.parametrize(
    "arguments",
    [["--data", "nowhere"], ["--only", "trail", "--split", "heldout"], ["--embedder", "none"]],
)
def test_what_cannot_be_judged_is_said(
    data: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Data or an embedder that is not there: nothing is printed but the reason."""
    assert main(["--data", str(data), *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert arguments[1] in err


def test_an_embedder_is_used_and_says_what_it_cost(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Any function; and one that fails makes no figures."""
    asked = ["--data", str(data), "--only", "paraphrase", "--embedder"]
    assert main([*asked, "tests.intact.embedders:words_as_vectors"]) == 0
    out, err = capsys.readouterr()
    assert "embedder tests.intact.embedders:words_as_vectors" in out
    assert "texts" in err
    assert main([*asked, "os:getcwd"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "embedder_failed" in err


def test_a_record_of_another_shape_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By its set and the field that is missing."""
    (tmp_path / "realsumm").mkdir()
    path = tmp_path / "realsumm" / "dev.jsonl.gz"
    path.write_bytes(gzip.compress(orjson.dumps({"id": "a"})))
    assert main(["--data", str(tmp_path), "--only", "realsumm"]) == 2
    assert "realsumm: a record has no field 'sent'" in capsys.readouterr().err


def test_data_that_is_none_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By name of the file, without what it holds."""
    (tmp_path / "trail").mkdir()
    (tmp_path / "trail" / "dev.jsonl.gz").write_bytes(gzip.compress(b"secret words"))
    assert main(["--data", str(tmp_path), "--only", "trail"]) == 2
    err = capsys.readouterr().err
    assert "dev.jsonl.gz" in err
    assert "secret" not in err
