"""What a framework writes around people's words: taken away before anything is fingerprinted.

Templates and notices are nobody's context. Left in, they would count as known to the one agent
and lost by the next. Each dialect lists its own, as patterns; words that are only quoted by a
template stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from intact_collector.model.span import Content, Side

#: Sides whose text a framework may have written around.
_SIDES = frozenset(
    {Side.INPUT, Side.SYSTEM, Side.OUTPUT, Side.ARGUMENTS, Side.RESULT, Side.PAYLOAD, Side.FRESH}
)


@dataclass(frozen=True, slots=True)
class Boilerplate:
    """A pattern and what stays of it: nothing, or the group of the pattern that it quotes."""

    pattern: re.Pattern[str]
    keep: str = ""

    def clean(self, text: str) -> str:
        """The text without it.

        >>> Boilerplate(re.compile(r"New task: ")).clean("New task: refund it.")
        'refund it.'
        """
        return self.pattern.sub(self.keep, text)


def cut(pattern: str, keep: str = "") -> Boilerplate:
    """Boilerplate by a pattern in which ``.`` matches line ends as well."""
    return Boilerplate(re.compile(pattern, re.DOTALL), keep)


def without(rules: Sequence[Boilerplate], contents: Iterable[Content]) -> tuple[Content, ...]:
    """The contents without boilerplate; a message of which nothing is left goes too."""
    if not rules:
        return tuple(contents)
    return tuple(
        replace(content, context=_cleaned(content.context, rules))
        if content.side in _SIDES
        else content
        for content in contents
    )


def _cleaned(context: object, rules: Sequence[Boilerplate]) -> object:
    if isinstance(context, str):
        return _text(context, rules)
    if not isinstance(context, list):
        return context
    kept = []
    for item in context:
        cleaned = _message(item, rules)
        if cleaned is item or cleaned.get("content") or cleaned.get("tool_calls"):
            kept.append(cleaned)
    return kept


def _message(item: object, rules: Sequence[Boilerplate]) -> Mapping[str, object]:
    if not isinstance(item, Mapping) or "content" not in item:
        return item  # type: ignore[return-value]
    content = item["content"]
    if isinstance(content, str):
        cleaned: object = _text(content, rules)
    elif isinstance(content, list):
        cleaned = [
            {**part, "text": _text(part["text"], rules)}
            if isinstance(part, Mapping) and isinstance(part.get("text"), str)
            else part
            for part in content
        ]
    else:
        return item
    return item if cleaned == content else {**item, "content": cleaned}


def _text(text: str, rules: Sequence[Boilerplate]) -> str:
    for rule in rules:
        text = rule.clean(text)
    return text
