"""§8, §13, YRD: whether a trade is lawful, and what it comes to."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from allocation.rules.facts import SourceFacts
from allocation.rules.sheet_codes import Check, SheetCode
from allocation.rules.sheet_rows import Row, row_of, says
from allocation.rules.sheet_sources import gate, lawful, stock, suspension
from allocation.vocabulary import Draw, TradeKind
from quota_registry.kernel.mass import Grams, text, tonnes
from quota_registry.kernel.parameters import PilotPair
from quota_registry.kernel.rulebook import RuleBook

AT_OFFER: Final = frozenset({Check.SOURCE, Check.PILOT})
"""What no later day makes lawful, and therefore refuses the offer."""

AT_ACCEPTANCE: Final = AT_OFFER | {Check.STOCK, Check.EARMARK}
"""What the acceptance waits for: it sets the mass aside."""

FEN: Final = Decimal("0.01")

MOST: Final = Decimal(10**14)
"""No trade comes to so many yuan: there is no room for it on record."""

_SUFFIXES: Final = ("市", "区", "县", "旗", "盟", "自治州")
_PROVINCE: Final = re.compile(
    "^(?:(?:北京|天津|上海|重庆)市?"
    "|(?:河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南"
    "|四川|贵州|云南|陕西|甘肃|青海)省?"
    "|(?:内蒙古|广西|西藏|宁夏|新疆)(?:(?:壮族|回族|维吾尔)?自治区)?)(?=..)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeFacts:
    """
    A trade as the rules see it, on one day.

    A line is an account that is drawn on, with what the gate says to the buyer. ``county`` is
    that of the side that lies in this city, for the pilot list; ``strategic`` says that it goes
    straight into an approved strategic project.
    """

    kind: TradeKind
    lines: Sequence[SourceFacts]
    county: str
    county_name: str
    strategic: bool = False


def city_of(written: str) -> str:
    """Give the name of a city or county as it is kept: 无锡, 江苏无锡 and 江苏省无锡市 are one."""
    name = _PROVINCE.sub("", "".join(unicodedata.normalize("NFKC", written).split()))
    chinese = name[-1:] > "\u2e7f"
    return f"{name}市" if chinese and not name.endswith(_SUFFIXES) else name


def stem_of(city: str) -> str:
    """Give what a city is called by without 市, 区 or 县, by which two names are one place's."""
    return city.rstrip("市区县")


def assess(facts: TradeFacts, *, book: RuleBook) -> list[Row]:
    """Judge a trade by every clause that applies, pollutant by pollutant."""
    return [row for line in facts.lines for row in _of_line(line, facts, book)]


def total_of(grams: Grams, price: Decimal) -> Decimal:
    """Give what grams cost at a price in yuan per tonne a year, to the fen, half a fen up."""
    return (tonnes(grams) * price).quantize(FEN, rounding=ROUND_HALF_UP)


def _of_line(line: SourceFacts, facts: TradeFacts, book: RuleBook) -> Iterator[Row]:
    if facts.kind is TradeKind.LOCAL:
        yield _for_sale(line)
    else:
        yield _outside(line, facts)
        yield _pilot(line, facts, book)
    if line.passage is not None:
        yield suspension(line)
        yield gate(line)
    if facts.kind is TradeKind.INBOUND:
        return
    if line.tier is not None and not facts.strategic:
        yield _earmark(line)
    yield stock(line)


def _for_sale(line: SourceFacts) -> Row:
    """§6, §8: a reserve gives to its own area by release; others may buy of it."""
    if line.draw in {Draw.OWN_RESERVE, Draw.UPPER_RESERVE}:
        return row_of(
            Check.SOURCE,
            line,
            says(SheetCode.NOT_FOR_SALE, "8.2"),
            passes=False,
            remedy=says(SheetCode.CAN_FILE, "8.2"),
        )
    return lawful(line)


def _outside(line: SourceFacts, facts: TradeFacts) -> Row:
    inbound = facts.kind is TradeKind.INBOUND
    code = SheetCode.FROM_OUTSIDE if inbound else SheetCode.TO_OUTSIDE
    return row_of(Check.SOURCE, line, says(code, "YRD5.1"))


def _pilot(line: SourceFacts, facts: TradeFacts, book: RuleBook) -> Row:
    """YRD: across the city's border only what the rule book's pilot list names."""
    listed = PilotPair(place=facts.county, pollutant=line.pollutant) in book.pilot_list
    code = SheetCode.PILOT if listed else SheetCode.NOT_PILOT
    return row_of(
        Check.PILOT,
        line,
        says(code, "YRD5.1", place=facts.county_name, pollutant=line.pollutant),
        passes=listed,
        remedy=None if listed else says(SheetCode.CAN_PILOT, "YRD5.1"),
    )


def _earmark(line: SourceFacts) -> Row:
    """YRD: a reserve's lots of the Lake Tai band are sold to strategic projects alone."""
    drawn = Grams(min(line.grams, line.available) - line.plain)
    if drawn <= 0:
        return row_of(Check.EARMARK, line, says(SheetCode.PLAIN_LOTS, "YRD4.1"))
    return row_of(
        Check.EARMARK,
        line,
        says(SheetCode.TAI_NOT_SOLD, "YRD4.1", grams=text(drawn)),
        passes=False,
        remedy=says(SheetCode.CAN_LESSEN, "YRD4.1", missing=text(drawn)),
    )
