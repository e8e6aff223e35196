"""An agent that ran inside a tool and has no span of its own.

    [Delegate work to coworker] TOOL        ``coworker`` = who does the work
      [ChatCompletion] LLM                  of that coworker

The dialect says who it was (`Rules.unseen`); the one span then becomes two, the agent's below the
tool's. The agent keeps the id, so that what ran below is its own; the tool gets one made of it.
Where the framework does show the agent, its span lies inside and is the same turn.
"""

from __future__ import annotations

from dataclasses import replace
from hashlib import blake2b

from intact_collector.model.span import NeutralSpan, Role


def with_unseen(span: NeutralSpan) -> tuple[NeutralSpan, ...]:
    """The span, or the tool and the agent that ran in it."""
    if span.unseen is None or span.role is not Role.TOOL:
        return (span,)
    identity = blake2b(span.span_id, digest_size=8, person=b"intact.tool").digest()
    tool = replace(span, span_id=identity, unseen=None)
    agent = replace(
        tool,
        span_id=span.span_id,
        parent_id=identity,
        role=Role.AGENT,
        agent=span.unseen,
        tool=None,
        handoff=None,
        problems=(),
        contents=(),
        fingerprints={},
    )
    return (tool, agent)
