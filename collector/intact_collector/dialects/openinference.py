"""What all OpenInference instrumentations have in common: kinds, model calls, values.

``openinference.span.kind`` says LLM, TOOL, AGENT, CHAIN; how far to trust it is each dialect's
business. Token counts, tool definitions and ``llm.invocation_parameters`` (where instructions
leak when content is off) are no evidence and are not looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from intact.model.measurement import Reason
from intact_collector.dialects.flattened import unflatten
from intact_collector.dialects.messages import answered, as_it_is, given, tool_call_of, visible
from intact_collector.dialects.problems import distinct, is_redacted, parse_text
from intact_collector.dialects.raw import RawSpan
from intact_collector.dialects.rules import Seen, by
from intact_collector.dialects.transfer_tool import Call, calls_of
from intact_collector.dialects.transfers import Message
from intact_collector.model.span import Content, Role

KIND = "openinference.span.kind"
INPUT = "input.value"
OUTPUT = "output.value"
TOOL_NAME = "tool.name"

#: What a span is, by its kind; everything else keeps its place in the tree.
role = by(KIND, {"AGENT": Role.AGENT, "LLM": Role.MODEL, "TOOL": Role.TOOL})


def model(span: RawSpan, tidy: Callable[[Message], Message] = as_it_is) -> Seen:
    """The reader of LLM spans, with the tools that the model called.

    ``tidy`` puts back into shape what a framework writes into the text of a message.
    """
    attributes = span.attributes
    inputs, torn = unflatten(attributes, "llm.input_messages")
    outputs, _ = unflatten(attributes, "llm.output_messages")
    inputs, outputs = [tidy(one) for one in inputs], [tidy(one) for one in outputs]
    inputs, hidden = visible(inputs)
    outputs, silenced = visible(outputs)
    contents: list[Content] = []
    missing = None
    if inputs or hidden:
        contents.extend(given(inputs) if inputs else ())
    else:
        missing = Reason.REDACTED if is_redacted(attributes.get(INPUT)) else Reason.CONTENT_OFF
    contents.extend(answered(outputs))
    problems = distinct(
        (
            Reason.ATTRIBUTES_DROPPED if torn or span.dropped_attributes else None,
            Reason.ATTRIBUTE_CUT if cut_values(span) else None,
            hidden or silenced,
            missing,
        )
    )
    return Seen(tuple(contents), problems, calls=calls_of(outputs))


def cut_values(span: RawSpan) -> bool:
    """Whether a length limit was at work: it hits the raw values first, which repeat the rest."""
    return Reason.ATTRIBUTE_CUT in (value(span, INPUT)[1], value(span, OUTPUT)[1])


def value(span: RawSpan, name: str) -> tuple[object, Reason | None]:
    """``input.value`` or ``output.value``, parsed when it is JSON; (None, None) when absent."""
    return parse_text(span.attributes.get(name))


def tool(span: RawSpan) -> Seen:
    """The reader of TOOL spans: arguments in ``input.value``, the result in ``output.value``.

    Some instrumentations write the call as Python made it; its keywords are the arguments.
    """
    arguments, cut_arguments = value(span, INPUT)
    result, cut_result = value(span, OUTPUT)
    if isinstance(arguments, Mapping) and {"args", "kwargs"} <= arguments.keys():
        arguments = arguments["kwargs"] or arguments["args"]
    name = span.text(TOOL_NAME)
    asked = span.attributes.get(INPUT) if arguments is None else arguments
    return Seen(
        tool_call_of(name, arguments, result),
        distinct((cut_arguments, cut_result)),
        calls=(Call(name or "", asked),),
    )
