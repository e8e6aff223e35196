r"""Google's Agent Development Kit, in all its wire formats.

    [invoke_workflow triage_agent]        ``invocation`` in schema 1
      [invoke_agent triage_agent]
        [generate_content gemini-…]       schema 2: messages here, or in log records
        [call_llm] > [generate_content]   schema 1: request and response of Gemini as JSON
        [execute_tool transfer_to_agent]  ``{"agent_name": "refund_agent"}``
      [invoke_agent refund_agent]         beside its sender

What other agents said and did is quoted to a model as the user's words, with a notice in front and
marks around; and every agent is told its name and whom it may transfer to.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from intact.model.measurement import Reason
from intact_collector.dialects import genai
from intact_collector.dialects.boilerplate import cut
from intact_collector.dialects.messages import answered, given, tool_call_of, visible
from intact_collector.dialects.parts import instructions, one_message
from intact_collector.dialects.problems import distinct, parse, parse_text
from intact_collector.dialects.raw import RawSpan
from intact_collector.dialects.rules import Seen, declare
from intact_collector.dialects.transfer_tool import Call, Transfer, calls_of
from intact_collector.model.span import KeyKind, Role

_REQUEST = "gcp.vertex.agent.llm_request"
_RESPONSE = "gcp.vertex.agent.llm_response"
_ARGUMENTS = "gcp.vertex.agent.tool_call_args"
_RESULT = "gcp.vertex.agent.tool_response"

_BEGIN, _END = (
    r"(?:<<<BEGIN_QUOTED_AGENT_CONTENT>>>\s*)?",
    r"(?:\s*<<<END_QUOTED_AGENT_CONTENT>>>)?\Z",
)
_QUOTED = (
    cut(r"\AFor context:(?: below is a transcript of what another agent did.*)?\Z"),
    cut(r"\A\[[^\]\n]+\] (?:called tool )?`transfer_to_agent` .*\Z"),
    cut(rf"\A\[[^\]\n]+\] said:\s*{_BEGIN}(.*?){_END}", r"\1"),
    cut(rf"\A\[[^\]\n]+\] called tool `[^`\n]+` with parameters:\s*{_BEGIN}(.*?){_END}", r"\1"),
    cut(rf"\A\[[^\]\n]+\] `[^`\n]+` tool returned result:\s*{_BEGIN}(.*?){_END}", r"\1"),
)
_OFFICE = (
    cut(
        r"\n*You are an agent\. Your internal name is \"[^\"\n]*\"\."
        r"(?: The description about you is \"[^\n]*\"\.?)?"
    ),
    cut(r"\n*You have a list of other agents to transfer to:\n.*\Z"),
)


def _role(span: RawSpan) -> Role:
    """Tools of schema 1 carry an empty request as well: their operation says what they are."""
    if genai.OPERATION not in span.attributes and _REQUEST in span.attributes:
        return Role.MODEL
    return genai.role(span)


def _model(span: RawSpan) -> Seen:
    return _call_llm(span) if _REQUEST in span.attributes else genai.model(span)


def _call_llm(span: RawSpan) -> Seen:
    """Gemini's own request and response. With capture off both are an empty object."""
    request, cut_request = parse(span.attributes[_REQUEST])
    response, cut_response = parse(span.attributes.get(_RESPONSE))
    problems = distinct((cut_request, cut_response))
    if not isinstance(request, Mapping) or "contents" not in request:
        return Seen(problems=problems or (Reason.CONTENT_OFF,))
    config = request.get("config")
    told = config.get("system_instruction") if isinstance(config, Mapping) else None
    if isinstance(told, Mapping):
        told = told.get("parts")
    contents = request["contents"]
    inputs = [
        draft
        for one in (contents if isinstance(contents, list) else [contents])
        for draft in one_message("user", one if isinstance(one, Mapping) else {"content": one})
    ]
    outputs = one_message("model", response) if isinstance(response, Mapping) else []
    inputs, redacted = visible([*instructions(told), *inputs])
    outputs, silenced = visible(outputs)
    return Seen(
        (*(given(inputs) if not redacted else ()), *answered(outputs)),
        distinct((*problems, redacted or silenced)),
        calls=calls_of(outputs),
    )


def _tool(span: RawSpan) -> Seen:
    if _ARGUMENTS not in span.attributes and _RESULT not in span.attributes:
        return genai.tool(span)
    name = span.text(genai.TOOL_NAME)
    arguments, cut_arguments = parse_text(span.attributes.get(_ARGUMENTS))
    result, cut_result = parse_text(span.attributes.get(_RESULT))
    return Seen(
        tool_call_of(name, arguments or None, result or None),
        distinct((cut_arguments, cut_result)),
        calls=(Call(name or "", arguments),),
    )


DIALECT = declare(
    "google_adk",
    ("gcp.vertex.agent",),
    replace(
        genai.RULES,
        role=_role,
        model=_model,
        tool=_tool,
        transfer=Transfer(re.compile("transfer_to_agent"), argument="agent_name"),
        keys={"gcp.vertex.agent.session_id": KeyKind.CONVERSATION},
        boilerplate=(*_QUOTED, *_OFFICE),
    ),
)
