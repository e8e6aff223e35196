"""A state that is rendered into a prompt, in whatever style, arrived."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intact.measure import compare
from intact.model.facts import Outcome
from tests.intact.fingerprint.reading import read

NOISE = (
    "You are the agent for returns. Answer in a friendly tone and never promise what you cannot "
    "keep. The shop is open from nine to five. Write short sentences, and be kind to everyone."
)


def words(key: str) -> str:
    """A key as a person would write it."""
    return key.replace("_", " ")


def as_json(state: dict[str, Any]) -> str:
    return json.dumps(state, indent=2)


def as_escaped_json(state: dict[str, Any]) -> str:
    return json.dumps({"context": json.dumps(state)})


def as_lines(state: dict[str, Any]) -> str:
    return "\n".join(f"{key}: {value}" for key, value in state.items())


def as_repr(state: dict[str, Any]) -> str:
    return repr(state)


def as_markdown(state: dict[str, Any]) -> str:
    return "\n".join(f"- **{words(key).capitalize()}:** {value}" for key, value in state.items())


def as_table(state: dict[str, Any]) -> str:
    return "\n".join(f"| {words(key)} | {value} |" for key, value in state.items())


def as_tags(state: dict[str, Any]) -> str:
    return "\n".join(f"<{key}>{value}</{key}>" for key, value in state.items())


def as_prose(state: dict[str, Any]) -> str:
    return " ".join(f"The {words(key)} is {value}." for key, value in state.items())


RENDERERS = [
    as_json,
    as_escaped_json,
    as_lines,
    as_repr,
    as_markdown,
    as_table,
    as_tags,
    as_prose,
]

STATES = st.fixed_dictionaries(
    {},
    optional={
        "order_id": st.integers(1000, 9_999_999).map("ORD-{}".format),
        "account": st.integers(10**9, 10**14),
        "customer_email": st.integers(1, 999).map("user{}@example.org".format),
        "refund_by": st.dates().map(str),
        "opened": st.datetimes().map(lambda moment: moment.replace(microsecond=0).isoformat()),
        "callback": st.times().map(lambda time: f"{time:%H:%M}"),
        "price": st.decimals(100_000, 999_999, places=2).map("${:,}".format),
        "discount": st.integers(1, 99).map("{}%".format),
        "weight": st.floats(0.01, 9e4).map(lambda value: round(value, 2)),
        "stock": st.integers(-99, 99),
        "tracking_url": st.integers(1, 9999).map("https://example.org/track/{}?x=1".format),
        "phone": st.integers(10**6, 10**7 - 1)
        .map("+1 (555) {}".format)
        .map(lambda digits: f"{digits[:-4]}-{digits[-4:]}"),
        "window": st.integers(1, 99).map("{} days".format),
        "is_paid": st.booleans(),
        "status": st.sampled_from(["open", "on hold", "closed", "pending"]),
        "carrier": st.sampled_from(["UPS", "Kestrel", "blue bird express"]),
        "customer_name": st.sampled_from(["Dana Smith", "Ada Ibáñez", "José-Luis Ortega"]),
    },
)


@pytest.mark.parametrize("render", RENDERERS)
@given(state=STATES)
@settings(max_examples=25)
def test_every_fact_of_a_state_is_found_in_its_rendering(
    render: Callable[[dict[str, Any]], str], state: dict[str, Any]
) -> None:
    """Alone, and in the middle of a prompt."""
    for prompt in (render(state), f"{NOISE}\n\n{render(state)}\n\n{NOISE}"):
        measured = compare(read(state), read([{"role": "user", "content": prompt}]))
        assert [(fact.fact, fact.outcome) for fact in measured.lost] == []
        assert measured.facts[Outcome.UNDECIDED] == 0


@pytest.mark.parametrize("render", RENDERERS)
@given(state=STATES, data=st.data())
@settings(max_examples=25)
def test_a_fact_that_was_left_out_of_a_rendering_is_missed(
    render: Callable[[dict[str, Any]], str], state: dict[str, Any], data: st.DataObject
) -> None:
    """By name; what is left is kept. Except where two facts share their value, or a part of it."""
    if not state:
        return
    gone = data.draw(st.sampled_from(sorted(state)))
    rest = {key: value for key, value in state.items() if key != gone}
    lost = {fact.fact for fact in compare(read(state), read(f"{NOISE}\n{render(rest)}")).lost}
    assert lost <= {gone}
    shared = {"callback": "opened", "refund_by": "opened", "opened": "refund_by"}
    if shared.get(gone) not in rest and gone != "customer_name":
        assert lost == {gone}
