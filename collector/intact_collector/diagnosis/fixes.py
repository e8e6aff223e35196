"""What to do about a finding: one line, in the words of the framework where there is one."""

from __future__ import annotations

from collections.abc import Mapping

from intact_collector.diagnosis.diagnose import Finding
from intact_collector.report.remedies import NO_AGENTS, REASONS, for_reason, for_session_id

#: By the id of a finding; those that are not here are reasons of measurements.
FIXES: Mapping[str, str] = {
    "no_agents": NO_AGENTS,
    "no_model_calls": (
        "add the instrumentation of the model's client library, whose spans hold what agents were "
        "given; or mark the agents with @intact.agent"
    ),
    "inferred": (
        "nothing, when they are right; intact.handoff(...) declares one, and charters may warn"
    ),
    "parents_missing": (
        "sample whole sessions (OTEL_TRACES_SAMPLER=intact_session_ratio, or tail sampling by "
        "session), and send all spans of a trace to one collector"
    ),
    "clock_skew": "synchronise the clocks of these machines (NTP, chrony)",
    "split": "route by session or trace id (loadbalancing exporter), or run one collector",
    "guess": "give the receiver the id of its sender's session; --guess off leaves them apart",
    "leak": (
        "keep it out of telemetry: redact these places in the SDK or in your collector (Intact "
        "itself never keeps them)"
    ),
}


def fix(finding: Finding) -> str:
    """What to do about it."""
    dialect = finding.dialect or ""
    if finding.id in FIXES:
        return FIXES[finding.id]
    if finding.id == "no_session_id":
        return for_session_id(dialect)
    assert finding.id in REASONS, finding.id
    return for_reason(dialect, finding.id)
