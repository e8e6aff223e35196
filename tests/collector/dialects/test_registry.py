"""Which dialects are known, whatever the packages that bring them do."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from intact_collector.dialects.choose import REGISTRY, neutral
from intact_collector.dialects.dialect import Dialect, Reading
from intact_collector.dialects.raw import RawSpan
from intact_collector.dialects.registry import GROUP, Registry
from intact_collector.model.span import HandoffRule, Role


@dataclass(frozen=True)
class Point:
    name: str
    loaded: object

    def load(self) -> object:
        if isinstance(self.loaded, Exception):
            raise self.loaded
        return self.loaded


def dialect(name: str, *scopes: str) -> Dialect:
    return Dialect(name, scopes, lambda _: Reading())


def span(scope: str, **attributes: object) -> RawSpan:
    return RawSpan(b"t" * 16, b"s" * 8, b"", 1, 2, "n", scope, attributes)


OURS = dialect("ours", "shared", "ours.scope")


def test_a_broken_package_is_named_and_the_others_work() -> None:
    """One that does not import, one that is something else, one with a name that is taken."""
    registry = Registry(
        [OURS],
        [
            Point("acme", ImportError("no module named acme")),
            Point("odd", 7),
            Point("good", dialect("good", "good.scope")),
            Point("ours-again", dialect("good", "x")),
        ],
    )
    assert [(one.name, one.why) for one in registry.broken] == [
        ("acme", "ImportError: no module named acme"),
        ("odd", "is a int, not a Dialect"),
        ("good", "another dialect has this name"),
    ]
    assert registry.names == ("good", "ours")
    assert [one.name for one in registry.of("ours.scope")] == ["ours"]


def test_an_installed_dialect_comes_before_ours_and_a_mark_that_fails_has_no_say() -> None:
    """Whoever installs one wants it; where it breaks, ours reads on."""
    theirs = dialect("theirs", "shared")
    assert Registry([OURS], [Point("t", theirs)]).choose(span("shared")) is theirs
    failing = replace(theirs, marks=lambda _: 1 / 0 > 0)
    assert Registry([OURS], [Point("t", failing)]).choose(span("shared")) is OURS


def test_exact_names_come_before_prefixes_and_longer_prefixes_before_shorter() -> None:
    """A family may be claimed as a whole, and one of it apart."""
    family, inner, one = (
        dialect("f", "acme.*"),
        dialect("i", "acme.db.*"),
        dialect("o", "acme.db.x"),
    )
    registry = Registry([family, inner, one])
    assert [found.name for found in registry.of("acme.db.x")] == ["o", "i", "f"]
    assert [found.name for found in registry.of("acme.web")] == ["f"]
    assert registry.of("other") == ()


def test_names_from_outside_do_not_fill_the_memory() -> None:
    """Answers are remembered up to a bound."""
    registry = Registry([OURS])
    for number in range(5000):
        registry.of(f"scope.{number}")
    assert len(registry._answers) <= 4096


def test_conventions_are_read_under_any_scope() -> None:
    """Agents, model calls and transfers; what says nothing of the kind is not read."""
    assert REGISTRY.fallback is not None
    agent = neutral(
        span("x", **{"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "triage"})
    )
    assert agent is not None
    assert (agent.dialect, agent.role, agent.agent) == ("generic", Role.AGENT, "triage")
    other = neutral(span("x", **{"openinference.span.kind": "AGENT", "agent.name": "billing"}))
    assert other is not None
    assert (other.role, other.agent) == (Role.AGENT, "billing")
    tool = neutral(
        span(
            "x", **{"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "handoff_to_ship"}
        )
    )
    assert tool is not None
    assert tool.handoff is not None
    assert (tool.role, tool.handoff.target) == (Role.HANDOFF, "ship")
    assert neutral(span("x", **{"http.method": "GET"})) is None


def test_drafted_attributes_of_handoffs_are_read_in_every_spelling() -> None:
    """Those that were proposed, and those that instrumentations write today."""
    for names in (
        {"gen_ai.agent.handoff.source.name": "a", "gen_ai.agent.handoff.target.name": "b"},
        {"gen_ai.handoff.from_agent": "a", "gen_ai.handoff.to_agent": "b"},
        {"gen_ai.transfer.target.name": "b", "gen_ai.transfer.mode": "return_to_caller"},
    ):
        read = neutral(span("x", **{"gen_ai.operation.name": "execute_tool", **names}))
        assert read is not None
        assert read.handoff is not None
        assert (read.handoff.target, read.handoff.rule) == ("b", HandoffRule.ATTRIBUTES)
    called = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "b"}
    read = neutral(span("x", **called, **{"gen_ai.caller.name": "a"}))
    assert read is not None
    assert read.handoff is not None
    assert (read.handoff.source, read.handoff.target) == ("a", "b")


def test_a_package_beside_the_collector_brings_its_dialect(tmp_path: Path) -> None:
    """By its entry point alone, in a process that knows nothing else of it."""
    (tmp_path / "acme_intact.py").write_text(
        "from intact_collector.dialects import genai\n"
        "from intact_collector.dialects.rules import Rules, declare\n"
        "DIALECT = declare('acme', ('acme.tracing',), Rules(role=genai.role))\n"
    )
    about = tmp_path / "acme_intact-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-intact\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(
        f"[{GROUP}]\nacme = acme_intact:DIALECT\nbroken = acme_gone:DIALECT\n"
    )
    program = (
        "from intact_collector.dialects.choose import REGISTRY, claims\n"
        "print(claims('acme.tracing'), 'acme' in REGISTRY.names,"
        " [one.name for one in REGISTRY.broken])"
    )
    found = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), *filter(None, sys.path)])},
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.split(maxsplit=2) == ["True", "True", "['broken']\n"]
