"""Content that is not what was there is told from content, and from losses."""

from __future__ import annotations

import pytest

from intact.codec.packed import pack
from intact.codec.wire import to_attribute
from intact.fingerprint import Fingerprinter, Key
from intact.model.fingerprint import Fingerprint
from intact.model.measurement import Mode, Reason
from intact_collector.dialects.choose import neutral
from intact_collector.dialects.problems import parse, parse_text
from intact_collector.model.span import NeutralSpan, Role, Side
from tests.collector.dialects.test_choose import span

OPENAI = "openinference.instrumentation.openai_agents"
MESSAGES = '[{"role": "user", "parts": [{"type": "text", "content": "Order A-1042"}]}]'


def read(scope: str, dropped: int = 0, **attributes: object) -> NeutralSpan:
    found = neutral(span(scope, dropped=dropped, **attributes))
    assert found is not None
    return found


def llm(dropped: int = 0, **attributes: object) -> NeutralSpan:
    return read(OPENAI, dropped, **{"openinference.span.kind": "LLM", **attributes})


def chat(**attributes: object) -> NeutralSpan:
    return read("pydantic-ai", **{"gen_ai.operation.name": "chat", **attributes})


def test_json_that_stops_early_was_cut() -> None:
    """A length limit leaves the beginning; other broken JSON is unreadable."""
    assert parse(MESSAGES[:40]) == (None, Reason.ATTRIBUTE_CUT)
    assert parse("{a: 1}") == (None, Reason.UNREADABLE)
    assert parse("__REDACTED__") == (None, Reason.REDACTED)
    assert parse('{"a": [1]}') == ({"a": [1]}, None)
    assert parse([1]) == ([1], None)


def test_text_in_brackets_is_text() -> None:
    """What people write need not be JSON."""
    assert parse_text("[urgent] call") == ("[urgent] call", None)
    assert parse_text("{see below}") == ("{see below}", None)
    assert parse_text('{"order": "A-10') == (None, Reason.ATTRIBUTE_CUT)


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (llm(), Reason.CONTENT_OFF),
        (llm(**{"input.value": "__REDACTED__"}), Reason.REDACTED),
        (
            llm(
                **{
                    "llm.input_messages.0.message.role": "user",
                    "llm.input_messages.0.message.content": "__REDACTED__",
                }
            ),
            Reason.REDACTED,
        ),
        (
            llm(
                **{
                    "llm.input_messages.2.message.role": "user",
                    "llm.input_messages.2.message.content": "x",
                }
            ),
            Reason.ATTRIBUTES_DROPPED,
        ),
        (chat(), Reason.CONTENT_OFF),
        (
            chat(**{"gen_ai.input.messages": '[{"role":"user","parts":[{"type":"text"}]}]'}),
            Reason.CONTENT_OFF,
        ),
        (chat(**{"gen_ai.input.messages": MESSAGES[:50]}), Reason.ATTRIBUTE_CUT),
        (chat(**{"gen_ai.input.messages": "[REDACTED]"}), Reason.REDACTED),
    ],
)
def test_a_model_call_without_its_messages_says_why(found: NeutralSpan, reason: Reason) -> None:
    """And no mark of redaction is ever taken for content."""
    assert found.problems == (reason,)
    assert "REDACTED" not in repr(found.contents)


def test_a_model_call_that_lost_attributes_is_not_trusted() -> None:
    """Neither when the count says so, nor when the raw value is cut."""
    whole = {
        "llm.input_messages.0.message.role": "user",
        "llm.input_messages.0.message.content": "x",
    }
    assert llm(**whole).problems == ()
    assert llm(1, **whole).problems == (Reason.ATTRIBUTES_DROPPED,)
    assert llm(**whole, **{"input.value": '[{"content": "x'}).problems == (Reason.ATTRIBUTE_CUT,)


def test_instructions_in_parameters_and_tool_definitions_are_no_content() -> None:
    """They leak when content is off, and are nobody's context."""
    found = llm(
        **{
            "llm.invocation_parameters": '{"instructions": "You are the Triage agent."}',
            "llm.tools.0.tool.json_schema": '{"name": "lookup"}',
            "llm.token_count.prompt": 50,
        }
    )
    assert found.contents == ()


def native(**attributes: object) -> NeutralSpan:
    return read("intact", **attributes)


@pytest.fixture(scope="module")
def fingerprint() -> Fingerprint:
    return Fingerprinter(Key(b"a key for these tests")).fingerprint({"order": {"id": "A-1042"}})


def test_a_native_fingerprint_is_read_as_it_was_written(fingerprint: Fingerprint) -> None:
    """On an arrival, with what it says of the handoff."""
    text, size = to_attribute(fingerprint)
    found = native(
        **{
            "intact.context.received": text,
            "intact.context.received.size": size,
            "intact.handoff.id": "h1",
            "intact.handoff.source.name": "triage",
            "intact.handoff.target.name": "billing",
            "intact.handoff.mode": "return_to_caller",
            "intact.handoff.rule": "call",
        }
    )
    assert found.role is Role.ARRIVAL
    assert found.fingerprints == {Side.RECEIVED: pack(fingerprint)}
    assert found.handoff is not None
    assert (found.handoff.source, found.handoff.target) == ("triage", "billing")
    assert (found.handoff.mode, found.handoff.rule) == (Mode.RETURN_TO_CALLER, "call")
    assert found.problems == ()


def test_a_departure_carries_what_was_sent_and_nothing_received(fingerprint: Fingerprint) -> None:
    """That is what tells it from an arrival."""
    text, size = to_attribute(fingerprint)
    found = native(
        **{
            "intact.context.sent": text,
            "intact.context.sent.size": size,
            "intact.handoff.id": "h1",
        }
    )
    assert (found.role, list(found.fingerprints)) == (Role.HANDOFF, [Side.SENT])


def test_a_native_fingerprint_that_cannot_be_read_says_why(fingerprint: Fingerprint) -> None:
    """Cut by a length limit, dropped by a count limit, or no fingerprint at all."""
    text, size = to_attribute(fingerprint)
    side, length = "intact.context.received", "intact.context.received.size"
    assert native(**{side: text[:20], length: size}).problems == (Reason.ATTRIBUTE_CUT,)
    assert native(**{length: size}).problems == (Reason.ATTRIBUTES_DROPPED,)
    assert native(**{side: text}).problems == (Reason.UNREADABLE,)
    assert native(**{side: 7, length: size}).problems == (Reason.UNREADABLE,)
    assert native(**{side: "!" * len(text), length: size}).problems == (Reason.UNREADABLE,)
    assert native(**{length: size, "intact.handoff.id": "h"}).role is Role.ARRIVAL
