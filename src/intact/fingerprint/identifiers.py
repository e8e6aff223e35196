"""Chunks of text go in, ids, versions, phone numbers, e-mail addresses and links come out.

Letters and digits together are an id, whatever they name, and its separators do not matter:
``ORD-1234`` and ``ord1234`` are one token. Digits alone are one token with the number that a
state holds: an order id is a string here and an int there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from intact.fingerprint.chunks import Chunk, Typed
from intact.fingerprint.dates import is_ordinal
from intact.model.facts import Kind

_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+")
# Dots of versions and addresses are kept: 1.12.3 is not 11.2.3.
_VERSION = re.compile(r"v?(\d{1,5}(?:\.\d{1,5}){2,3}(?:[-+.]?[a-z][a-z0-9.-]*)?)", re.ASCII)
_PHONE = re.compile(
    r"(?:\+|00)\d{1,3}[ .-]?(?:\(\d{1,5}\)[ .-]?)?\d{1,5}(?:[ ./-]?\d{2,8}){1,5}(?!\w)"
    r"|\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?!\w)"
    r"|\(?0[1-9]\)?[ /-]\d{6,8}(?!\w)|\(?0[1-9]\d{1,4}\)?[ /-]\d{3,8}(?:[ -]\d{2,8}){0,3}(?!\w)",
    re.ASCII,
)
# Codes of countries have one digit, two or three; which of them have two, or one.
_COUNTRY = re.compile(r"[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3}", re.ASCII)
# Four digits and four, or an IBAN: groups that are one number.
_GROUPED = re.compile(
    r"\d{4}(?: \d{4}){3}(?![\w ]*\d)|[A-Z]{2}\d{2}(?: [A-Z0-9]{4}){2,7}(?: [A-Z0-9]{1,3})?(?!\w)",
    re.ASCII,
)
# A link without "https://": only below domains that are no endings of files.
_BARE_LINK = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9-]{0,62})\.)+"
    r"(?:com|org|net|edu|gov|io|ai|dev|app|info|eu|de|at|ch|uk|fr|nl|es|it)(?:[/?#:].*)?",
    re.ASCII,
)
_LONGEST_GROUPED = 42
_LONGEST_PHONE = 32
_LONGEST_ID = 128
_GROUP = 4


def read_link(chunk: Chunk) -> Typed | None:
    """An e-mail address or a link."""
    named = "://" in chunk.text or chunk.low.startswith("www.")
    if named or ("." in chunk.text and "@" not in chunk.text and _BARE_LINK.fullmatch(chunk.low)):
        _, _, rest = chunk.text.rpartition("://")
        host, slash, path = rest.partition("/")
        host = host.lower().removeprefix("www.")
        return Typed(Kind.URL, f"u{host}{slash if path else ''}{path}", chunk.start, chunk.end)
    if "@" in chunk.text and _EMAIL.fullmatch(chunk.low):
        return Typed(Kind.EMAIL, f"@{chunk.low}", chunk.start, chunk.end)
    return None


def read_phone(chunks: Sequence[Chunk], at: int, text: str) -> tuple[Typed, int] | None:
    """The phone number that starts at this chunk, however its digits are grouped.

    One with the code of a country says the number without it besides; the 0 that stands before a
    number inside its country is no part of it.
    """
    chunk = chunks[at]
    if chunk.text[0] not in "+0123456789":
        return None
    start = chunk.start - (chunk.text[0] != "+" and text[chunk.start - 1 : chunk.start] == "(")
    match = _PHONE.match(text, start, start + _LONGEST_PHONE)
    plain = "".join(filter(str.isdigit, match.group().replace("(0)", ""))) if match else ""
    if match is None or not 7 <= len(plain) <= 17:
        return None
    width = 1
    while at + width < len(chunks) and chunks[at + width].end <= match.end():
        width += 1
    if chunks[at + width - 1].end != match.end():
        return None  # its last digits belong to something else
    abroad = match.group().startswith(("+", "00"))
    plain = plain.removeprefix("00") if abroad else plain.removeprefix("0")
    country = _COUNTRY.match(plain) if abroad or (len(plain) == 11 and plain[0] == "1") else None
    national = (f"n{plain[country.end() :]}",) if country else ()
    return Typed(Kind.PHONE, f"n{plain}", chunk.start, match.end(), national), width


def read_grouped(chunks: Sequence[Chunk], at: int, text: str) -> tuple[Typed, int] | None:
    """A number in groups with spaces between them: of a card, of an account."""
    chunk = chunks[at]
    if len(chunk.text) != _GROUP or chunk.text != chunk.text.upper():
        return None
    match = _GROUPED.match(text, chunk.start, chunk.start + _LONGEST_GROUPED)
    if match is None:
        return None
    width = 1
    while at + width < len(chunks) and chunks[at + width].end <= match.end():
        width += 1
    if chunks[at + width - 1].end != match.end():
        return None
    plain = "".join(match.group().split()).lower()
    token = f"n{plain}" if plain.isdigit() and plain[0] != "0" else f"i{plain}"
    return Typed(Kind.ID, token, chunk.start, match.end()), width


def read_identifier(chunk: Chunk) -> Typed | None:
    """Letters and digits together, or digits in groups."""
    body = chunk.low.strip("#-/&+")
    if not body or len(body) > _LONGEST_ID or is_ordinal(body):
        return None
    version = _VERSION.fullmatch(body)
    if version:
        return Typed(Kind.ID, f"i{version[1]}", chunk.start, chunk.end)
    letters = any(character.isalpha() for character in body)
    digits = sum(character.isdigit() for character in body)
    if not letters and digits < 4:  # "5-7", "3/4": ranges and fractions
        return None
    if letters and digits < 2 and len(body) < 4 and body.isalnum():  # "v2", "5x"; not "B-7"
        return None
    plain = "".join(character for character in body if character.isalnum())
    apart = any(character in body for character in ",:.")  # "12,34" is no 1234
    number = plain.isascii() and plain.isdigit() and plain[0] != "0" and not apart
    return Typed(Kind.ID, f"{'n' if number else 'i'}{plain}", chunk.start, chunk.end)
