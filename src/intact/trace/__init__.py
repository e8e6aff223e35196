"""Agents, sessions and handoffs of the user's program, as OpenTelemetry spans.

In: the user's calls.  Out: spans with fingerprints, as `docs/decisions/0001-walls.md` lists them.
This room knows only the OpenTelemetry API: whose SDK stands behind it, and whether any does, is
the application's choice. It never raises into the user's code and never waits for a network.

    agent      the decorator             session, handoff, received, marks    what users call
    calls      all kinds of functions    turn, spans    what becomes of it    memory   dataflow
    content    what was handed over      telling        what is said of it    backlog  when
    scope      where code stands         carrier        over the process boundary
    runtime    key, tracer, settings     health         what went wrong, counted
"""
