"""The page on the format says enough to make the hashes without our code."""

from __future__ import annotations

import json
from hashlib import blake2b
from typing import Any

import pytest

from intact.fingerprint import Fingerprinter, Key
from tests.golden.fingerprint_vectors import FILE

SECRET = b"golden vectors of Intact, suite 1"
MASK = (1 << 64) - 1
CUT = "\x1f"
MIX = blake2b(key=SECRET, digest_size=16, person=b"intact mix").digest()
A, B = int.from_bytes(MIX[:8], "big") | 1, int.from_bytes(MIX[8:], "big") | 1


def hashed(text: str) -> int:
    """H of the page."""
    data = text.encode("utf-8", "surrogatepass")
    digest = blake2b(data, key=SECRET, digest_size=8, person=b"intact facts")
    return int.from_bytes(digest.digest(), "big")


def mix(left: int, right: int) -> int:
    """Mixing, as on the page."""
    return ((((left * A) & MASK) ^ right) * B) & MASK


def path(*keys: str) -> int:
    """The path of keys below the root."""
    at = 0
    for key in keys:
        at = mix(at, hashed(f"k{CUT}{key}"))
    return at


VECTORS = {vector["name"]: vector for vector in json.loads(FILE.read_text())["vectors"]}


def the(vector: str, name: str, index: int = 0) -> dict[str, Any]:
    """The fact of a vector with a name."""
    return [fact for fact in VECTORS[vector]["facts"] if fact["name"] == name][index]


@pytest.mark.parametrize(
    ("vector", "name", "keys", "token", "surface", "sought"),
    [
        ("state", "order.id", ("order", "id"), "v|ia1042", "A-1042", []),
        ("state", "order.paid", ("order", "paid"), "p|paid|true", "true", []),
        ("state", "order.items", ("order", "items"), "p|items|n3", "3", ["r|item n3"]),
        ("state", "order.total", ("order", "total"), "v|n129.9", "129.9", ["r|n129.9"]),
        ("state", "carrier", ("carrier",), "w|ups", "UPS", []),
        (
            "state",
            "refund_by",
            ("refund_by",),
            "v|d2026-12-04",
            "2026-12-04",
            ["r|d2026-12-04", "v|d--12-04", "v|d----04"],
        ),
        (
            "words",
            "time[]",
            ("time", "[]"),
            "v|t18:15",
            "quarter past 6 in the evening",
            ["r|t18:15"],
        ),
        (
            "words",
            "number_of_seats",
            ("number_of_seats",),
            "p|number of seats|n2",
            "two",
            ["r|people n2"],
        ),
        (
            "words",
            "amount[]",
            ("amount", "[]"),
            "v|aUSDn1020",
            "one thousand and twenty bucks",
            ["v|n1020"],
        ),
    ],
)
def test_a_fact_can_be_made_from_the_page(
    vector: str, name: str, keys: tuple[str, ...], token: str, surface: str, sought: list[str]
) -> None:
    """Path, value, exact id and the tokens it is looked for by."""
    fact = the(vector, name)
    assert fact["path"] == f"{path(*keys) >> 32:08x}"
    assert fact["value"] == f"{hashed(token.replace('|', CUT)) >> 24:010x}"
    assert fact["exact"] == f"{hashed(f'x{CUT}{surface}') >> 40:06x}"
    assert fact["tokens"] == [f"{hashed(one.replace('|', CUT)) >> 32:08x}" for one in sought]


def test_key_and_root_can_be_made_from_the_page() -> None:
    """Of a context of one text: its own place is 0."""
    golden = json.loads(FILE.read_text())
    assert golden["key_id"] == blake2b(SECRET, digest_size=4, person=b"intact key id").hexdigest()
    text = VECTORS["text"]
    assert isinstance(text["context"], str)
    leafless = mix(0, hashed(text["context"]))
    assert text["root"] == f"{leafless:016x}"


def test_the_key_of_a_session_can_be_made_from_the_page() -> None:
    """And strict fingerprints with it: values under it, paths under the project's."""
    own = Key(SECRET).for_session("session:journey-42")
    made = blake2b(b"session:journey-42", key=SECRET, digest_size=32, person=b"intact session")
    assert own.secret == made.digest()
    (fact,) = Fingerprinter(own, path_key=Key(SECRET)).fingerprint({"carrier": "UPS"}).facts
    assert fact.path == path("carrier") >> 32
    token = blake2b(f"w{CUT}ups".encode(), key=own.secret, digest_size=8, person=b"intact facts")
    assert fact.value == int.from_bytes(token.digest(), "big") >> 24
