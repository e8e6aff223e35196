"""German.

Words that English has too are left out where they mean something else there ("die", "war",
"man", "elf"): these tables are read together with the English ones.
"""

from __future__ import annotations

from intact.fingerprint.languages.places import GERMAN_PLACES, GERMAN_REGIONS
from intact.fingerprint.languages.table import Language, compounds, spellings, words

_MONTHS = words(
    "januar februar märz april mai juni juli august september oktober november dezember"
)
_WEEKDAYS = words("montag dienstag mittwoch donnerstag freitag samstag sonntag")
_UNITS = {
    word: n for n, word in enumerate(words("ein zwei drei vier fünf sechs sieben acht neun"), 1)
}
_TEENS = words("dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn zwanzig")
_TENTHS = {
    word: 10 * n
    for n, word in enumerate(
        words("zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig"), 2
    )
}
_DAYS = words(
    """
    erste zweite dritte vierte fünfte sechste siebte achte neunte zehnte elfte zwölfte dreizehnte
    vierzehnte fünfzehnte sechzehnte siebzehnte achtzehnte neunzehnte zwanzigste
    einundzwanzigste zweiundzwanzigste dreiundzwanzigste vierundzwanzigste fünfundzwanzigste
    sechsundzwanzigste siebenundzwanzigste achtundzwanzigste neunundzwanzigste dreißigste
    einunddreißigste
    """
)

GERMAN = Language(
    months={name: n for n, name in enumerate(_MONTHS, 1)}
    | {"jan": 1, "feb": 2, "mär": 3, "maerz": 3, "okt": 10, "dez": 12},
    weekdays={name: n for n, name in enumerate(_WEEKDAYS, 1)} | {"sonnabend": 6},
    numbers={word: n for word, n in _UNITS.items() if word != "ein"}
    | {"eins": 1, "zehn": 10, "zwölf": 12}
    | {word: n for n, word in enumerate(_TEENS, 13)}
    | _TENTHS
    | compounds(_TENTHS, _UNITS, "{unit}und{ten}"),
    scales={"hundert": 100, "tausend": 1_000, "million": 1_000_000, "millionen": 1_000_000},
    ordinals={word + end: n for n, word in enumerate(_DAYS, 1) for end in ("", "n", "r")},
    days={"heute": 0, "morgen": 1, "übermorgen": 2, "gestern": -1},
    coming=spellings({0: "diesen dieser diese", 1: "nächsten nächster nächste kommenden"}),
    meridiem={},
    parts=spellings(
        {
            0: "morgens vormittags vormittag früh",
            12: "nachmittags nachmittag",
            13: "abends abend",
            18: "nachts nacht",
        }
    ),
    clock={"mittag": 12, "mittags": 12, "mitternacht": 0},
    fractions={"viertel": 15},
    before_hour={"halb": -30},
    steps={"nach": 1, "vor": -1},
    units=spellings(
        {
            1: "sekunde sekunden sek",
            60: "minute minuten",
            3_600: "stunde stunden std",
            86_400: "tag tage tagen",
            604_800: "woche wochen",
        }
    ),
    calendar_units=spellings({1: "monat monate monaten", 12: "jahr jahre jahren"}),
    measures=spellings(
        {
            "1 g": "gramm",
            "1000 g": "kilogramm",
            "0.001 g": "milligramm",
            "0.001 l": "milliliter",
            "1000 m": "kilometer",
        }
    ),
    currencies=spellings({"EUR": "euro", "CHF": "franken"}),
    counted=spellings(
        {
            "people": "personen person gäste gast reisende plätze karten für",
            "time": "tag tage nacht nächte woche wochen stunde stunden dauer aufenthalt",
            "$": "betrag preis summe kosten gebühr",
            "": "anzahl zahl menge",
        }
    ),
    oclock=frozenset({"uhr"}),
    ordinal_marks=frozenset(),
    joins=frozenset({"und"}),
    ranges=frozenset({"bis"}),
    fillers=frozenset(words("der das ein eine später")),
    glue=frozenset(words("am um im bis ab")),
    of=frozenset(),
    week=frozenset({"woche"}),
    month=frozenset(words("monats monat")),
    percent=frozenset({"prozent"}),
    negations=frozenset(words("nicht kein keine keinen keiner keinem nie niemals ohne")),
    now=frozenset(("heute", "heute ist")),
    stop=frozenset(
        words(
            """
            aber als auch auf aus bei bis bitte das dass dem den der des durch ein eine einem
            einen einer eines er es für haben hatte ich ihm ihn ihr ihre im ist kann mein mich mir
            mit nach noch oder sein sich sie sind über um und uns unser vom von wenn werden wie wir
            wird zu zum zur
            """
        )
    ),
    common=frozenset(words("ja nein offen aktiv bezahlt neu alt unbekannt")),
    places=GERMAN_PLACES,
    regions=GERMAN_REGIONS,
)
