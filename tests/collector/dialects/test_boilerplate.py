"""What a framework writes around people's words goes; the words stay."""

from __future__ import annotations

import re

from intact_collector.dialects.boilerplate import Boilerplate, cut, without
from intact_collector.model.span import Content, Side

RULES = (cut(r"Dear agent, do this: (.*?) Thank you\.", r"\1"), cut(r"\ANote:\n"))


def test_a_template_leaves_what_it_quotes() -> None:
    """Also over several lines."""
    given = [{"role": "user", "content": "Note:\nDear agent, do this: refund\nit. Thank you."}]
    (content,) = without(RULES, [Content(Side.INPUT, given)])
    assert content.context == [{"role": "user", "content": "refund\nit."}]


def test_a_message_of_boilerplate_alone_goes() -> None:
    """One that was empty for another reason, a tool call, stays."""
    call = {"role": "assistant", "content": "", "tool_calls": [{"function": {"name": "f"}}]}
    given = [{"role": "user", "content": "Note:\n"}, call]
    (content,) = without(RULES, [Content(Side.INPUT, given)])
    assert content.context == [call]


def test_text_parts_are_cleaned_and_states_are_not() -> None:
    """A state is the application's own: nothing in it was written by a framework."""
    parts = [{"role": "user", "content": [{"type": "text", "text": "Note:\nHi"}]}]
    said, state = without(
        RULES, [Content(Side.OUTPUT, parts), Content(Side.STATE, {"a": "Note:\nHi"})]
    )
    assert said.context == [{"role": "user", "content": [{"type": "text", "text": "Hi"}]}]
    assert state.context == {"a": "Note:\nHi"}


def test_without_rules_nothing_is_touched() -> None:
    """The very same contents."""
    content = Content(Side.INPUT, [{"role": "user", "content": "Note:\n"}])
    assert without((), [content])[0] is content
    assert Boilerplate(re.compile("x")).clean("Note") == "Note"
