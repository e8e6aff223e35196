"""The states that are measured: invented, of a stated size, the same in every run."""

from __future__ import annotations

import random
from collections.abc import Iterator

import orjson

from intact.fingerprint import Key

State = dict[str, object]

SECRET = "benchmark key, not a secret"
KEY = Key(SECRET.encode())

_WORDS = (
    "parcel arrived broken customer refund courier address morning invoice replaced promised "
    "warehouse colour battery screen return label printed driver called nobody answered evening "
    "support agent confirmed shipping delayed storm region manager approved voucher account"
).split()
_SEED = 20_261_120


def message(rng: random.Random, length: int = 300) -> str:
    """A message of about `length` bytes, with an id and an amount in it."""
    words = [f"ORD-{rng.randrange(10**6):06d}", f"${rng.randrange(100, 10**5) / 100}"]
    while sum(map(len, words)) + len(words) < length:
        words.append(rng.choice(_WORDS))
    rng.shuffle(words)
    text = " ".join(words)
    return f"{text[0].upper()}{text[1:]}."


def state(size: int, seed: int = _SEED) -> State:
    """A support case of about `size` bytes as JSON: some fields, then messages."""
    rng = random.Random(seed)
    messages: list[State] = []
    built: State = {
        "order": {"id": f"ORD-{rng.randrange(10**6)}", "amount": 129.9, "currency": "EUR"},
        "customer": {"name": "Alex Example", "email": "alex@example.org", "vip": True},
        "refund_by": "2026-12-04",
        "status": "open",
        "messages": messages,
    }
    while len(orjson.dumps(built)) < size:
        role = "user" if len(messages) % 2 == 0 else "assistant"
        messages.append({"role": role, "content": message(rng)})
    return built


def growing(size: int) -> Iterator[State]:
    """The same state again and again, each time with another new 300-byte message at its end."""
    base = state(size)
    rng = random.Random(_SEED + 1)
    while True:
        yield base | {"messages": [*base["messages"], {"role": "user", "content": message(rng)}]}  # type: ignore[misc]


def conversation(length: int) -> Iterator[State]:
    """A support case with so many messages of 300 bytes, then with one more each time."""
    rng = random.Random(_SEED + 3)
    case = state(0)
    messages: list[State] = []
    while True:
        role = "user" if len(messages) % 2 == 0 else "assistant"
        messages.append({"role": role, "content": message(rng)})
        if len(messages) >= length:
            yield case | {"messages": messages[:]}


def fresh(size: int) -> Iterator[State]:
    """States of one size in which all text is new."""
    seed = _SEED + 2
    while True:
        seed += 1
        yield state(size, seed)
