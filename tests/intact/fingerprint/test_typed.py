"""What is read as a value in text, and which ways of writing it are one value."""

from __future__ import annotations

import pytest

from intact.fingerprint.tokens import normalise
from intact.fingerprint.typed import scan
from intact.measure.outcome import Holder, findings
from intact.model.facts import Kind
from tests.intact.fingerprint.reading import facts, read, value_of

# One row a value: its kind, its canonical token, and ways of writing it.
VALUES = [
    ("id", "iord1234", ["ORD-1234", "ord-1234", "#ORD1234", "(ORD-1234)", "ORD/1234."]),
    ("id", "n10423344556", ["10423344556", "1042-3344-556"]),
    ("id", "i00123", ["00123"]),
    ("id", "i3.11.7", ["3.11.7", "v3.11.7"]),
    ("id", "i1.2.3-rc1", ["1.2.3-rc1"]),
    ("id", "i10.0.0.1", ["10.0.0.1"]),
    (
        "id",
        "i550e8400e29b41d4a716446655440000",
        ["550e8400-e29b-41d4-a716-446655440000", "550E8400E29B41D4A716446655440000"],
    ),
    (
        "id",
        "ida39a3ee5e6b4b0d3255bfef95601890afd80709",
        ["da39a3ee5e6b4b0d3255bfef95601890afd80709"],
    ),
    ("id", "iusrlibpython311", ["/usr/lib/python3.11"]),
    (
        "amount",
        "aUSDn1299",
        [
            "$1,299.00",
            "$1299",
            "1,299 USD",
            "1299.00 dollars",
            "1299 bucks",
            "one thousand two hundred and ninety-nine dollars",
            "USD 1299",
            "US$1,299",
        ],
    ),
    ("amount", "aEURn1299", ["EUR1299", "€ 1.299,00", "1.299,00 €", "1299€"]),
    ("amount", "aGBPn1299", ["£1299.0", "1299 pounds"]),
    ("amount", "aCADn1299", ["C$1,299", "CA$1299", "1299 CAD"]),
    ("amount", "aUSDn-45.5", ["-$45.50", "$-45.50", "-45.50 USD", "-45,50 $"]),
    ("amount", "aUSDn0", ["$0", "$0.00"]),
    ("amount", "aUSDn1500000", ["1.5 million dollars", "$1,500,000"]),
    ("percent", "%n12.5", ["12.5%", "12.5 %", "12.50 percent", "12.5 pct", "12,5 %", "12,5%"]),
    ("percent", "%n20", ["20%", "twenty percent", "zwanzig Prozent"]),
    (
        "date",
        "d2026-12-04",
        [
            "2026-12-04",
            "2026/12/04",
            "4 December 2026",
            "December 4, 2026",
            "Dec. 4, 2026",
            "4th of December 2026",
            "december 4th 2026",
            "04 Dec 2026",
            "fourth of December 2026",
            "December the fourth 2026",
            "4. Dezember 2026",
            "2026-12-04T00:00:00",
        ],
    ),
    ("date", "d2026-12-25", ["12/25/2026", "25/12/2026", "25.12.2026", "25-12-2026"]),
    ("date", "d--05-01", ["May 1", "1 May", "1st of May", "May 1st"]),
    ("date", "d--05-21", ["May 21", "May twenty-first", "twenty-first of May"]),
    ("date", "dw5", ["Friday", "friday", "this Friday", "this coming Friday", "Freitag"]),
    ("date", "dw3+1", ["next Wednesday", "Wednesday next week", "nächsten Mittwoch"]),
    ("date", "d+1", ["tomorrow", "morgen"]),
    ("date", "d+2", ["day after tomorrow", "übermorgen"]),
    ("date", "d-2", ["day before yesterday"]),
    ("date", "d----12", ["12th of this month"]),
    (
        "time",
        "t18:15",
        [
            "18:15",
            "6:15 pm",
            "6:15PM",
            "6:15 p.m.",
            "18:15:00",
            "6:15 in the evening",
            "evening 6:15",
            "quarter past 6 in the evening",
            "quarter past six pm",
            "fifteen minutes past six in the evening",
            "six fifteen pm",
            "18:15 Uhr",
            "18 Uhr 15",
            "Viertel nach sechs abends",
        ],
    ),
    ("time", "t15:30", ["half past three in the afternoon", "half past 3 pm", "15:30"]),
    ("time", "t15:30", ["halb vier nachmittags", "three thirty pm", "afternoon 3:30"]),
    ("time", "t11:45", ["quarter to twelve in the morning", "11:45 am"]),
    ("time", "t12:45", ["quarter to 1 in the afternoon", "12:45 pm"]),
    ("time", "t00:30", ["half past 12 at night", "0:30"]),
    ("time", "t02:00", ["2 at night", "2 in the morning", "two am"]),
    ("time", "t17:00", ["5 in the afternoon", "five o'clock pm", "5 o’clock in the evening"]),
    ("time", "t06:00", ["6am", "6 a.m.", "06:00", "6 o'clock in the morning"]),
    ("time", "t00:00", ["12am", "0:00", "24:00", "midnight", "Mitternacht"]),
    ("time", "t12:00", ["12pm", "12:00", "noon", "12 in the afternoon"]),
    ("datetime", "d2026-12-04t18:15", ["2026-12-04T18:15", "2026-12-04 18:15:00"]),
    (
        "datetime",
        "d2026-12-04t18:15Z",
        [
            "2026-12-04T18:15:00Z",
            "2026-12-04T18:15:00+00:00",
            "2026-12-04T19:15:00.250+01:00",
            "2026-12-04 13:15:00-0500",
        ],
    ),
    (
        "duration",
        "sn7200",
        ["2 hours", "120 minutes", "2h", "2-hour", "7200 s", "two hours", "two-hour", "2 Stunden"],
    ),
    ("duration", "sn9000", ["2.5 hours", "2,5 Stunden"]),
    ("duration", "sn432000-sn604800", ["5-7 days", "5 to 7 days", "five to seven days"]),
    ("duration", "sn432000-sn604800", ["5-7-day", "5 bis 7 Tage"]),
    ("duration", "mn24", ["24 months", "2 years", "2-year"]),
    ("email", "@dana.o@example.org", ["dana.o@example.org", "<Dana.O@Example.org>,"]),
    (
        "url",
        "uexample.org/Orders/A?id=7&x=1,2",
        [
            "https://example.org/Orders/A?id=7&x=1,2",
            "http://Example.org/Orders/A?id=7&x=1,2/",
            "(https://example.org/Orders/A?id=7&x=1,2).",
            "[https://example.org/Orders/A?id=7&x=1,2],",
            "https://example.org/Orders/A?id=7&x=1,2!",
        ],
    ),
    (
        "phone",
        "n15551234567",
        ["+1 555 123 4567", "+1 (555) 123-4567", "+1-555-123-4567", "+15551234567"],
    ),
    ("phone", "n5551234567", ["555-123-4567", "(555) 123-4567", "555.123.4567"]),
    ("number", "n1299", ["1299", "1,299", "1299.00", "+1299", "1.299e3"]),
    ("number", "n120", ["120", "one hundred and twenty", "hundred twenty", "hundert zwanzig"]),
    ("number", "qn0.5g", ["500mg", "500 mg", "0.5 g", "500 milligrams", "500-mg"]),
    ("number", "n345", ["345", "٣٤٥"]),
    ("number", "n-0.25", ["-0.25", "-0.250"]),
]


@pytest.mark.parametrize(
    ("kind", "token", "written"),
    [(kind, token, written) for kind, token, ways in VALUES for written in ways],
)
def test_one_value_has_one_token_however_it_is_written(kind: str, token: str, written: str) -> None:
    """Alone, and in the middle of a sentence, with a word on either side."""
    (alone,) = scan(written)
    (inside,) = scan(f"see {written} there")
    assert (alone.kind.label, alone.token) == (kind, token)
    assert (inside.kind.label, inside.token) == (kind, token)


@pytest.mark.parametrize("ways", [ways for *_, ways in VALUES], ids=[row[1] for row in VALUES])
def test_a_value_under_a_key_has_one_id_however_it_is_written(ways: list[str]) -> None:
    """The same holds through hashing, for a string that is nothing but the value."""
    assert len({value_of(written) for written in ways}) == 1


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Pay $1,299.00 by 4 December 2026.", ["aUSDn1299", "d2026-12-04"]),
        ("On May 1 at 6:15 pm, room 1204", ["d--05-01", "t18:15", "n1204"]),
        ("Call +1 (555) 123-4567 or 555-765-4321", ["n15551234567", "n5557654321"]),
        ('{"id": "A-1042", "total": 129.90}', ["ia1042", "n129.9"]),
        ("id=A-1042;total=129.90|due:2026-12-04", ["ia1042", "n129.9", "d2026-12-04"]),
        ("total:1,299", ["n1299"]),
        ("Mail dana@example.org, then see www.example.org.", ["@dana@example.org"]),
        ("**A-1042** and `B-77` and “C-9x1”", ["ia1042", "ib77", "ic9x1"]),
        ("within 30 days for 20 USD at 5%", ["sn2592000", "aUSDn20", "%n5"]),
    ],
)
def test_values_stand_in_order_in_a_sentence(text: str, tokens: list[str]) -> None:
    """Punctuation, markup and JSON around a value do not belong to it."""
    found = [one.token for one in scan(text) if one.kind.label != "url"]
    assert found == tokens


@pytest.mark.parametrize(
    "text",
    [
        "5-7 of it",
        "one of the two",
        "one day",
        "five to seven",
        "2 morning flights",
        "I may first ask",
        "came first in March",
        "half of it",
        "a second thought",
        "3/4 of it",
        "24/7",
        "a 16:9 screen",
        "the 21st floor",
        "v2",
        "4x as fast",
        "May I help",
        "march on",
        "a@b",
        "- -- ... ### $ % @ +",
        "$ and €",
        "(555)",
        "1,2,3",
        "f(1,2)",
        "2026-13-01 or",
    ],
)
def test_what_only_looks_like_a_value_is_not_taken_for_a_date_or_an_amount(text: str) -> None:
    """Ranges, fractions, ratios, ordinals, modal verbs and lone signs mean nothing alone."""
    telling = [found for found in scan(text) if found.telling]
    assert {found.kind.label for found in telling} <= {"number", "id"}
    if text not in ("(555)", "2026-13-01 or"):
        assert telling == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("6:15 pm", "6:30 pm"),
        ("2026-12-04", "2025-12-04"),
        ("$1,299.00", "$1,399.00"),
        ("1.12.3", "11.2.3"),
        ("10.1.1.10", "10.11.1.0"),
        ("12%", "12"),
        ("$5", "€5"),
        ("$5", "5 CAD"),
        ("5 mg", "5 g"),
        ("5-7 days", "5-8 days"),
        ("Friday", "next Friday"),
        ("halb vier", "half past four"),
        ("twenty-five", "twenty five hundred"),
        ("2 hours", "2 days"),
        ("30 days", "1 month"),
        ("ORD-1234", "ORD-1235"),
        ("12,34", "1234"),
        ("-45.50", "45.50"),
        ("https://example.org/a", "https://example.org/A"),
        ("2026-12-04T18:15Z", "2026-12-04T18:15+01:00"),
    ],
)
def test_different_values_are_different(one: str, other: str) -> None:
    """However little they differ."""
    assert value_of(one) != value_of(other)


def test_a_date_in_numbers_keeps_both_readings() -> None:
    """04/12/2026 is April to some and December to others."""
    (found,) = scan("04/12/2026")
    assert found.token == "d2026-04-12"
    assert "d2026-12-04" in found.readings


def test_small_whole_numbers_tell_nothing_alone() -> None:
    """They stand everywhere; with a unit, a sign of money or a fraction they do tell."""
    assert [found.telling for found in scan("3 of 99 parts, 100 in all, 2.5 each, $3")] == [
        False,
        False,
        True,
        True,
        True,
    ]


def test_names_are_words_in_capitals_and_acronyms() -> None:
    """A single word with a capital is none: every sentence begins with one."""
    found = scan("Parcels of Dana Smith go to Berlin with UPS")
    assert [(one.kind.label, one.token) for one in found] == [
        ("name", "dana smith"),
        ("name", "ups"),
    ]


def test_a_number_of_a_state_and_its_digits_in_text_are_one_value() -> None:
    """An order id is an int here and a string there."""
    as_int, as_text = facts({"order": 10423344556}), facts({"order": "10423344556"})
    assert as_int["order"].value == as_text["order"].value
    assert (as_int["order"].kind.label, as_text["order"].kind.label) == ("number", "id")


def test_a_name_that_begins_a_sentence_says_itself_without_its_first_word() -> None:
    """The capital may be the sentence's: "Send Dana Smith" and "Dana Smith" meet."""
    known, received = read("Send Dana Smith the label."), read("The label is for Dana Smith here.")
    for one, other in ((known, received), (received, known)):
        names = [fact for fact in one.facts if fact.kind is Kind.NAME]
        assert {found.outcome for found in findings(names, Holder(other))} <= {"restated", "kept"}
    (inside,) = scan("please send Dana Smith")
    assert inside.readings == ()


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("It is on March 11th.Is that right?", ["d--03-11"]),
        ("It costs $20.Please pay by 6:15 pm.Thanks a lot", ["aUSDn20", "t18:15"]),
        ("It is on March 11th?Yes, it is", ["d--03-11"]),
        ("see https://example.org/A.Html now", ["uexample.org/A.Html"]),
        ("mail dana@example.Org now", ["@dana@example.org"]),
        ("read /srv/log4j.Conf again", ["isrvlog4jconf"]),
    ],
)
def test_a_sentence_may_begin_without_a_space(text: str, tokens: list[str]) -> None:
    """Of links, addresses and paths the dots are their own."""
    assert [found.token for found in scan(normalise(text))] == tokens
