"""Values that are no JSON: what can be read of them, and that nothing is made up."""

from __future__ import annotations

import ast
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intact.model.measurement import Reason
from intact_collector.dialects.salvage import salvaged

TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
SCALARS = st.none() | st.booleans() | st.integers() | TEXT
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_json_is_read_as_json(value: object) -> None:
    """Written by another, with all its escapes."""
    for ascii_only in (True, False):
        found = salvaged(json.dumps(value, ensure_ascii=ascii_only))
        assert (found.value, found.whole) == (value, True)


@given(VALUES)
def test_python_literals_are_read_as_python_reads_them(value: object) -> None:
    """The slow oracle is Python itself."""
    written = repr(value)
    found = salvaged(written)
    if "\\U" not in written and "\\N" not in written:
        assert (found.value, found.whole) == (ast.literal_eval(written), True)


@given(st.dictionaries(st.sampled_from("abc"), TEXT, min_size=1), st.data())
def test_what_stood_before_the_cut_is_there(value: dict[str, str], data: st.DataObject) -> None:
    """A cut value gives a beginning of the whole one, and says that it was cut."""
    written = json.dumps(value)
    end = data.draw(st.integers(1, len(written) - 1))
    found = salvaged(written[:end])
    assert (found.whole, found.reason) == (False, Reason.ATTRIBUTE_CUT)
    assert isinstance(found.value, dict)
    whole = list(found.value)[:-1]
    assert all(found.value[key] == value[key] for key in whole)


@given(st.text(alphabet="{}[]()<>'\"\\,:=aN1 .-u"))
def test_no_text_raises(text: str) -> None:
    """Broken, nested, unclosed: there is always an answer."""
    salvaged(text)


def test_depth_is_bounded() -> None:
    """Brackets cost nothing to write."""
    assert not salvaged("[" * 100_000).whole


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("Call(id='7', args={'a': (1, 2.5)})", {"id": "7", "args": {"a": [1, 2.5]}}),
        (
            "[Message(role=<Role.USER: 'user'>, content=[{'type': 'text', 'text': 'Hi'}])]",
            [{"role": "user", "content": [{"type": "text", "text": "Hi"}]}],
        ),
        ("id='1' source='triage' content='It\\'s done.'", {"id": "1", "source": "triage"}),
    ],
)
def test_reprs_give_their_fields(written: str, value: object) -> None:
    """Under their own names; what the class is called is nobody's fact."""
    found = salvaged(written).value
    if isinstance(value, dict) and isinstance(found, dict):
        found = {key: found[key] for key in value}
    assert found == value
