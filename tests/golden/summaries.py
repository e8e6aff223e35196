"""What `intact report` says of each recording, written down and read by eye.

A summary names sessions, turns, handoffs, verdicts and the named facts that were lost; not the
numbers, which may become finer. ``python -m tests.golden.summaries NAME...`` writes those of the
recordings whose name holds NAME. Compare a new one with what the run really did, span by span,
before it is committed: a test holds the code to it from then on.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from intact_collector.hosts.files import read_files
from intact_collector.report import document
from tests.golden import recordings

FOLDER = Path(__file__).parent / "summaries"
NAMES = sorted(path.stem for path in FOLDER.glob("*.txt"))
_PROSE = frozenset({"sentence", "document"})


def summary(name: str) -> str:
    """The summary of a recording, its log records included."""
    files = [recordings.FOLDER / f"{name}{end}" for end in (".jsonl", ".logs.jsonl")]
    reading = read_files([str(path) for path in files if path.exists()])
    sessions = sorted(map(document, reading.sessions), key=lambda one: one["start"])
    return "".join(f"{line}\n" for one in sessions for line in _session(one))


def _session(session: Mapping[str, Any]) -> Iterator[str]:
    yield f"session {session['session_id']}"
    yield f"  joined by {', '.join(session['stitched_by'])}; {', '.join(session['dialects'])}"
    yield f"  turns: {', '.join(turn['agent'] for turn in session['turns'])}"
    for handoff in session["handoffs"]:
        way = f"{handoff['source']} -> {handoff['target']}"
        found = f"{handoff['mode']}, {handoff['origin']} by {handoff['rule']}"
        reason = f" ({handoff['reason']})" if handoff["reason"] is not None else ""
        yield f"  {way}: {found}: {handoff['verdict']}{reason}"
        lost = [fact for fact in handoff["lost"] if fact["kind"] not in _PROSE]
        yield from sorted(f"    {one['fact']} {one['outcome']} ({one['at']})" for one in lost)


if __name__ == "__main__":
    for word in sys.argv[1:]:
        for one in recordings.NAMES:
            if word in one:
                (FOLDER / f"{one}.txt").write_text(summary(one), encoding="utf-8")
