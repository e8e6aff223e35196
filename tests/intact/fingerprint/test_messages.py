"""The same conversation is the same facts in every API's shape."""

from __future__ import annotations

import json

import pytest

from intact.model.facts import Flag
from tests.intact.fingerprint.conversations import ASK, OPENAI_CHAT, SHAPES
from tests.intact.fingerprint.reading import facts, kinds, read

NAMES = {
    "system[0]/amount[0]": "amount",
    "system[0]/sentence[0]": "sentence",
    "user[0]/amount[0]": "amount",
    "user[0]/id[0]": "id",
    "user[0]/date[0]": "date",
    "user[0]/name[0]": "name",
    "user[0]/sentence[0]": "sentence",
    "user[0]/sentence[1]": "sentence",
    "tool:lookup_order/carrier": "text",
    "tool:lookup_order/delivered": "boolean",
    "tool:lookup_order/cost": "number",
    "assistant[1]/sentence[0]": "sentence",
}


def common(context: object) -> dict[str, tuple[int, int]]:
    """Value and flags of each fact, by name; answers are numbered by their messages."""
    return {
        name.replace("assistant[0]", "assistant[1]"): (fact.value, fact.flags)
        for name, fact in facts(context).items()
    }


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_of_a_conversation_has_the_same_facts(shape: str) -> None:
    """Names, values and flags; what the model thought to itself is no part of it."""
    found = common(SHAPES[shape])
    assert found == common(OPENAI_CHAT)
    assert found.keys() == NAMES.keys()


@pytest.mark.parametrize("shape", SHAPES)
def test_a_state_that_holds_messages_reads_them_as_such(shape: str) -> None:
    """Under a key, and as JSON in a string where the shape is JSON."""
    assert common({"messages": SHAPES[shape]}) == common(OPENAI_CHAT)
    try:
        text = json.dumps(SHAPES[shape])
    except TypeError:
        return
    assert common({"history": text}) == common(OPENAI_CHAT)


def test_names_and_kinds_of_a_conversation() -> None:
    """By role and number; tools by name."""
    assert kinds(OPENAI_CHAT) == NAMES


def test_flags_tell_system_and_tool_facts() -> None:
    """Neither is a leaf of a state."""
    found = facts(OPENAI_CHAT)
    assert found["system[0]/amount[0]"].flags == Flag.SYSTEM
    assert found["tool:lookup_order/carrier"].flags == Flag.TOOL
    assert found["user[0]/amount[0]"].flags == Flag.NONE


def test_pairs_of_role_and_text_are_messages() -> None:
    """As LangGraph takes them; two other strings are a list."""
    assert kinds([("user", ASK)]) == {
        name: kind for name, kind in NAMES.items() if name.startswith("user")
    }
    assert set(kinds({"pairs": [("left", "A-1042")]})) == {"pairs[][]"}


def test_what_stands_among_messages_is_read_as_state() -> None:
    """Nothing is passed over without a trace because the rest are messages."""
    mixed = [*OPENAI_CHAT[:3], {"event": "approved", "ticket": "T-4711"}, "loose A-77 text"]
    found = kinds({"log": mixed})
    assert found["log[].ticket"] == "id"
    assert "user[0]/amount[0]" in found


@pytest.mark.parametrize(
    "items",
    [
        [{"sku": "A-1042", "role": "spare"}],
        [{"role": "user", "name": "A-1042"}],
        [{"type": ["string", "null"], "id": "A-1042"}, {"type": {"const": 1}}],
        [{"type": "reasoning", "id": "A-1042"}],
        [{"lc": 1, "id": "A-1042"}],
        [{"kind": "request", "id": "A-1042"}],
    ],
)
def test_what_only_resembles_messages_is_state(items: list[object]) -> None:
    """Roles of people, types of schemas."""
    assert "id" in kinds({"items": items}).values()
    assert any(name.startswith("items[]") for name in kinds({"items": items}))


def test_a_second_tool_result_and_text_in_one_message_keep_their_own_names() -> None:
    """Text of the user beside a tool's result is the user's."""
    messages = [
        {"role": "user", "content": "Look up order A-1042 now."},
        {
            "role": "assistant",
            "content": [
                {"type": "tool_use", "id": "c1", "name": "lookup_order", "input": {}},
                {"type": "tool_use", "id": "c2", "name": "find", "input": {"sku": "B-771"}},
            ],
        },
        {
            "role": "user",
            "content": [
                {"type": "tool_result", "tool_use_id": "c1", "content": "Parcel C-3001"},
                {"type": "tool_result", "tool_use_id": "c2", "content": '{"sku": "B-772"}'},
                {"type": "tool_result", "tool_use_id": "c9", "content": "Parcel C-3009"},
                {"type": "text", "text": "And order A-2042 as well."},
            ],
        },
    ]
    assert {name for name, kind in kinds(messages).items() if kind == "id"} == {
        "user[0]/id[0]",
        "call:find/sku",
        "tool:lookup_order/id[0]",
        "tool:find/sku",
        "tool[0]/id[0]",
        "user[1]/id[0]",
    }


def test_a_tools_chatter_counts_with_its_values_only() -> None:
    """Sentences of a tool are no facts."""
    chatter = "The parcel A-1042 left the depot at noon. It weighs a lot these days. " * 3
    found = kinds([{"role": "tool", "name": "track", "content": chatter}])
    assert found == {"tool:track/id[0]": "id", "tool:track/time[0]": "time"}


def test_history_folded_into_a_prompt_still_says_everything() -> None:
    """JSON escaped in text, once and twice."""
    once = f"Conversation so far: {json.dumps(OPENAI_CHAT)}"
    twice = json.dumps({"input": once})
    for text in (once, f"History:\n{twice}"):
        words = read([{"role": "user", "content": text}]).words.tokens
        for fact in read(OPENAI_CHAT).facts:
            if fact.kind.label not in ("sentence", "boolean"):
                assert fact.value >> 8 in words, fact.name


def test_names_of_tools_that_are_content_are_hidden() -> None:
    """A tool's name is shown when it looks like one."""
    call = {"role": "tool", "name": "mail dana@example.org", "content": '{"id": "A-1042"}'}
    assert kinds([call]) == {"tool:*/id": "id"}


def test_a_message_that_is_sent_again_is_the_same_facts() -> None:
    """It counts twice, and is named by the first."""
    first, again = facts([OPENAI_CHAT[1]]), facts([OPENAI_CHAT[1], OPENAI_CHAT[1]])
    assert first.keys() == again.keys()
    assert {fact.count for fact in again.values()} == {2}
