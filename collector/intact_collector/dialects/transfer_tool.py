"""The tool by which a framework passes control, and what a call of it says.

    tool span        ``execute_tool transfer_to_agent`` with its arguments
    model's answer   a call of ``transfer_to_refunds_agent`` that no span shows being executed

The target stands in an argument or in the tool's name, in whatever spelling a tool's name allows;
the context that goes along stands in other arguments, or nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from intact.model.measurement import Mode
from intact_collector.dialects.raw import first_text
from intact_collector.dialects.salvage import salvaged
from intact_collector.model.span import Content, HandoffHint, HandoffRule, Side

#: Names of transfer tools that carry their target.
BY_NAME = re.compile(r"(?:transfer|handoff|hand_off)_(?:back_)?to_(?P<target>\w.*)")


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call in a model's answer; arguments as they came, text or value."""

    tool: str
    arguments: object = None


def calls_of(drafts: Iterable[Mapping[str, object]]) -> tuple[Call, ...]:
    """The tool calls of message drafts, in order."""
    found = []
    for draft in drafts:
        calls = draft.get("tool_calls")
        for call in calls if isinstance(calls, list) else ():
            function = call.get("function") if isinstance(call, Mapping) else None
            if isinstance(function, Mapping) and isinstance(function.get("name"), str):
                found.append(Call(function["name"], function.get("arguments")))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Passed:
    """A call that passes control, and what is left of its contents."""

    hint: HandoffHint
    contents: tuple[Content, ...] = ()


@dataclass(frozen=True, slots=True)
class Transfer:
    """How to know a transfer.

    ``tools`` matches whole names; its group ``target``, where it has one, holds the target's name.
    ``argument`` names the argument that holds it instead, ``payload`` those that carry context.
    """

    tools: re.Pattern[str] = BY_NAME
    argument: str | None = None
    payload: tuple[str, ...] = ()
    mode: Mode | None = None

    def ran(self, tool: str | None, contents: tuple[Content, ...]) -> Passed | None:
        """What a tool span says: None when its tool passes no control."""
        if tool is None or self.tools.fullmatch(tool) is None:
            return None
        arguments = next((c.context for c in contents if c.side is Side.ARGUMENTS), None)
        payload = self._payload(arguments)
        return Passed(
            HandoffHint(
                target=self._target(tool, arguments), rule=HandoffRule.TOOL, mode=self.mode
            ),
            () if payload is None else (Content(Side.PAYLOAD, payload),),
        )

    def called(self, calls: Iterable[Call]) -> Passed | None:
        """What a model's answer says: its last call that passes control."""
        for call in reversed(tuple(calls)):
            if self.tools.fullmatch(call.tool) is not None:
                target = self._target(call.tool, call.arguments)
                payload = self._payload(call.arguments)
                return Passed(
                    HandoffHint(target=target, rule=HandoffRule.CALL, mode=self.mode),
                    () if payload is None else (Content(Side.PAYLOAD, payload),),
                )
        return None

    def _target(self, tool: str, arguments: object) -> str | None:
        if self.argument is not None:
            given = _mapping(arguments)
            return first_text(given, self.argument)
        found = self.tools.fullmatch(tool)
        groups = found.groupdict() if found is not None else {}
        return groups.get("target")

    def _payload(self, arguments: object) -> object:
        given = _mapping(arguments)
        carried = {name: given[name] for name in self.payload if given.get(name)}
        return carried or None


def _mapping(arguments: object) -> Mapping[str, object]:
    value = salvaged(arguments).value if isinstance(arguments, str) else arguments
    return value if isinstance(value, Mapping) else {}
