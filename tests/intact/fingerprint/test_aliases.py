"""What one agent calls so and another otherwise is one fact."""

from __future__ import annotations

import pytest

from intact.fingerprint import Aliases, Fingerprinter
from intact.measure import compare
from intact.model.fingerprint import Fingerprint
from intact.model.measurement import Verdict
from tests.intact.fingerprint.reading import KEY, fresh, read

ALIASES = Aliases(
    {"order.id": "orderId", "order.paid": ["settled", "order.was_settled"], "sku": "product.code"}
)


def named(context: object, *must_keep: str, aliases: Aliases = ALIASES) -> Fingerprint:
    """The fingerprint of a context by the names that were declared."""
    return fresh().fingerprint(context, must_keep=must_keep, aliases=aliases)


def paths(fingerprint: Fingerprint) -> set[tuple[int, int, str]]:
    """Where each fact stands, what it says, and what it is called."""
    return {(fact.path, fact.value, fact.name) for fact in fingerprint.facts}


@pytest.mark.parametrize(
    ("context", "same"),
    [
        ({"orderId": "A-1042"}, {"order": {"id": "A-1042"}}),
        ({"settled": True, "n": 1}, {"order": {"paid": True}, "n": 1}),
        ({"order": {"was_settled": True}}, {"order": {"paid": True}}),
        ({"cart": [{"product": {"code": "B-7"}}]}, {"cart": [{"sku": "B-7"}]}),
        ({"deep": {"orderId": "A-1042"}}, {"deep": {"order": {"id": "A-1042"}}}),
        ('{"orderId": "A-1042"}', '{"order": {"id": "A-1042"}}'),
        ({"orderId": {"a": True}}, {"order": {"id": {"a": True}}}),
        ([{"role": "tool", "name": "f", "content": {"settled": True}}],
         [{"role": "tool", "name": "f", "content": {"order": {"paid": True}}}]),
        ({"product": {"name": "Kettle"}}, {"product": {"name": "Kettle"}}),
    ],
)  # fmt: skip
def test_a_fact_under_an_alias_is_where_it_is_declared_to_be(context: object, same: object) -> None:
    """By path, value and name: also of values that mean something only with their key."""
    assert paths(named(context)) == paths(read(same))


def test_an_alias_meets_what_it_is_an_alias_of() -> None:
    """Where a value tells nothing by itself, only the alias can say so."""
    known = {"order": {"id": "A-1042", "paid": True, "open": True}}
    received = {"orderId": "A-1042", "settled": True, "open": True}
    measured = compare(named(known), named(received))
    assert (measured.retention, measured.verdict) == (1.0, Verdict.INTACT)
    without = compare(read(known), read(received))
    assert [(one.fact, one.outcome.value) for one in without.lost] == [("order.paid", "dropped")]
    other = compare(named(known), named({**received, "settled": False}))
    assert [(one.fact, one.outcome.value) for one in other.lost] == [("order.paid", "altered")]


def test_must_keep_paths_may_be_aliases() -> None:
    """Declared either way, found either way, and called the same."""
    for declared in ("orderId", "order.id"):
        for context in ({"orderId": "A-1042"}, {"order": {"id": "A-1042"}}):
            fingerprint = named(context, declared)
            assert [fact.name for fact in fingerprint.facts] == ["order.id"]
            assert fingerprint.absent == ()
            assert named({}, declared).absent == ("order.id",)


def test_a_name_never_shows_a_key_that_is_content() -> None:
    """Nor one that looks like a part of a message."""
    context = {"@dana smith[0]": {"orderId": "A-1042"}, "dana@example.org": {"settled": True}}
    shown = {fact.name for fact in named(context).facts}
    assert shown == {"*.order.id", "*.order.paid"}


def test_what_is_redacted_is_not_read_by_any_name() -> None:
    """Named by an alias, by what it is an alias of, or below either."""
    aliases = Aliases({"order": "purchase", "paid": "isPaid"})
    context = {"purchase": {"card": "CARD-1042", "isPaid": True}, "open": "A-1"}
    for redact in ("purchase.card", "order.card", "card"):
        reader = Fingerprinter(KEY, redact=[redact])
        names = {fact.name for fact in reader.fingerprint(context, aliases=aliases).facts}
        assert names == {"order.paid", "open"}
    for redact in ("isPaid", "paid", "order.isPaid", "purchase.paid", "purchase"):
        reader = Fingerprinter(KEY, redact=[redact])
        names = {fact.name for fact in reader.fingerprint(context, aliases=aliases).facts}
        assert "order.paid" not in names


def test_an_alias_may_be_the_end_of_what_it_is_an_alias_of() -> None:
    """What is called so already stays."""
    aliases = Aliases({"order.id": "id", "a.b.c": "b.c"})
    for path in ("id", "order.id", "x.order.id"):
        assert aliases.rename(path) == path.replace("order.id", "id").replace("id", "order.id")
    assert [aliases.rename(path) for path in ("b.c", "a.b.c", "c")] == ["a.b.c", "a.b.c", "c"]
    names = [fact.name for fact in named({"order": {"id": "A-1"}}, aliases=aliases).facts]
    assert names == ["order.id"]


def test_aliases_are_remembered_apart() -> None:
    """One context, seen with other aliases before, is read by these."""
    reader, context = fresh(), {"orderId": "A-1042"}
    names = [
        [fact.name for fact in reader.fingerprint(context, aliases=one).facts]
        for one in (Aliases({}), ALIASES, Aliases({"id": "orderId"}), Aliases({}))
    ]
    assert names == [["orderId"], ["order.id"], ["id"], ["orderId"]]
    assert Aliases({"a": "b"}) == Aliases({"a": ["b"]})
    assert not Aliases({})


@pytest.mark.parametrize(
    "declared",
    [{"order..id": "x"}, {"id": "[0]"}, {"items[].sku": "code"}, {"a": "c", "b": "c"}, {"": "c"}],
)
def test_what_is_no_alias_is_refused(declared: dict[str, str]) -> None:
    """Half of a mistake would be a fact that moves."""
    with pytest.raises(ValueError, match=r"path|alias"):
        Aliases(declared)
