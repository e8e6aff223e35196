"""Which part of a call is the context, and how declared paths stand in it."""

from __future__ import annotations

from typing import Any

import pytest

import intact
from intact.model.facts import Flag
from intact.model.fingerprint import Fingerprint
from intact.trace import health
from tests.intact.trace.recorded import Spans, output, received, same

ORDER = {"order": {"id": "A-1042"}, "note": "fragile goods"}


def kept(fingerprint: Fingerprint) -> list[str]:
    """Names of the facts that must be kept."""
    return [fact.name for fact in fingerprint.facts if fact.flags & Flag.MUST_KEEP]


@pytest.mark.parametrize(
    ("args", "kwargs", "context"),
    [
        ((ORDER,), {}, ORDER),
        ((), {"context": ORDER}, ORDER),
        ((ORDER, "be quick please"), {}, {"context": ORDER, "hint": "be quick please"}),
        (
            (ORDER,),
            {"tone": "kind and calm"},
            {"context": ORDER, "tone": "kind and calm"},
        ),
        ((ORDER, "h-1", 5, 6), {}, {"context": ORDER, "hint": "h-1", "more": [5, 6]}),
    ],
)
def test_all_that_is_given_is_the_context(
    spans: Spans, args: tuple[Any, ...], kwargs: dict[str, Any], context: object
) -> None:
    """One argument is the context itself, several stand under their names, defaults are none."""

    @intact.agent("billing")
    def billing(context: object, hint: str = "default hint", *more: int, **rest: str) -> None:
        pass

    billing(*args, **kwargs)
    assert same(received(spans.turn("billing")), context)


@pytest.mark.parametrize(
    ("receives", "context"),
    [
        ("context", ORDER),
        (("context", "hint"), {"context": ORDER, "hint": "h-77"}),
        (lambda arguments: arguments["context"]["order"], ORDER["order"]),
        (lambda arguments: arguments["rest"], "the default of rest"),
    ],
)
def test_receives_says_what_is_the_context(spans: Spans, receives: Any, context: object) -> None:
    """A name, several, or a function of the named arguments, defaults included."""

    @intact.agent("billing", receives=receives)
    def billing(
        client: object, context: object, hint: str, rest: str = "the default of rest"
    ) -> None:
        pass

    billing(object(), ORDER, hint="h-77")
    assert same(received(spans.turn("billing")), context)


@pytest.mark.parametrize(
    ("sends", "context"),
    [(None, {"state": ORDER, "log": "c-9"}), ("state", ORDER), (lambda r: r["log"], "c-9")],
)
def test_sends_says_what_is_handed_on(spans: Spans, sends: Any, context: object) -> None:
    """All of the result, a part of it, or a function of it."""

    @intact.agent("billing", sends=sends)
    def billing(context: object) -> object:
        return {"state": ORDER, "log": "c-9"}

    billing(ORDER)
    assert same(output(spans.turn("billing")), context)


def test_a_builtin_without_a_signature_is_an_agent(spans: Spans) -> None:
    """Where nothing is known of the arguments they are the context as they stand."""
    assert intact.agent("copy")(dict)(ORDER) == ORDER
    assert intact.agent("largest")(max)([10_001, 20_002]) == 20_002
    assert same(received(spans.turn("largest")), [10_001, 20_002])


def test_a_call_that_does_not_fit_raises_its_own_error(spans: Spans) -> None:
    """The agent's own TypeError comes through, not one of the library."""

    @intact.agent("billing")
    def billing(context: object) -> None:
        pass

    with pytest.raises(TypeError, match="unexpected keyword argument 'nonsense'"):
        billing(nonsense=1)  # type: ignore[call-arg]
    assert len(spans.turns("billing")) == 1


def test_mistakes_in_receives_and_sends_stop_nothing(spans: Spans) -> None:
    """A side that cannot be taken is missing, counted and not told; the agent runs."""

    @intact.agent("billing", receives=lambda arguments: arguments["nothing"], sends="nothing")
    def billing(context: object) -> object:
        return ORDER

    @intact.agent("shipping", receives="nothing")
    def shipping(context: object) -> object:
        return ORDER

    assert billing(ORDER) is ORDER
    assert shipping(ORDER) is ORDER
    assert health.counts() == {"receives": 1, "received": 1, "output": 1}
    assert same(received(spans.turn("shipping")), ORDER)


def test_declared_paths_start_at_the_one_argument(spans: Spans) -> None:
    """The facts at those paths are must-keep on both sides, under the declared name."""

    @intact.agent("billing", must_keep=["order.id"])
    def billing(context: object) -> object:
        return ORDER

    billing(ORDER)
    assert kept(received(spans.turn("billing"))) == ["order.id"]
    assert kept(output(spans.turn("billing"))) == ["order.id"]


@pytest.mark.parametrize("path", ["context.order.id", "order.id"])
def test_declared_paths_find_their_argument(spans: Spans, path: str) -> None:
    """With several arguments a path may name its argument, and is found where it does not."""

    @intact.agent("billing", must_keep=[path])
    def billing(hint: str, context: object) -> object:
        return ORDER

    billing("be quick", ORDER)
    assert kept(received(spans.turn("billing"))) == ["context.order.id"]
    assert kept(output(spans.turn("billing"))) == ["order.id"]


def test_a_bad_path_does_not_void_the_good_ones(spans: Spans) -> None:
    """It is counted and left out."""

    @intact.agent("billing", must_keep=["order..[", "order.id"])
    def billing(context: object) -> object:
        return ORDER

    billing(ORDER)
    assert kept(received(spans.turn("billing"))) == ["order.id"]
    assert health.counts() == {"must_keep_path": 1}


def test_iterators_are_not_used_up(spans: Spans) -> None:
    """Looking at an argument never takes from it."""

    @intact.agent("billing")
    def billing(items: Any) -> list[int]:
        return list(items)

    assert billing(iter([1, 2, 3])) == [1, 2, 3]
    assert billing(x for x in (4, 5)) == [4, 5]
