"""Names of places: what a city is called besides, and the regions that are named behind it.

Tables of the language files, apart because they are long. Of the codes of airports those stand
here by which people call the city: not those of cities with several airports, where one airport
is not the other.
"""

from __future__ import annotations

from collections.abc import Mapping


def _names(table: str) -> dict[str, str]:
    """``place: name, name`` a line, as name -> place."""
    lines = (line.split(":") for line in table.strip().splitlines())
    return {name.strip(): place.strip() for place, names in lines for name in names.split(",")}


def _regions(table: str, plain: str = "") -> dict[str, str]:
    """Regions with other names, and those that have but one."""
    named = _names(table)
    alone = (name.strip() for name in plain.replace("\n", ",").split(","))
    return {**{name: name for name in (*named.values(), *alone) if name}, **named}


ENGLISH_PLACES: Mapping[str, str] = _names(
    """
    new york: ny, nyc, new york city
    los angeles: la, lax
    san francisco: sf, sfo, san fran
    san diego: sd
    san jose: sjc
    washington: dc, d c, washington dc, washington d c, district of columbia
    philadelphia: philly, phl
    chicago: chi town, chitown
    las vegas: vegas
    new orleans: nola, msy
    atlanta: atl
    salt lake city: slc
    kansas city: kc
    oklahoma city: okc
    saint louis: stl
    indianapolis: indy
    cincinnati: cincy
    minneapolis: msp
    detroit: dtw
    phoenix: phx
    portland: pdx
    nashville: bna
    charlotte: clt
    boston: bos
    jacksonville: jax
    fort worth: ft worth
    mexico city: cdmx
    rio de janeiro: rio
    toronto: yyz
    vancouver: yvr
    montreal: yul
    hong kong: hk, hkg
    kuala lumpur: kl
    ho chi minh city: hcmc, saigon
    bangkok: bkk
    dubai: dxb
    sydney: syd
    delhi: new delhi
    mumbai: bombay
    bengaluru: bangalore, blr
    kolkata: calcutta
    chennai: madras
    beijing: peking
    amsterdam: ams
    barcelona: bcn
    munich: muc
    """
)

GERMAN_PLACES: Mapping[str, str] = _names(
    """
    munich: münchen, muenchen
    cologne: köln, koeln
    nuremberg: nürnberg, nuernberg
    hanover: hannover
    vienna: wien
    zurich: zürich, zuerich
    geneva: genf
    brussels: brüssel, bruessel
    prague: prag
    warsaw: warschau
    moscow: moskau
    rome: rom
    milan: mailand
    venice: venedig
    florence: florenz
    naples: neapel
    lisbon: lissabon
    athens: athen
    copenhagen: kopenhagen
    bucharest: bukarest
    beijing: peking
    tokyo: tokio
    cairo: kairo
    mexico city: mexiko stadt
    """
)

ENGLISH_REGIONS: Mapping[str, str] = _regions(
    """
    united states: usa, us, u s, u s a, united states of america
    united kingdom: uk, u k, great britain, england, scotland, wales, northern ireland
    united arab emirates: uae
    netherlands: the netherlands, holland
    south korea: korea, republic of korea
    czech republic: czechia
    turkey: türkiye
    china: prc
    alabama: al
    alaska: ak
    arizona: az
    arkansas: ar
    california: ca, calif
    colorado: co
    connecticut: ct
    delaware: de
    district of columbia: dc, d c
    florida: fl
    georgia: ga
    hawaii: hi
    idaho: id
    illinois: il
    indiana: in
    iowa: ia
    kansas: ks
    kentucky: ky
    louisiana: la
    maine: me
    maryland: md
    massachusetts: ma
    michigan: mi
    minnesota: mn
    mississippi: ms
    missouri: mo
    montana: mt
    nebraska: ne
    nevada: nv
    new hampshire: nh
    new jersey: nj
    new mexico: nm
    new york: ny
    north carolina: nc
    north dakota: nd
    ohio: oh
    oklahoma: ok
    oregon: or
    pennsylvania: pa
    rhode island: ri
    south carolina: sc
    south dakota: sd
    tennessee: tn
    texas: tx
    utah: ut
    vermont: vt
    virginia: va
    washington: wa
    west virginia: wv
    wisconsin: wi
    wyoming: wy
    alberta: ab
    british columbia: bc, b c
    manitoba: mb
    new brunswick: nb
    newfoundland: nl
    nova scotia: ns
    ontario: on
    quebec: qc, québec
    saskatchewan: sk
    new south wales: nsw
    queensland: qld
    south australia: sa
    tasmania: tas
    victoria: vic
    """,
    """
    afghanistan, albania, algeria, argentina, armenia, australia, austria, azerbaijan, bahrain
    bangladesh, belarus, belgium, bolivia, bosnia, brazil, bulgaria, cambodia, cameroon, canada
    chile, colombia, costa rica, croatia, cuba, cyprus, denmark, dominican republic, ecuador
    egypt, estonia, ethiopia, finland, france, germany, ghana, greece, guatemala, honduras
    hong kong, hungary, iceland, india, indonesia, iran, iraq, ireland, israel, italy, jamaica
    japan, jordan, kazakhstan, kenya, kuwait, latvia, lebanon, lithuania, luxembourg, malaysia
    malta, mexico, moldova, mongolia, montenegro, morocco, nepal, new zealand, nicaragua, nigeria
    north macedonia, norway, oman, pakistan, panama, paraguay, peru, philippines, poland, portugal
    puerto rico, qatar, romania, russia, saudi arabia, senegal, serbia, singapore, slovakia
    slovenia, south africa, spain, sri lanka, sweden, switzerland, syria, taiwan, tanzania
    thailand, tunisia, uganda, ukraine, uruguay, uzbekistan, venezuela, vietnam, zambia, zimbabwe
    """,
)

GERMAN_REGIONS: Mapping[str, str] = _names(
    """
    germany: deutschland
    austria: österreich, oesterreich
    switzerland: schweiz
    france: frankreich
    italy: italien
    spain: spanien
    netherlands: niederlande
    belgium: belgien
    poland: polen
    czech republic: tschechien
    hungary: ungarn
    greece: griechenland
    denmark: dänemark
    sweden: schweden
    norway: norwegen
    finland: finnland
    ireland: irland
    russia: russland
    turkey: türkei
    croatia: kroatien
    romania: rumänien
    united states: vereinigte staaten
    united kingdom: großbritannien, vereinigtes königreich
    canada: kanada
    australia: australien
    brazil: brasilien
    india: indien
    """
)
