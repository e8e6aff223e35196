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

    def ran(self, call: Call) -> Passed | None:
        """What a tool span says: None when its tool passes no control."""
        return self._passed(call, HandoffRule.TOOL)

    def called(self, calls: Iterable[Call]) -> Passed | None:
        """What a model's answer says: its last call that passes control."""
        passed = (self._passed(call, HandoffRule.CALL) for call in reversed(tuple(calls)))
        return next((one for one in passed if one is not None), None)

    def _passed(self, call: Call, rule: HandoffRule) -> Passed | None:
        named = self.tools.fullmatch(call.tool)
        if named is None:
            return None
        arguments, whole = _mapping(call.arguments)
        if self.argument is not None:
            target = first_text(arguments, self.argument)
        else:
            target = named.groupdict().get("target")
        carried = {name: arguments[name] for name in self.payload if arguments.get(name)}
        return Passed(
            HandoffHint(target=target, rule=rule, mode=self.mode),
            (Content(Side.PAYLOAD, carried),) if carried and whole else (),
        )


def _mapping(arguments: object) -> tuple[Mapping[str, object], bool]:
    """Arguments by name, and whether they are all there: cut ones still name the target."""
    whole = True
    if isinstance(arguments, str):
        found = salvaged(arguments)
        arguments, whole = found.value, found.whole
    return (arguments, whole) if isinstance(arguments, Mapping) else ({}, False)
