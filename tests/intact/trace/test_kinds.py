"""Whatever can be called can be an agent, and stays what it was."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import gc
import inspect
import weakref
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from opentelemetry import context as otel
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON, Sampler
from opentelemetry.trace import StatusCode

import intact
from intact.codec import attributes as names
from intact.trace import health
from intact.trace.scope import scope_of
from tests.intact.trace.conftest import KEY
from tests.intact.trace.recorded import Spans, output, received, same

ORDER = {"order": {"id": "A-1042", "total": "129.90 EUR"}, "refund_by": "2026-12-04"}
DONE = {"refund": {"order": "A-1042", "status": "approved by Dana"}}


def told(spans: Spans, agent: str = "billing", result: object = DONE) -> None:
    """One turn was told, with both of its sides."""
    span = spans.turn(agent)
    assert span.name == f"invoke_agent {agent}"
    assert same(received(span), ORDER)
    assert same(output(span), result)


def current() -> int:
    return trace.get_current_span().get_span_context().span_id


def test_a_function_is_a_turn(spans: Spans) -> None:
    """Both sides of a plain function are told, in a span that names the agent."""

    @intact.agent("billing", id="b-7", version="2.1")
    def billing(context: dict[str, Any]) -> dict[str, Any]:
        return DONE

    assert billing(ORDER) is DONE
    told(spans)
    attributes = spans.turn("billing").attributes
    assert attributes[names.GEN_AI_AGENT_ID] == "b-7"
    assert attributes[names.GEN_AI_AGENT_VERSION] == "2.1"
    assert names.SESSION_ID not in attributes
    assert names.GEN_AI_CONVERSATION_ID not in attributes


def test_bare_decorator_takes_the_functions_name(spans: Spans) -> None:
    """Without parentheses the agent is called like the function."""

    @intact.agent
    def billing(context: object) -> object:
        return DONE

    billing(ORDER)
    told(spans)


def test_a_coroutine_is_a_turn(spans: Spans) -> None:
    """The turn of a coroutine lasts until it returns, and is current all the while."""

    @intact.agent("billing")
    async def billing(context: object) -> object:
        before = current()
        await asyncio.sleep(0)
        assert current() == before != 0
        return DONE

    assert inspect.iscoroutinefunction(billing)
    assert asyncio.run(billing(ORDER)) is DONE
    told(spans)


def test_a_function_that_returns_a_coroutine_lasts_as_long(spans: Spans) -> None:
    """What the coroutine returns is the output, not the coroutine."""

    async def work() -> object:
        return DONE

    @intact.agent("billing")
    def billing(context: object) -> Any:
        return work()

    assert asyncio.run(billing(ORDER)) is DONE
    told(spans)


def test_a_generator_is_a_turn_of_all_its_steps(spans: Spans) -> None:
    """Values go both ways, the result comes back, and pieces of text are one output."""

    @intact.agent("billing")
    def billing(context: object) -> Iterator[str]:
        answer = yield "Refund of $12"
        assert answer == "go on"
        yield "9.90 approved."
        return "the end"

    assert inspect.isgeneratorfunction(billing)
    steps = billing(ORDER)
    assert next(steps) == "Refund of $12"
    assert steps.send("go on") == "9.90 approved."
    with pytest.raises(StopIteration) as stop:
        next(steps)
    assert stop.value.value == "the end"
    told(spans, result=["Refund of $129.90 approved.", "the end"])


def test_a_generator_is_current_only_while_it_runs(spans: Spans) -> None:
    """Its consumer's spans are not its children, and its own spans go on over a yield."""
    inside: list[int] = []

    @intact.agent("billing")
    def billing(context: object) -> Iterator[int]:
        with spans.provider.get_tracer("user").start_as_current_span("step"):
            inside.append(current())
            yield 1
            inside.append(current())
        inside.append(current())

    outside = [current() for _ in billing(ORDER)]
    turn = spans.turn("billing")
    assert outside == [0]
    assert inside[0] == inside[1] != inside[2] == turn.context.span_id


def test_a_generator_that_is_closed_has_said_what_it_said(spans: Spans) -> None:
    """A consumer that stops early is no error; the agent's own clean-up runs in its turn."""
    cleaned: list[int] = []

    @intact.agent("billing")
    def billing(context: object) -> Iterator[object]:
        try:
            yield DONE
            yield "never asked for"
        finally:
            cleaned.append(current())

    steps = billing(ORDER)
    next(steps)
    steps.close()
    turn = spans.turn("billing")
    assert cleaned == [turn.context.span_id]
    assert turn.status.status_code is StatusCode.UNSET
    told(spans, result=[DONE])


def test_a_generator_that_is_forgotten_ends_its_turn(spans: Spans) -> None:
    """Breaking out of a loop leaves the generator to the garbage collector."""

    @intact.agent("billing")
    def billing(context: object) -> Iterator[object]:
        yield DONE
        yield DONE

    for _ in billing(ORDER):
        break
    gc.collect()
    told(spans, result=[DONE])


def test_errors_go_into_a_generator_and_out_again(spans: Spans) -> None:
    """What is thrown in reaches the agent; what it lets out reaches the consumer."""

    @intact.agent("billing")
    @contextlib.contextmanager
    def as_block(context: object) -> Iterator[object]:
        yield DONE

    @intact.agent("billing")
    def billing(context: object) -> Iterator[str]:
        try:
            yield "first"
        except KeyError:
            yield "caught"

    steps = billing(ORDER)
    next(steps)
    assert steps.throw(KeyError("x")) == "caught"
    problem = ValueError("out")
    with pytest.raises(ValueError, match="out") as caught:
        steps.throw(problem)
    assert caught.value is problem
    (turn,) = spans.turns("billing")
    assert turn.attributes[names.ERROR_TYPE] == "ValueError"
    with as_block(ORDER) as value:
        assert value is DONE


def test_an_async_generator_is_a_turn_of_all_its_steps(spans: Spans) -> None:
    """Sending, closing and the end work as they do without the decorator."""
    cleaned: list[int] = []

    @intact.agent("billing")
    async def billing(context: object) -> AsyncIterator[object]:
        try:
            got = yield "one"
            assert got == "two"
            await asyncio.sleep(0)
            yield got
        finally:
            cleaned.append(current())

    async def consume() -> None:
        steps = billing(ORDER)
        assert await anext(steps) == "one"
        assert current() == 0
        assert await steps.asend("two") == "two"
        await steps.aclose()
        assert [item async for item in echo(ORDER)] == [DONE, DONE]

    @intact.agent("echo")
    async def echo(context: object) -> AsyncIterator[object]:
        yield DONE
        yield DONE

    assert inspect.isasyncgenfunction(billing)
    asyncio.run(consume())
    assert cleaned == [spans.turn("billing").context.span_id]
    told(spans, result="onetwo")
    told(spans, "echo", [DONE, DONE])


def test_errors_go_into_an_async_generator_and_out_again(spans: Spans) -> None:
    """What is thrown in reaches the agent; what it lets out reaches the consumer."""

    @intact.agent("billing")
    async def billing(context: object) -> AsyncIterator[str]:
        try:
            yield "first"
        except KeyError:
            yield "caught"

    async def consume() -> None:
        steps = billing(ORDER)
        await anext(steps)
        assert await steps.athrow(KeyError("x")) == "caught"
        with pytest.raises(ValueError, match="out"):
            await steps.athrow(ValueError("out"))

    asyncio.run(consume())
    assert spans.turn("billing").attributes[names.ERROR_TYPE] == "ValueError"


def test_methods_of_all_sorts_leave_self_out(spans: Spans) -> None:
    """Neither instance nor class is part of the context, in either order of decorators."""

    class Agents:
        secret = "unrelated state of the object 7781"

        @intact.agent("method")
        def method(self, context: object) -> object:
            return DONE

        @intact.agent("classmethod")
        @classmethod
        def of_class(cls, context: object) -> object:
            return DONE

        @classmethod
        @intact.agent("inner classmethod")
        def of_class_too(cls, context: object) -> object:
            return DONE

        @intact.agent("staticmethod")
        @staticmethod
        def static(context: object) -> object:
            return DONE

    agents = Agents()
    agents.method(ORDER)
    Agents.of_class(ORDER)
    agents.of_class_too(ORDER)
    agents.static(ORDER)
    intact.agent("bound")(agents.method)(context=ORDER)
    for name in ("classmethod", "inner classmethod", "staticmethod", "bound"):
        told(spans, name)
    assert len(spans.turns("method")) == 2


def test_a_class_is_an_agent_when_it_is_called(spans: Spans) -> None:
    """The class stays a class; its instances' calls are turns, those of heirs as well."""

    @intact.agent("billing")
    class Billing:
        def __init__(self, unused: int = 0) -> None:
            self.unused = unused

        def __call__(self, context: object) -> object:
            return DONE

    class Heir(Billing):
        pass

    assert isinstance(Billing, type)
    assert Billing()(ORDER) is DONE
    assert Heir(3)(ORDER) is DONE
    assert len(spans.turns("billing")) == 2


def test_partials_and_objects_are_agents(spans: Spans) -> None:
    """What was bound before is no context that is handed over; what is called with is."""

    def work(model: str, context: object) -> object:
        return DONE

    class Callable_:
        def __call__(self, context: object) -> object:
            return DONE

    assert intact.agent("partial")(functools.partial(work, "some model"))(ORDER) is DONE
    assert intact.agent("object")(Callable_())(ORDER) is DONE
    assert intact.agent(functools.partial(work, "some model"))(ORDER) is DONE
    told(spans, "partial")
    told(spans, "object")
    told(spans, "work")


def test_what_cannot_be_an_agent_is_left_alone(spans: Spans) -> None:
    """A class without `__call__` and a plain value come back as they are, and are counted."""

    @intact.agent("nothing")
    class Nothing:
        pass

    assert isinstance(Nothing(), Nothing)
    assert intact.agent("number")(7) == 7
    assert health.counts() == {"agent": 2}
    assert spans.all() == []


def test_signature_and_docs_are_kept() -> None:
    """Frameworks that look at a function see the one that was decorated."""

    def billing(context: dict[str, int], *, strict: bool = True) -> str:
        """Refunds."""
        return ""

    marked = intact.agent("b")(billing)
    assert inspect.signature(marked) == inspect.signature(billing)
    assert marked.__doc__ == "Refunds."
    assert marked.__name__ == "billing"
    assert inspect.unwrap(marked) is billing


@pytest.mark.parametrize("error", [ValueError("secret 4711"), KeyboardInterrupt(), SystemExit(3)])
def test_exceptions_pass_unchanged_and_untold(spans: Spans, error: BaseException) -> None:
    """The very object is raised again; the span holds its type, never its message."""

    @intact.agent("billing")
    def billing(context: object) -> object:
        raise error

    with pytest.raises(type(error)) as caught:
        billing(ORDER)
    assert caught.value is error
    turn = spans.turn("billing")
    assert turn.attributes[names.ERROR_TYPE] == type(error).__name__
    assert turn.status.status_code is StatusCode.ERROR
    assert turn.status.description is None
    assert turn.events == ()
    assert same(received(turn), ORDER)
    assert names.CONTEXT_OUTPUT not in turn.attributes
    assert current() == 0


def test_a_cancelled_coroutine_ends_its_turn(spans: Spans) -> None:
    """Cancelling is no `Exception`, and passes like every other error."""

    @intact.agent("billing")
    async def billing(context: object) -> None:
        await asyncio.Event().wait()

    async def run() -> None:
        task = asyncio.create_task(billing(ORDER))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(run())
    assert spans.turn("billing").attributes[names.ERROR_TYPE] == "CancelledError"


def test_received_is_taken_before_the_agent_changes_it(spans: Spans) -> None:
    """An agent that works on its argument in place was given what stood there before."""

    @intact.agent("billing")
    def billing(context: dict[str, Any]) -> dict[str, Any]:
        context.clear()
        context.update(DONE)
        return context

    billing({**ORDER})
    told(spans)


def test_a_long_generator_is_remembered_up_to_a_bound(spans: Spans) -> None:
    """The consumer gets everything; memory does not grow with it."""

    @intact.agent("billing")
    def billing(context: object) -> Iterator[int]:
        yield from range(10_050)

    assert len(list(billing(ORDER))) == 10_050
    assert health.counts() == {"output_cut": 50}
    assert same(output(spans.turn("billing")), list(range(10_000)))


@pytest.mark.parametrize("sampler", [ALWAYS_ON, ALWAYS_OFF], ids=["sampled", "not sampled"])
def test_a_turn_that_is_over_is_gone(sampler: Sampler) -> None:
    """At once, and not when the garbage is collected: it holds a span and fingerprints."""
    intact.configure(key=KEY, tracer_provider=TracerProvider(sampler=sampler))
    turns = []

    @intact.agent("triage")
    def triage(context: object) -> object:
        turns.append(weakref.ref(scope_of(otel.get_current()).turn.span))
        return context

    gc.disable()
    try:
        triage({"order": {"id": "A-1042"}})
        assert turns[0]() is None
    finally:
        gc.enable()
