"""Golden vectors of suite 1: contexts, and what their fingerprints have to be.

A changed vector is a changed meaning of hashes, and that is a new suite number: stored and sent
fingerprints would no longer compare. ``python -m tests.golden.fingerprint_vectors`` writes the
file; do so only to add vectors, or with a new suite.
"""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

from intact.fingerprint import Fingerprinter, Key
from intact.model.fingerprint import SUITE, Sketch

FILE = Path(__file__).parent / "fingerprints" / "contexts.json"
KEY = Key(b"golden vectors of Intact, suite 1")

CONTEXTS: list[tuple[str, object, tuple[str, ...]]] = [
    (
        "state",
        {
            "order": {"id": "A-1042", "total": 129.9, "paid": True, "items": 3},
            "refund_by": "2026-12-04",
            "status": "on hold",
            "carrier": "UPS",
            "note": "Dana would like it left at the back door",
            "tags": ["urgent", "B-771", "B-771"],
            "none": None,
        },
        ("order.id", "refund_by", "customer"),
    ),
    (
        "values",
        {
            "amount": ["$1,299.00", "1299 EUR", "-45,50 €", 20, "20"],
            "date": ["4 December 2026", "December 4", "04/12/2026", "Friday"],
            "time": ["6:15 pm", "18:15:30"],
            "datetime": ["2026-12-04T18:15:00+01:00", "2026-12-04 18:15", "2026-12-04T00:00"],
            "duration": ["2 hours", "14-day", "2 years"],
            "percent": ["12.5 %"],
            "mail": ["dana@example.org"],
            "url": ["https://Example.org/Orders?id=7"],
            "phone": ["+1 (555) 123-4567", "555-123-4567"],
            "id": ["ORD-1234", "00123", "10423344556", "3.11.7", "10.0.0.1"],
            "number": [0, -5, 100, 0.25, 1e30, 10423344556],
        },
        (),
    ),
    (
        "words",
        {
            "time": ["quarter past 6 in the evening", "6:15", "halb vier nachmittags", "noon"],
            "date": ["the fourth of December", "the 7th", "next Wednesday", "tomorrow"],
            "amount": ["one thousand and twenty bucks", "C$5"],
            "measure": ["500 mg", "5-7 days", "seventy percent"],
            "number_of_seats": "two",
            "text": "A table for 2 and 3 large rooms, twenty-five euros, from Freitag on the 4th.",
        },
        (),
    ),
    (
        "conversation",
        [
            {"role": "system", "content": "Never promise more than $500 to a customer."},
            {
                "role": "user",
                "content": "Refund $129.90 for order A-1042 by 4 December 2026, please. "
                "I am Dana Smith. Do not call me before noon!",
            },
            {
                "role": "assistant",
                "content": None,
                "tool_calls": [
                    {
                        "id": "c1",
                        "type": "function",
                        "function": {"name": "lookup_order", "arguments": '{"order_id": "A-1042"}'},
                    }
                ],
            },
            {"role": "tool", "tool_call_id": "c1", "content": '{"carrier": "UPS", "cost": 1299}'},
        ],
        (),
    ),
    (
        "scripts",
        {
            "ja": "注文番号は東京都にあります",
            "ar": "تم الشحن رقم ٣٤٥",
            "de": "Größe Straße",
            "full": "Ｆｕｌｌ１２３４",
            "emoji": "👍",
            "größe": {"dana@example.org": "A-1042"},
        },
        ("größe",),
    ),
    ("text", "Order status: on hold.\nThe total is 1,299 and the parcel C-3001 was not sent.", ()),
    ("escaped", {"prompt": 'History: {\\"order_id\\": \\"A-1042\\", \\"open\\": \\"yes\\"}'}, ()),
    ("empty", {}, ("order.id",)),
]


def vector(name: str, context: object, must_keep: tuple[str, ...]) -> dict[str, Any]:
    """A context with what its fingerprint is."""
    fingerprint = Fingerprinter(KEY).fingerprint(context, must_keep=must_keep)
    return {
        "name": name,
        "context": context,
        "must_keep": list(must_keep),
        "root": f"{fingerprint.root:016x}",
        "absent": list(fingerprint.absent),
        "size": fingerprint.size,
        "facts": [
            {
                "name": fact.name,
                "kind": fact.kind.label,
                "flags": fact.flags,
                "path": f"{fact.path:08x}",
                "value": f"{fact.value:010x}",
                "exact": f"{fact.exact:06x}",
                "count": fact.count,
                "tokens": [f"{token:08x}" for token in fact.tokens],
            }
            for fact in fingerprint.facts
        ],
        "lists": [
            {
                "name": one.name,
                "path": f"{one.path:08x}",
                "length": one.length,
                "messages": one.messages,
                "chain": [f"{chain:06x}" for chain in one.chain],
                "ids": [f"{item:06x}" for item in one.ids],
                "total": f"{one.total:06x}",
            }
            for one in fingerprint.lists
        ],
        "words": _digest(fingerprint.words),
        "bigrams": _digest(fingerprint.bigrams),
    }


def _digest(sketch: Sketch) -> dict[str, Any]:
    """A sketch in short: how many tokens, and the hash of them in order."""
    data = b"".join(token.to_bytes(4, "big") for token in sorted(sketch.tokens))
    return {"total": sketch.total, "sha256": sha256(data).hexdigest()}


def main() -> None:
    """Write the file."""
    vectors = [vector(*row) for row in CONTEXTS]
    document = {
        "suite": SUITE,
        "key": KEY.secret.decode(),
        "key_id": KEY.id.hex(),
        "vectors": vectors,
    }
    FILE.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
