"""Turns of one session go in, handoffs come out, each with the evidence to measure it by.

A handoff is an edge from a turn to a turn of another agent. One rule a file; stronger rules come
first and a weaker one never finds again what is found. The same agent going on, and a user's next
message, are no handoffs.

    together   one call told by several spans becomes one
    scene      turns and spans of a session, ready to be asked
    native     what Intact's own library says
    parent_id  OpenInference: ``graph.node.parent_id``, "handoff to X"
    transfer   a command, a transfer tool, or attributes made for it
    nesting    an agent that ran inside another or a tool of it: there and back
    links      a span link to a message of another agent
    sequence   one agent after another, and nothing else said
    detect     the rules in order
    known      what an agent had before it, and when
    declared   must-keep facts of the session so far
    trust      why a side is missing or cannot be trusted
    evidence   an edge -> what was known, sent and received
"""

from intact_collector.handoffs.detect import detect
from intact_collector.handoffs.evidence import observe

__all__ = ["detect", "observe"]
