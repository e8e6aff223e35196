"""Messages of every framework leave the dialects in one shape, without transfer boilerplate."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from intact_collector.dialects.dumps import applied, command_of, from_langchain, state_of
from intact_collector.dialects.flattened import unflatten
from intact_collector.dialects.messages import finish, message, tool_call
from intact_collector.dialects.messages import given as given_to_model
from intact_collector.dialects.parts import from_parts, instructions, is_hollow
from intact_collector.dialects.transfers import is_transfer_result
from intact_collector.model.span import Side

HI = "Hi, I'm Ada."


def test_flattened_indexes_are_sorted_as_numbers() -> None:
    """Message 10 comes after message 2."""
    attributes = {
        f"m.{i}.message.{k}": v
        for i in range(12)
        for k, v in (("role", "user"), ("content", str(i)))
    }
    messages, torn = unflatten(dict(sorted(attributes.items())), "m")
    assert [one["content"] for one in messages] == [str(i) for i in range(12)]
    assert not torn


def test_a_list_that_begins_later_than_it_should_is_torn() -> None:
    """A count limit drops the oldest attributes: the first messages, or half of one."""
    assert unflatten({"m.2.message.role": "user", "m.2.message.content": "x"}, "m")[1]
    assert unflatten({"m.0.message.content": "x"}, "m")[1]


def test_text_parts_of_flattened_messages_are_read() -> None:
    """Assistant text stands in ``contents`` with some models."""
    text = {"m.0.message.role": "assistant", "m.0.message.contents.0.message_content.text": HI}
    assert unflatten(text, "m")[0] == [{"role": "assistant", "content": HI}]


def test_a_tool_result_is_named_by_the_call_it_answers_and_ids_are_gone() -> None:
    """Ids differ between the two sides of a handoff: they are no facts."""
    drafts = [
        message("assistant", calls=[tool_call("lookup_order", {"order_id": "A-1"}, "call_1")]),
        message("tool", '{"carrier": "UPS"}', call_id="call_1"),
    ]
    assert finish(drafts) == [
        {
            "role": "assistant",
            "content": "",
            "tool_calls": [
                {"function": {"name": "lookup_order", "arguments": '{"order_id":"A-1"}'}}
            ],
        },
        {"role": "tool", "content": '{"carrier": "UPS"}', "name": "lookup_order"},
    ]


def test_transfer_calls_and_their_results_are_removed() -> None:
    """Those of the OpenAI Agents SDK, of LangGraph's swarm and of its supervisor."""
    drafts = [
        message("user", HI),
        message("assistant", calls=[tool_call("transfer_to_refunds", {}, "1")]),
        message("tool", '{"assistant": "Refunds Agent"}', call_id="1"),
        message("assistant", calls=[tool_call("transfer_to_refunds", {}, "2")]),
        message("tool", "Successfully transferred to refunds", call_id="2"),
        message(
            "assistant",
            "Transferring back to supervisor",
            calls=[tool_call("transfer_back_to_supervisor", {}, "3")],
        ),
        message("tool", "Successfully transferred back to supervisor", call_id="3"),
    ]
    assert finish(drafts) == [{"role": "user", "content": HI}]


def test_a_users_tool_with_a_name_like_a_transfer_stays() -> None:
    """Money moved to savings is no handoff: its result tells."""
    drafts = [
        message("assistant", calls=[tool_call("transfer_to_savings", {"amount": 12}, "1")]),
        message("tool", '{"moved": "12.00"}', call_id="1"),
    ]
    assert [one["role"] for one in finish(drafts)] == ["assistant", "tool"]


def test_only_a_whole_result_that_names_an_assistant_is_boilerplate() -> None:
    """A tool that answers with more than that has something to say."""
    assert is_transfer_result({"assistant": "Refunds"})
    assert not is_transfer_result('{"assistant": "Refunds", "order": "A-1"}')
    assert not is_transfer_result('{"assistant": ')


def test_a_model_is_given_input_system_and_the_last_thing_the_user_said() -> None:
    """System instructions stand apart; FRESH is the last user message alone."""
    contents = given_to_model(
        [message("system", "Be brief."), message("user", "one"), message("user", "two")]
    )
    assert [(one.side, one.context) for one in contents] == [
        (Side.INPUT, [{"role": "user", "content": "one"}, {"role": "user", "content": "two"}]),
        (Side.SYSTEM, [{"role": "system", "content": "Be brief."}]),
        (Side.FRESH, [{"role": "user", "content": "two"}]),
    ]


def test_parts_of_a_users_message_may_be_a_tools_results() -> None:
    """Pydantic AI puts results into role ``user``, with the name of the tool."""
    parts = [
        {"type": "tool_call_response", "id": "1", "name": "lookup", "result": {"carrier": "UPS"}},
        {"type": "text", "content": "and now?"},
    ]
    assert from_parts([{"role": "user", "parts": parts}]) == [
        {"role": "tool", "content": '{"carrier":"UPS"}', "name": "lookup", "tool_call_id": "1"},
        {"role": "user", "content": "and now?"},
    ]


def test_instructions_may_be_a_text_or_parts() -> None:
    """Both are one system message."""
    expected = [{"role": "system", "content": "Be brief."}]
    assert instructions("Be brief.") == expected
    assert instructions([{"type": "text", "content": "Be brief."}]) == expected


def test_emptied_parts_are_told_from_empty_messages() -> None:
    """With content off the shape stays; a conversation without parts says nothing of that."""
    assert is_hollow([{"role": "user", "parts": [{"type": "text"}]}])
    assert not is_hollow([{"role": "user", "parts": [{"type": "text", "content": "x"}]}])
    assert not is_hollow([])


def test_both_dumps_of_langchain_read_the_same() -> None:
    """``messages_to_dict`` and the constructor form."""
    calls = [{"name": "lookup", "args": {"id": "A-1"}, "id": "1", "type": "tool_call"}]
    dumped = [
        {"type": "human", "data": {"content": HI, "id": "x"}},
        {"type": "ai", "data": {"content": "", "name": "triage", "tool_calls": calls}},
        {"type": "tool", "data": {"content": "found", "name": "lookup", "tool_call_id": "1"}},
    ]
    classes = {"human": "HumanMessage", "ai": "AIMessage", "tool": "ToolMessage"}
    built = [
        {"lc": 1, "id": ["langchain", classes[str(one["type"])]], "kwargs": one["data"]}
        for one in dumped
    ]
    assert finish(from_langchain(dumped)) == finish(from_langchain(built))
    assert [one["role"] for one in finish(from_langchain(dumped))] == ["user", "assistant", "tool"]


def test_text_blocks_of_a_langchain_message_are_read_and_others_left() -> None:
    """A call in a block stands in ``tool_calls`` as well."""
    blocks = [{"type": "text", "text": HI}, {"type": "tool_use", "name": "x", "input": {}}]
    assert from_langchain([{"type": "ai", "data": {"content": blocks}}]) == [
        {"role": "assistant", "content": [{"type": "text", "text": HI}]}
    ]


def test_managed_channels_of_a_graph_are_no_facts() -> None:
    """Who is active changes at every handoff by itself."""
    state = {"active_agent": "billing", "remaining_steps": 3, "order": "A-1"}
    assert state_of(state) == {"order": "A-1"}


def test_a_command_is_read_with_its_targets() -> None:
    """The end of the graph is no target; a list of sends names nodes."""
    command = {"graph": "__parent__", "update": {"a": 1}, "resume": None}
    assert command_of({**command, "goto": "b"}).goto == ("b",)  # type: ignore[union-attr]
    assert command_of({**command, "goto": "__end__"}).goto == ()  # type: ignore[union-attr]
    assert command_of([{**command, "goto": [{"node": "b", "arg": 1}, "c"]}]).goto == ("b", "c")  # type: ignore[union-attr]
    assert command_of({"update": 1}) is None


def test_an_update_replaces_channels_and_appends_messages() -> None:
    """A message with an id that is there already is not told twice."""
    one = {"type": "human", "data": {"content": "1", "id": "a"}}
    two = {"type": "human", "data": {"content": "2", "id": "b"}}
    state = {"messages": [one], "order": "A-1", "note": "x"}
    update = {"messages": [one, two], "note": None}
    assert applied(state, update) == [{"messages": [one, two], "order": "A-1", "note": None}]
    assert applied("a single channel comes unwrapped", {"order": "A-1"}) == [
        "a single channel comes unwrapped",
        {"order": "A-1"},
    ]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "type",
                    "role",
                    "content",
                    "data",
                    "parts",
                    "lc",
                    "id",
                    "kwargs",
                    "tool_calls",
                    "name",
                    "messages",
                    "x",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@given(json_values)
def test_no_json_breaks_the_readers(value: object) -> None:
    """What is no message is skipped, and what comes out always has a role and a content."""
    state_of(value)
    is_hollow(value)
    for drafts in (from_parts(value), from_langchain(value), instructions(value)):
        assert all({"role", "content"} <= one.keys() for one in finish(drafts))


def test_a_result_under_another_id_answers_the_oldest_call_that_waits() -> None:
    """Some frameworks know one call under two ids."""
    drafts = [
        message("assistant", calls=[tool_call("lookup_order", {}, "fc_1")]),
        message("tool", "UPS", call_id="call_1"),
        message("assistant", calls=[tool_call("send", {}, "fc_2"), tool_call("log", {}, "x")]),
        message("tool", "logged", call_id="x"),
        message("tool", "sent", call_id="call_2"),
        message("tool", "nobody asked", call_id="call_3"),
    ]
    named = [(one["content"], one.get("name")) for one in finish(drafts) if one["role"] == "tool"]
    assert named == [
        ("UPS", "lookup_order"),
        ("logged", "log"),
        ("sent", "send"),
        ("nobody asked", None),
    ]
