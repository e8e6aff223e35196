"""A place has several names, and a region behind it says no more than which one is meant."""

from __future__ import annotations

import pytest

from intact.fingerprint.languages import ENGLISH, GERMAN, LANGUAGES
from intact.measure import compare
from intact.model.facts import Outcome
from tests.intact.fingerprint.reading import read
from tests.intact.fingerprint.test_meeting import outcome


@pytest.mark.parametrize(
    ("city", "text"),
    [
        ("SF", "You fly to San Francisco on Monday."),
        ("San Francisco", "You fly to SF on Monday."),
        ("nyc", "We have a room in New York for you."),
        ("New York City", "We have a room in New York for you."),
        ("New York", "We have a room in NYC for you."),
        ("Philly", "It leaves from Philadelphia."),
        ("Philadelphia", "It leaves from Philly at noon."),
        ("Washington, D.C.", "It leaves from Washington at noon."),
        ("Toronto, Canada", "It leaves from Toronto at noon."),
        ("Long Beach, CA", "It leaves from Long Beach at noon."),
        ("Salt Lake City, Utah", "It leaves from Salt Lake City at noon."),
        ("Philly, PA", "It leaves from Philadelphia at noon."),
        ("Toronto", "It leaves from Toronto, Canada, at noon."),
        ("München", "A hotel in Munich, close to the station."),
        ("Cologne", "Ein Hotel in Köln, nahe am Bahnhof."),
        ("Wien, Österreich", "A hotel in Vienna, close to the station."),
    ],
)
def test_a_place_is_found_under_its_other_names(city: str, text: str) -> None:
    """Short, long, in another language, with its region or without."""
    assert outcome({"city": city}, text) in ("kept", "restated")


@pytest.mark.parametrize(
    ("city", "text"),
    [
        ("SF", "You fly to San Diego on Monday."),
        ("NYC", "You fly to Newark on Monday."),
        ("Toronto, Canada", "You fly to Montreal, Canada, on Monday."),
        ("Long Beach, CA", "You fly to Palm Beach on Monday."),
        ("Los Angeles", "Ils arrivent avec la voiture de Marie."),
    ],
)
def test_another_place_is_not_taken_for_it(city: str, text: str) -> None:
    """Not by one word of its name, nor by its region, nor by an article."""
    assert outcome({"city": city}, text) == "dropped"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("SF", "San Francisco", Outcome.KEPT),
        ("San Francisco", "SF", Outcome.KEPT),
        ("Toronto, Canada", "Toronto", Outcome.RESTATED),
        ("Toronto", "Toronto, Canada", Outcome.KEPT),
        ("Anaheim, CA", "Anaheim, California", Outcome.KEPT),
        ("Portland, OR", "Portland, ME", Outcome.ALTERED),
        ("Portland, OR", "Salem, OR", Outcome.ALTERED),
        ("SF", "LA", Outcome.ALTERED),
    ],
)
def test_a_place_in_its_own_place(before: str, after: str, expected: Outcome) -> None:
    """A region may go; another one in its place is another city."""
    counts = compare(read({"city": before}), read({"city": after})).facts
    assert counts[expected] == 1


def test_no_name_of_a_place_is_also_the_usual_name_of_another() -> None:
    """Or what a name leads to would depend on the order in which names are looked up."""
    for language in (ENGLISH, GERMAN, LANGUAGES):
        usual = set(language.places.values())
        assert not usual & {name for name in language.places if language.places[name] != name}
        regions = set(language.regions.values())
        renamed = {name for name, region in language.regions.items() if region != name}
        assert regions & renamed == set()
