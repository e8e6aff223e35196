"""What somebody can find out who reads fingerprints, with a list of guesses and without the key."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import xxhash

from intact.fingerprint import Fingerprinter, Key
from intact.fingerprint.keys import Hasher, token_id
from intact.fingerprint.tokens import value_token, word_token
from intact.model.fingerprint import Fingerprint
from tests.intact.fingerprint.reading import KEY, read

SECRET = {
    "customer": "Rosalind Franklin",
    "order": "A-1042",
    "paid": "129.90",
    "born": "1920-07-25",
    "note": "Please call before noon, the doorbell is broken and the dog bites.",
}

#: What an attacker would try: a dictionary, a range of dates, numbers in sequence.
GUESSES = [
    *map(word_token, ("rosalind", "franklin", "doorbell", "dog", "noon", "cat", "letter", "bell")),
    *(value_token(f"d1920-{month:02}-{day:02}") for month in range(1, 13) for day in range(1, 29)),
    *(value_token(f"ia{number}") for number in range(1000, 1100)),
    *(value_token(f"n{cents / 10:.1f}") for cents in range(1000, 2000)),
]

#: Those of them that are true.
TRUE = {
    *map(word_token, ("rosalind", "franklin", "doorbell", "dog", "noon")),
    value_token("d1920-07-25"),
    value_token("ia1042"),
    value_token("n129.9"),
}


def recovered(found: Fingerprint, guessed: Callable[[str], int]) -> set[str]:
    """The guesses whose hash stands in a fingerprint: as a word, or as the beginning of a value."""
    seen = found.words.tokens | {fact.value >> 8 for fact in found.facts}
    return {guess for guess in GUESSES if token_id(guessed(guess)) in seen}


def test_with_the_key_what_can_be_guessed_is_found() -> None:
    """The attack works, so that its failure below says something: a key is as secret as content."""
    assert recovered(read(SECRET), Hasher(KEY).__getitem__) == TRUE


def test_a_fast_hash_without_a_key_would_be_found_out(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    """The same fingerprint made with xxh3 tells everything to everybody."""

    def unkeyed(data: bytes) -> int:
        return xxhash.xxh3_64_intdigest(data)

    monkeypatch.setattr(Hasher, "bytes", lambda self, data: unkeyed(data))
    found = Fingerprinter(KEY).fingerprint(SECRET)
    assert recovered(found, lambda token: unkeyed(token.encode())) == TRUE


def test_without_the_key_no_guess_can_be_tested() -> None:
    """By no hash that an attacker can make: not under other keys, nor without one."""
    found = read(SECRET)
    for number in range(8):
        other = Hasher(Key(b"another key number %d" % number))
        assert recovered(found, other.__getitem__) == set()
    assert recovered(found, lambda token: xxhash.xxh3_64_intdigest(token.encode())) == set()


def test_a_session_key_is_no_help_for_another_session() -> None:
    """Nor is it for the project's own fingerprints, or the other way round."""
    first, second = KEY.for_session("session:1"), KEY.for_session("session:2")
    found = Fingerprinter(first, path_key=KEY).fingerprint(SECRET)
    assert recovered(found, Hasher(first).__getitem__) == TRUE
    for key in (second, KEY):
        assert recovered(found, Hasher(key).__getitem__) == set()
    assert recovered(read(SECRET), Hasher(first).__getitem__) == set()


def test_one_bit_of_the_key_changes_every_hash() -> None:
    """Fingerprints under two keys have nothing in common, paths included."""
    other = Key(bytes([KEY.secret[0] ^ 1]) + KEY.secret[1:])
    ours, theirs = read(SECRET), Fingerprinter(other).fingerprint(SECRET)
    assert ours.key_id != theirs.key_id
    assert not _hashes(ours) & _hashes(theirs)


def _hashes(found: Fingerprint) -> set[int]:
    return {*found.words.tokens, *found.bigrams.tokens, *_paths(found.facts)}


def _paths(facts: Iterable) -> set[int]:  # type: ignore[type-arg]
    return {fact.path for fact in facts} | {fact.value for fact in facts}
