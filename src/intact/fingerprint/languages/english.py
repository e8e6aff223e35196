"""English."""

from __future__ import annotations

from intact.fingerprint.languages.places import ENGLISH_PLACES, ENGLISH_REGIONS
from intact.fingerprint.languages.table import Language, compounds, spellings, words

_MONTHS = words(
    "january february march april may june july august september october november december"
)
_WEEKDAYS = words("monday tuesday wednesday thursday friday saturday sunday")
_UNITS = {
    word: n for n, word in enumerate(words("one two three four five six seven eight nine"), 1)
}
_TEENS = words(
    "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty"
)
_TENS = words("twenty thirty forty fifty sixty seventy eighty ninety")
_TENTHS = {word: 10 * n for n, word in enumerate(_TENS, 2)}
_DAYS = words(
    """
    first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth
    fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth twenty-first
    twenty-second twenty-third twenty-fourth twenty-fifth twenty-sixth twenty-seventh
    twenty-eighth twenty-ninth thirtieth thirty-first
    """
)

ENGLISH = Language(
    months={name: n for n, name in enumerate(_MONTHS, 1)}
    | {name[:3]: n for n, name in enumerate(_MONTHS, 1)}
    | {"sept": 9},
    weekdays={name: n for n, name in enumerate(_WEEKDAYS, 1)}
    | {"tue": 2, "tues": 2, "thu": 4, "thur": 4, "thurs": 4, "fri": 5},
    numbers={"zero": 0}
    | _UNITS
    | {word: n for n, word in enumerate(_TEENS, 10)}
    | _TENTHS
    | compounds(_TENTHS, _UNITS, "{ten}-{unit}"),
    scales=spellings(
        {
            100: "hundred",
            10**3: "thousand",
            10**6: "million mio",
            10**9: "billion bn mrd",
            10**12: "trillion",
        }
    ),
    halves={},
    half=frozenset({"half"}),
    articles=frozenset(words("a an one")),
    minus=frozenset({"minus"}),
    point=frozenset({"point"}),
    ordinals={word: n for n, word in enumerate(_DAYS, 1)},
    days={"today": 0, "tonight": 0, "tomorrow": 1, "yesterday": -1},
    coming={"this": 0, "next": 1, "coming": 0, "last": -1},
    ahead=frozenset({"in"}),
    back=frozenset(),
    ago=frozenset({"ago"}),
    hence=frozenset({"from now", "from today"}),
    meridiem={"am": 0, "a.m": 0, "pm": 12, "p.m": 12},
    parts={"morning": 0, "afternoon": 12, "evening": 13, "night": 18},
    clock={"noon": 12, "midday": 12, "midnight": 0},
    fractions={"half": 30, "quarter": 15},
    before_hour={"half": 30},
    steps={"past": 1, "after": 1, "to": -1, "till": -1, "before": -1},
    units=spellings(
        {
            1: "s second seconds sec secs",
            60: "minute minutes min mins",
            3_600: "h hour hours hr hrs",
            86_400: "day days",
            604_800: "week weeks",
            1_209_600: "fortnight fortnights",
        }
    ),
    calendar_units=spellings({1: "month months", 12: "year years"}),
    measures=spellings(
        {
            "0.001 g": "mg milligram milligrams",
            "1 g": "g gram grams",
            "1000 g": "kg kilo kilos kilogram kilograms",
            "0.001 l": "ml milliliter milliliters millilitre millilitres",
            "1 l": "l liter liters litre litres",
            "0.001 m": "mm millimeter millimeters millimetre millimetres",
            "0.01 m": "cm centimeter centimeters centimetre centimetres",
            "1 m": "m meter meters metre metres",
            "1000 m": "km kilometer kilometers kilometre kilometres",
            "1 mi": "mi mile miles",
            "1 lb": "lb lbs",
            "1 oz": "oz ounce ounces",
            "1 kb": "kb kilobyte kilobytes",
            "1000 kb": "mb megabyte megabytes",
            "1000000 kb": "gb gigabyte gigabytes",
            "1000000000 kb": "tb terabyte terabytes",
            "1 °c": "°c celsius",
            "1 °f": "°f fahrenheit",
            "1 workday": "workday workdays",
        }
    )
    | {
        "business day": "1 workday",
        "business days": "1 workday",
        "working day": "1 workday",
        "working days": "1 workday",
        "degrees celsius": "1 °c",
        "degrees fahrenheit": "1 °f",
    },
    currencies=spellings(
        {
            "USD": "usd dollar dollars buck bucks",
            "EUR": "eur euro euros",
            "GBP": "gbp pound pounds quid",
            "JPY": "jpy yen",
            "CHF": "chf franken francs",
            "CAD": "cad",
            "AUD": "aud",
            "NZD": "nzd",
            "SGD": "sgd",
            "HKD": "hkd",
            "INR": "inr rupee rupees",
            "CNY": "cny rmb yuan",
            "KRW": "krw",
            "SEK": "sek",
            "NOK": "nok",
            "DKK": "dkk",
            "PLN": "pln zloty",
            "CZK": "czk",
            "HUF": "huf",
            "BRL": "brl",
            "MXN": "mxn",
            "ZAR": "zar",
            "AED": "aed",
            "THB": "thb",
        }
    )
    | {
        f"{country} {unit}": code
        for country, unit, code in (
            *(("us", unit, "USD") for unit in ("dollar", "dollars")),
            *(("canadian", unit, "CAD") for unit in ("dollar", "dollars")),
            *(("australian", unit, "AUD") for unit in ("dollar", "dollars")),
            *(("singapore", unit, "SGD") for unit in ("dollar", "dollars")),
            *(("british", unit, "GBP") for unit in ("pound", "pounds")),
            *(("swiss", unit, "CHF") for unit in ("franc", "francs")),
        )
    },
    cents=frozenset(words("cent cents ct")),
    counted=spellings(
        {
            "people": "people person guest adult traveler traveller passenger rider ticket seat "
            "group party for",
            "time": "day night week month hour stay length duration period",
            "$": "amount price total cost fee balance fare sum paid budget payment",
            "bed": "bed bedroom",
            "bath": "bath bathroom",
            "": "number num count quantity",
        }
    ),
    oclock=frozenset({"o clock", "o’clock", "oclock"}),
    ordinal_marks=frozenset(words("st nd rd th")),
    joins=frozenset({"and"}),
    ranges=frozenset({"to"}),
    fillers=frozenset(words("a the later")),
    at=frozenset(words("on at")),
    glue=frozenset(words("at on by from until till to before after since for starting")),
    of=frozenset({"of"}),
    week=frozenset({"week"}),
    month=frozenset({"month"}),
    year=frozenset({"year"}),
    percent=frozenset((*words("% percent pct"), "per cent")),
    negations=frozenset(
        words(
            """
            no not non never none nobody nothing neither nor cannot without isn aren wasn weren
            doesn didn hasn haven hadn couldn shouldn wouldn
            """
        )
    ),
    means={"yes": "true", "on": "true", "no": "false", "off": "false"},
    auxiliaries=frozenset(words("is are was were has have with needs wants")),
    generic=frozenset(
        words("type kind class category status state level size mode option tier grade value name")
    ),
    now=frozenset(
        (
            "today",
            "today is",
            "todays date",
            "today s date",
            "current date",
            "current time",
            "current datetime",
            "current date is",
            "current time is",
            "s date is",
            "now",
        )
    ),
    stop=frozenset(
        words(
            """
            a about after again all also am an and any are as at be because been before being both
            but by can could did do does doing down during each few for from further had has have
            having he her here hers him his how i if in into is it its itself just let ll m me more
            most my now of off on once only or other our ours out over own please re s same she
            should so some such t than that the their theirs them then there these they this those
            through to too under until up us ve very was we were what when where which while who
            whom why will with would you your yours hi hello dear thanks thank ok okay
            """
        )
    ),
    common=frozenset(
        words(
            """
            active approved available blocked cancelled canceled closed complete completed
            confirmed customer default denied disabled done draft email enabled error failed false
            full good hidden high hold inactive internal large low main medium middle new next no
            none normal null off ok old on open optional order paid partial pass pending phone
            private processed public ready refund rejected required resolved sent small standard
            start started status stopped success true type unknown unpaid urgent user valid waiting
            yes
            """
        )
    ),
    places=ENGLISH_PLACES,
    regions=ENGLISH_REGIONS,
)
