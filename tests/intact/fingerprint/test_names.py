"""What facts are called, what of it may be shown, and which of them have to survive."""

from __future__ import annotations

import pytest

from intact.fingerprint.paths import PathPattern
from intact.model.facts import Flag
from tests.intact.fingerprint.reading import facts, kinds, read

STATE = {
    "order": {"id": "A-1042", "total": 129.9},
    "items": [{"sku": "B-771"}, {"sku": "B-772", "gift": {"note": "happy birthday"}}],
    "a.b": {"c": "C-3001"},
    "note": None,
}


def must_keep(*paths: str) -> dict[str, bool]:
    """Each named fact of the state -> whether it has to survive."""
    return {
        fact.name: bool(fact.flags & Flag.MUST_KEEP and fact.flags & Flag.DECLARED)
        for fact in read(STATE, *paths).facts
    }


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("order.id", {"order.id"}),
        ("order", {"order.id", "order.total"}),
        ("items", {"items[].sku", "items[].gift.note"}),
        ("items[]", {"items[].sku", "items[].gift.note"}),
        ("items[].sku", {"items[].sku"}),
        ("items[].gift", {"items[].gift.note"}),
        ("items[1].gift.note", {"items[1].gift.note"}),
        ("['a.b'].c", {"['a.b'].c"}),
        ('["a.b"]', {"*.c"}),
        ("['order'].id", {"['order'].id"}),
        (" order.id ", {" order.id "}),
    ],
)
def test_a_declared_path_marks_what_stands_there_and_below(path: str, kept: set[str]) -> None:
    """Dots, any item, one item, keys with dots, whole subtrees."""
    marked = must_keep(path)
    assert {name for name, is_kept in marked.items() if is_kept} == kept
    assert read(STATE, path).absent == ()


def test_one_item_of_a_list_can_be_declared() -> None:
    """The other one is not."""
    found = [fact.flags & Flag.MUST_KEEP for fact in read(STATE, "items[1].sku").facts]
    assert sum(bool(flag) for flag in found) == 1


@pytest.mark.parametrize(
    "path", ["refund_by", "order.ids", "note", "items[2]", "items.sku", "order.id.x"]
)
def test_a_declared_path_without_a_value_is_reported_as_absent(path: str) -> None:
    """It was never there, so it cannot be lost."""
    assert read(STATE, path, "order.id").absent == (path,)


@pytest.mark.parametrize("path", ["", "..", "[", "a..b", "['a", "a[b]"])
def test_what_is_no_path_is_absent_and_spoils_nothing(path: str) -> None:
    """The other declared paths hold."""
    assert read(STATE, path, "order.id").absent == (path,)
    assert facts_that_must_survive(path, "order.id") == {"order.id"}
    with pytest.raises(ValueError, match="not a path"):
        PathPattern(path)


def facts_that_must_survive(*paths: str) -> set[str]:
    """Their names."""
    return {fact.name for fact in read(STATE, *paths).facts if fact.flags & Flag.MUST_KEEP}


def test_paths_go_on_inside_json() -> None:
    """A payload that is a string holds the state all the same."""
    fingerprint = read({"payload": '{"order": {"id": "A-1042"}}'}, "payload.order.id")
    assert [(fact.name, fact.flags & Flag.MUST_KEEP) for fact in fingerprint.facts] == [
        ("payload.order.id", Flag.MUST_KEEP)
    ]


def test_a_declared_text_is_kept_with_what_stands_in_it() -> None:
    """Its values and its sentences, too."""
    text = "Refund the whole $129.90 to the old card. Do not send a voucher in place of it, ever."
    fingerprint = read({"policy": text, "other": text.replace("129", "131")}, "policy")
    kept = {fact.name for fact in fingerprint.facts if fact.flags & Flag.MUST_KEEP}
    assert {"policy", "policy/amount[0]"} <= kept
    assert not any(name.startswith("other") for name in kept)


@pytest.mark.parametrize(
    "key",
    [
        "dana@example.org",
        "Dana Smith",
        "4711",
        "",
        "größe",
        "a" * 65,
        "a.b",
        "x/y",
        "'",
        "\n",
        "-a",
    ],
    ids=ascii,
)
def test_keys_that_may_be_content_are_not_shown(key: str) -> None:
    """They are stars, wherever they stand."""
    assert kinds({"by": {key: {"id": "A-1042"}}}) == {"by.*.id": "id"}


@pytest.mark.parametrize("key", ["order", "order_id", "orderId", "_x", "refund-by", "A" * 64])
def test_keys_that_look_like_field_names_are_shown(key: str) -> None:
    """As they are."""
    assert kinds({key: "A-1042"}) == {key: "id"}


def test_hidden_keys_still_tell_facts_apart() -> None:
    """Two customers have one name for their facts, and two paths."""
    found = read({"by": {"dana@example.org": "A-1042", "lee@example.org": "A-1042"}}).facts
    assert len({fact.path for fact in found}) == 2


def test_values_in_one_text_are_numbered_by_kind() -> None:
    """From zero, in order."""
    text = (
        "Orders A-1042 and A-1043 cost $129.90 and $45.00 with delivery on 2026-12-04, they said."
    )
    assert set(kinds([{"role": "user", "content": text}])) == {
        "user[0]/id[0]",
        "user[0]/id[1]",
        "user[0]/amount[0]",
        "user[0]/amount[1]",
        "user[0]/date[0]",
        "user[0]/sentence[0]",
    }


def test_a_text_alone_is_named_as_such() -> None:
    """The context may be a string."""
    assert kinds("Refund $129.90 for order A-1042 to the customer.") == {
        "text/amount[0]": "amount",
        "text/id[0]": "id",
        "text/sentence[0]": "sentence",
    }
    assert kinds("A-1042") == {"text": "id"}


def test_negation_is_kept_on_facts() -> None:
    """Of values, of phrases and of sentences."""
    found = facts({"do": "cancel the order", "not": "do not cancel the order"})
    assert not found["do"].flags & Flag.NEGATED
    assert found["not"].flags & Flag.NEGATED
    spoken = facts("Deliver it to Berlin soon but not before 4 December 2026, thanks a lot.")
    assert spoken["text/date[0]"].flags & Flag.NEGATED
    assert spoken["text/sentence[0]"].flags & Flag.NEGATED
