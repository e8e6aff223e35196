"""What the pipeline knows between two steps, and its settings. Values only."""

from __future__ import annotations

from dataclasses import dataclass, field

from intact_collector.sessions.agenda import Agenda
from intact_collector.sessions.clusters import Limits, Pool, Tombstones


@dataclass(frozen=True, slots=True)
class Settings:
    """How long to wait and how much to hold. Seconds, unless it says otherwise."""

    settle: float = 5.0  # a number that did not change for so long is final
    idle: float = 900.0  # a session without spans for so long is closed
    guess: bool = True  # whether sessions may be joined without a common key
    guess_window: float = 60.0
    limits: Limits = field(default_factory=Limits)  # of one session
    total_bytes: int = 1 << 30  # of all open sessions; beyond it the oldest close early
    remember: float = 86_400.0  # how long spans of a closed session are known to be late
    remember_traces: int = 50_000  # at least; at most twice as many


DEFAULT = Settings()


@dataclass(frozen=True, slots=True)
class State:
    """Everything the pipeline knows. Immutable: a step makes another one."""

    pool: Pool = field(default_factory=Pool)
    tombstones: Tombstones = field(default_factory=Tombstones)
    agenda: Agenda = field(default_factory=Agenda)
