"""Intact measures what survives when one AI agent hands over to the next.

    import intact

    intact.configure(service="support")      # only where the app has no TracerProvider yet

    @intact.agent("triage", must_keep=["order.id", "refund_by"])
    def triage(context: dict) -> dict: ...

    with intact.session("user-journey-42", journey="refund"):
        context = triage(context)
        context = billing(context)           # a handoff: billing was given what triage returned

Each call of an agent is an OpenTelemetry span with fingerprints of what it was given and what it
returned: keyed hashes and names of facts, never values. The collector (`intact serve`) rebuilds
sessions from them and measures every handoff.

Nothing in here raises into your agent, waits for a network, or keeps a reference to your state.
Without a TracerProvider, or with ``INTACT_DISABLED=1``, agents run as if they were not marked.
"""

from intact.errors import CodecError, ConfigError, IntactError, KeyFileError, MissingExtra
from intact.model.fingerprint import Fingerprint
from intact.model.measurement import Measurement, Verdict
from intact.setup import configure
from intact.trace.agent import agent
from intact.trace.handoff import Handoff, handoff
from intact.trace.marks import must_keep, outcome, output, pruned
from intact.trace.received import Received, received
from intact.trace.session import session
from intact.trace.values import compare, fingerprint, flush

__all__ = [
    "CodecError",
    "ConfigError",
    "Fingerprint",
    "Handoff",
    "IntactError",
    "KeyFileError",
    "Measurement",
    "MissingExtra",
    "Received",
    "Verdict",
    "agent",
    "compare",
    "configure",
    "fingerprint",
    "flush",
    "handoff",
    "must_keep",
    "outcome",
    "output",
    "pruned",
    "received",
    "session",
]
