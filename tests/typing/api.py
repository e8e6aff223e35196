"""User code: what a decorator gives back has the type of what it was given.

Checked by mypy with all of the source, never run.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import TypedDict, assert_type

import intact


class State(TypedDict):
    order: str


@intact.agent("triage", must_keep=["order"], receives="state", sends="order")
def triage(state: State, *, strict: bool = True) -> State:
    return state


@intact.agent
def plain(state: State) -> int:
    return 1


@intact.agent("billing", receives=("state", "hint"), version="1", id="b")
async def billing(state: State, hint: str = "") -> str:
    return state["order"]


@intact.agent("stream", receives=lambda arguments: arguments["state"])
def stream(state: State) -> Iterator[str]:
    yield state["order"]


@intact.agent()
async def async_stream(state: State) -> AsyncIterator[bytes]:
    yield b""


@intact.agent("counter", sends=lambda result: result)
class Counter:
    def __init__(self, start: int) -> None:
        self.start = start

    def __call__(self, state: State) -> int:
        return self.start

    @intact.agent("method")
    def method(self, state: State) -> float:
        return 1.0

    @intact.agent("of class")
    @classmethod
    def of_class(cls, state: State) -> bytes:
        return b""

    @intact.agent("static")
    @staticmethod
    def static(state: State) -> str:
        return ""


@intact.session("s", journey="refund")
def request(number: int) -> bool:
    return number > 0


async def use() -> None:
    state: State = {"order": "A-1042"}
    assert_type(triage(state, strict=False), State)
    assert_type(plain(state), int)
    assert_type(await billing(state, hint="x"), str)
    assert_type(stream(state), Iterator[str])
    async for item in async_stream(state):
        assert_type(item, bytes)
    counter = Counter(3)
    assert_type(counter, Counter)
    assert_type(counter(state), int)
    assert_type(counter.method(state), float)
    assert_type(Counter.of_class(state), bytes)
    assert_type(Counter.static(state), str)
    assert_type(request(3), bool)

    triage("no state")  # type: ignore[arg-type]
    triage(state, lenient=True)  # type: ignore[call-arg]
    request("no number")  # type: ignore[arg-type]
    intact.handoff("billing")  # type: ignore[call-arg]

    with intact.session("user-journey-42", journey="refund") as session:
        assert_type(session.id, str | None)
    async with intact.session(), intact.handoff("billing", state) as handoff:
        assert_type(handoff, intact.Handoff)
        assert_type(handoff.headers(), dict[str, str])
        assert_type(handoff.id, str)
        handoff.inject({"progressToken": "1"})
        messages: list[tuple[str, bytes]] = []
        handoff.inject(messages)
    with intact.received(state, {"traceparent": "x"}) as arrived:
        assert_type(arrived, intact.Received)
    with intact.received(state, [(b"traceparent", b"x")]):
        pass
    intact.pruned("notes", reason="privacy")
    intact.must_keep(["order"])
    intact.output(state)
    intact.outcome("resolved", score=1)
    assert_type(intact.fingerprint(state), intact.Fingerprint)
    assert_type(intact.compare(state, "text"), intact.Measurement)
    assert_type(intact.compare(state, "text").verdict, intact.Verdict)
    assert_type(intact.flush(2), bool)
    intact.configure(service="support", headers={"a": "b"}, sample_ratio=0.5)
