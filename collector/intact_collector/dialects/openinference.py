"""What all OpenInference instrumentations have in common: kinds, model calls, values.

``openinference.span.kind`` says LLM, TOOL, AGENT, CHAIN; how far to trust it is each dialect's
business. Token counts, tool definitions and ``llm.invocation_parameters`` (where instructions
leak when content is off) are no evidence and are not looked at.
"""

from __future__ import annotations

from intact.model.measurement import Reason
from intact_collector.dialects.flattened import unflatten
from intact_collector.dialects.messages import answered, given, visible
from intact_collector.dialects.problems import distinct, is_cut, is_redacted, parse_text
from intact_collector.dialects.raw import RawSpan
from intact_collector.model.span import Content

KIND = "openinference.span.kind"
INPUT = "input.value"
OUTPUT = "output.value"
TOOL_NAME = "tool.name"


def model_call(span: RawSpan) -> tuple[tuple[Content, ...], tuple[Reason, ...]]:
    """The contents of an LLM span, and why some of them cannot be trusted."""
    attributes = span.attributes
    inputs, torn = unflatten(attributes, "llm.input_messages")
    outputs, _ = unflatten(attributes, "llm.output_messages")
    inputs, hidden = visible(inputs)
    outputs, silenced = visible(outputs)
    contents: list[Content] = []
    missing = None
    if inputs or hidden:
        contents.extend(given(inputs) if inputs else ())
    else:
        missing = Reason.REDACTED if is_redacted(attributes.get(INPUT)) else Reason.CONTENT_OFF
    contents.extend(answered(outputs))
    return tuple(contents), distinct(
        (
            Reason.ATTRIBUTES_DROPPED if torn or span.dropped_attributes else None,
            Reason.ATTRIBUTE_CUT if cut_values(span) else None,
            hidden or silenced,
            missing,
        )
    )


def cut_values(span: RawSpan) -> bool:
    """Whether a length limit was at work: it hits the raw values first, which repeat the rest."""
    return is_cut(span.attributes.get(INPUT)) or is_cut(span.attributes.get(OUTPUT))


def value(span: RawSpan, name: str) -> tuple[object, Reason | None]:
    """``input.value`` or ``output.value``, parsed when it is JSON; (None, None) when absent."""
    return parse_text(span.attributes.get(name))
