"""Process one: triage reads a ticket, billing approves the refund, shipping is told over HTTP.

Losses are planted where they happen in life. A summary leaves out what nobody thought of, and
writes a date its own way; a form takes whole numbers only.
"""

from __future__ import annotations

import json
import sys
from datetime import date
from typing import Any
from urllib.request import Request, urlopen

import intact

Context = dict[str, Any]

TICKET: Context = {
    "customer": {"name": "Rosa Lindqvist", "email": "rosa.lindqvist@example.com"},
    "order": {"id": "ORD-70352", "item": "espresso machine", "delivered": "2026-12-04"},
    "refund": {"amount": 249.95, "currency": "EUR"},
    "refund_by": "2026-12-18",
    "complaint": "The pump of the machine stopped working after two days.",
}


@intact.agent("triage", must_keep=["order.id", "refund_by"])
def triage(ticket: Context) -> Context:
    """Read the ticket and pass on what matters. What has to survive is declared above."""
    return summarise(ticket)


@intact.agent("billing")
def billing(case: Context) -> Context:
    """Approve the refund."""
    return {**case, "refund": {**case["refund"], "approved": True}}


def summarise(ticket: Context) -> Context:
    """The case in short. The deadline is not in it: the first planted loss.

    The delivery date is written out, as a model likes to do. That is no loss: it is the same date.
    """
    order = ticket["order"]
    delivered = date.fromisoformat(order["delivered"])
    return {
        "customer": ticket["customer"],
        "order": {**order, "delivered": f"{delivered.day} {delivered:%B %Y}"},
        "refund": ticket["refund"],
        "summary": f"{ticket['complaint']} The customer wants a refund.",
    }


def return_form(case: Context) -> Context:
    """The case as shipping's form takes it: whole amounts only, the second planted loss."""
    return {**case, "refund": {**case["refund"], "amount": int(case["refund"]["amount"])}}


def main(shipping: str) -> None:
    """Handle one ticket. ``shipping`` is the URL of the other process."""
    intact.configure(service="front-desk")  # where to is in OTEL_EXPORTER_OTLP_ENDPOINT
    with intact.session("ticket-7301", journey="refund"):
        case = triage(TICKET)
        case = billing(case)
        with intact.handoff("shipping", case) as handoff:
            headers = {"Content-Type": "application/json", **handoff.headers()}
            body = json.dumps(return_form(case)).encode()
            with urlopen(Request(shipping, body, headers), timeout=20) as answer:
                answer.read()
    intact.flush(10.0)


if __name__ == "__main__":
    main(sys.argv[1])
