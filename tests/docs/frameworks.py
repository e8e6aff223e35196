"""The table of what can be measured of which framework, made from the recordings.

``python -m tests.docs.frameworks`` prints it. A row is a framework and an instrumentation, over all
of its recordings with content; a recording is left out where its name says that something was cut.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from intact.model.measurement import Mode, Verdict
from intact_collector.hosts.files import read_files
from intact_collector.model.session import Session
from tests.golden.recordings import FOLDER, NAMES

COLUMNS = ("framework", "instrumentation", "dialect", "sessions", "handoffs found by", "measured",
           "what was sent", "ways back")  # fmt: skip

_TITLES = {
    "a2a-sdk": "A2A SDK", "agent-framework": "Microsoft Agent Framework",
    "autogen-agentchat": "AutoGen", "crewai": "CrewAI", "google-adk": "Google ADK",
    "google-adk-a2a": "Google ADK over A2A", "langgraph": "LangGraph",
    "openai-agents": "OpenAI Agents SDK", "pydantic-ai": "Pydantic AI",
    "smolagents": "smolagents", "strands": "Strands",
}  # fmt: skip
_DAMAGED = ("nocontent", "truncated", "longconv", "nochat")


def rows() -> Iterator[tuple[str, ...]]:
    """The rows of the table, by framework and instrumentation."""
    groups: defaultdict[tuple[str, str], list[Session]] = defaultdict(list)
    for name in NAMES:
        framework, instrumentation, variant = name.split("__")
        if framework in _TITLES and not any(word in variant for word in _DAMAGED):
            files = [FOLDER / f"{name}{end}" for end in (".jsonl", ".logs.jsonl")]
            found = read_files([str(path) for path in files if path.exists()]).sessions
            groups[_TITLES[framework], _instrumented(instrumentation)].extend(found)
    for (framework, instrumentation), sessions in sorted(groups.items()):
        yield (framework, instrumentation, *_row(sessions))


def table() -> str:
    """The table as Markdown."""
    lines = [COLUMNS, tuple("---" for _ in COLUMNS), *rows()]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _instrumented(name: str) -> str:
    """An instrumentation without the pattern of agents that was recorded with it."""
    for known, title in (
        ("openinference", "OpenInference"), ("traceloop", "Traceloop"),
        ("otel-genai", "OpenTelemetry GenAI"), ("otel-openai-agents-v2", "OpenTelemetry, older"),
        ("native", "its own"), ("httpx", "HTTP, and agents by hand"),
    ):  # fmt: skip
        if name.startswith(known):
            return title
    return name


def _row(sessions: list[Session]) -> tuple[str, ...]:
    handoffs = [one for session in sessions for one in session.handoffs]
    forward = [one for one in handoffs if one.edge.mode is not Mode.RETURN]
    if not forward:
        return ("", "", "none: no span is an agent's", "", "", "")
    keys = {kind.name.lower() for session in sessions for kind in session.stitched_by}
    measured = [one for one in forward if one.measurement.verdict is not Verdict.NOT_MEASURED]
    sent = sum(one.measurement.known_sent is not None for one in measured)
    return (
        ", ".join(f"`{one}`" for one in sorted({d for s in sessions for d in s.dialects})),
        ", ".join(sorted(keys)),
        ", ".join(f"`{one}`" for one in sorted({str(one.edge.rule) for one in forward})),
        _share(len(measured), len(forward)),
        _share(sent, len(measured)),
        "yes" if any(one.edge.mode is Mode.RETURN for one in handoffs) else "",
    )


def _share(part: int, whole: int) -> str:
    return "yes" if whole and part == whole else "no" if not part else "in part"


if __name__ == "__main__":
    print(table(), end="")
