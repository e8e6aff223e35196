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
_BELOW = (
    {"ein": 1}
    | _UNITS
    | {"zehn": 10, "elf": 11, "zwölf": 12}
    | {word: n for n, word in enumerate(_TEENS, 13)}
    | _TENTHS
    | compounds(_TENTHS, _UNITS, "{unit}und{ten}")
)
# Numerals are one word up to a million: the hundreds, and thousands with their hundreds.
_HUNDREDS = {"hundert": 100} | {f"{word}hundert": 100 * n for word, n in _UNITS.items()}
_TO_A_THOUSAND = _HUNDREDS | {
    f"{many}{also}{few}": more + less
    for many, more in _HUNDREDS.items()
    for few, less in {**_BELOW, "eins": 1}.items()
    for also in ("", "und")
}
_THOUSANDS = {"tausend": 1_000} | {f"{word}tausend": 1_000 * n for word, n in _BELOW.items()}
_ONE_WORD = (
    _TO_A_THOUSAND
    | _THOUSANDS
    | {f"{word}tausend": 1_000 * n for word, n in _HUNDREDS.items()}
    | {
        f"{many}{few}": more + less
        for many, more in _THOUSANDS.items()
        for few, less in _HUNDREDS.items()
    }
    | {f"{word}hundert": 100 * n for word, n in _BELOW.items() if 10 < n < 20}
)
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
    | {"jan": 1, "feb": 2, "mär": 3, "mrz": 3, "maerz": 3, "okt": 10, "dez": 12},
    weekdays={name: n for n, name in enumerate(_WEEKDAYS, 1)} | {"sonnabend": 6},
    numbers={word: n for word, n in _UNITS.items() if word != "ein"}
    | {"eins": 1, "zehn": 10, "zwölf": 12}
    | {word: n for n, word in enumerate(_TEENS, 13)}
    | _TENTHS
    | compounds(_TENTHS, _UNITS, "{unit}und{ten}")
    | {word: n for word, n in _ONE_WORD.items() if word not in ("hundert", "tausend")},
    scales=spellings(
        {
            100: "hundert",
            10**3: "tausend tsd",
            10**6: "million millionen mio",
            10**9: "milliarde milliarden mrd",
        }
    ),
    halves={"anderthalb": 1, "eineinhalb": 1}
    | {f"{word}einhalb": n for word, n in _UNITS.items() if n > 1},
    half=frozenset(words("halb halbe halber halbes halben")),
    articles=frozenset(words("ein eine einer einem einen")),
    minus=frozenset({"minus"}),
    point=frozenset({"komma"}),
    ordinals={word + end: n for n, word in enumerate(_DAYS, 1) for end in ("", "n", "r")},
    days={"heute": 0, "morgen": 1, "übermorgen": 2, "gestern": -1, "vorgestern": -2},
    coming=spellings(
        {
            0: "diesen dieser diese kommenden kommender kommende",
            1: "nächsten nächster nächste nächstes",
            -1: "letzten letzter letzte letztes vergangenen vergangene",
        }
    ),
    ahead=frozenset({"in"}),
    back=frozenset({"vor"}),
    ago=frozenset(),
    hence=frozenset({"ab heute", "ab jetzt"}),
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
    before_hour={"halb": -30, "dreiviertel": -15},
    steps={"nach": 1, "vor": -1},
    units=spellings(
        {
            1: "sekunde sekunden",
            60: "minute minuten",
            3_600: "stunde stunden std",
            86_400: "tag tage tagen",
            604_800: "woche wochen",
            900: "viertelstunde viertelstunden",
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
            "1 workday": "werktag werktage werktagen arbeitstag arbeitstage arbeitstagen",
        }
    )
    | {"grad celsius": "1 °c"},
    currencies=spellings({"EUR": "euro", "CHF": "franken"})
    | {"us dollar": "USD", "schweizer franken": "CHF"},
    cents=frozenset({"cent", "rappen"}),
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
    at=frozenset(words("am um")),
    glue=frozenset(words("am um im bis ab")),
    of=frozenset(),
    week=frozenset({"woche"}),
    month=frozenset(words("monats monat")),
    year=frozenset({"jahr"}),
    percent=frozenset({"prozent"}),
    negations=frozenset(words("nicht kein keine keinen keiner keinem nie niemals ohne")),
    means={"ja": "true", "nein": "false"},
    auxiliaries=frozenset(words("ist sind war hat haben mit")),
    generic=frozenset(words("art typ klasse stand stufe größe zustand")),
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
