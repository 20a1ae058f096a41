"""What an act on an application will do, in figures, before it is done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from allocation.models import Application
from allocation.refusals import MoreThanUsed
from allocation.selectors import assessments, stocks
from allocation.selectors import vouchers as selected
from allocation.selectors.stocks import Lying, Owner
from allocation.services import give_backs
from quota_registry.kernel.mass import Grams, scale_up, text
from quota_registry.kernel.models import Place, Polluter
from quota_registry.kernel.vocabulary import Pollutant

MINUS, PLUS = "\N{MINUS SIGN}", "+"


def of_hold(application: Application) -> list[str]:
    """Say what the hold takes from each account, and what is left there."""
    asked = assessments.asked_of(application)
    free = stocks.free(one.owner for one in asked)
    names = names_of(one.owner for one in asked)
    return [
        _("预留后：%(account)s %(pollutant)s %(change)s，可用 %(left)s 吨/年")
        % {
            "account": names[one.owner],
            "pollutant": one.pollutant.symbol,
            "change": f"{MINUS}{text(one.grams)}",
            "left": _signed(free.get((one.owner, one.pollutant), Lying()).total - one.grams),
        }
        for one in asked
    ]


def of_put_back(application: Application) -> list[str]:
    """Say what goes back from the hold into each account; nothing where nothing is held."""
    return _back({key: lying.total for key, lying in stocks.held(application.number).items()})


def of_signing(application: Application, places: Iterable[Place]) -> list[str]:
    """Say what the application draws from the reserves that one signs for."""
    wanted = {place.pk for place in places}
    asked = [one for one in assessments.asked_of(application) if one.owner.place in wanted]
    names = names_of(one.owner for one in asked)
    return [
        _("投放时：%(account)s已预留的 %(pollutant)s %(grams)s 吨/年转给本项目")
        % {
            "account": names[one.owner],
            "pollutant": one.pollutant.symbol,
            "grams": text(one.grams),
        }
        for one in asked
    ]


def of_release(application: Application) -> list[str]:
    """Say what comes to the project, and out of whose hold."""
    asked = assessments.asked_of(application)
    names = names_of(one.owner for one in asked)
    return [
        _("投放后：本项目已用 %(pollutant)s %(change)s 吨/年（%(account)s）")
        % {
            "account": names[one.owner],
            "pollutant": one.pollutant.symbol,
            "change": f"{PLUS}{text(one.grams)}",
        }
        for one in asked
    ]


def of_approval(application: Application, approved: Mapping[Pollutant, Grams]) -> list[str]:
    """Say what a smaller approval gives back, and what a larger one lacks."""
    excess: dict[Pollutant, Grams] = {}
    lacking = []
    for line in application.lines.all():
        pollutant = Pollutant(line.pollutant)
        still = scale_up(approved.get(pollutant, Grams(line.increment)), line.ratio)
        if still < line.required:
            excess[pollutant] = Grams(line.required - still)
        elif still > line.required:
            lacking.append(
                _("%(pollutant)s 尚缺 %(grams)s 吨/年，投入使用前须办理补充申请")
                % {"pollutant": pollutant.symbol, "grams": text(Grams(still - line.required))}
            )
    asked = {line.pollutant for line in application.lines.all()}
    lacking += [
        _("%(pollutant)s 未在申请之列，批复增量 %(grams)s 吨/年须办理补充申请")
        % {"pollutant": pollutant.symbol, "grams": text(grams)}
        for pollutant, grams in approved.items()
        if pollutant.value not in asked and grams > 0
    ]
    return [*of_give_back(application, excess), *lacking] or [_("批复增量与申请一致，指标不变。")]


def of_give_back(
    application: Application, amounts: Mapping[Pollutant, Grams] | None = None
) -> list[str]:
    """Say what goes back into each account; what came last goes first, all where none is named."""
    voucher = application.voucher
    try:
        wanted = selected.left(voucher) if amounts is None else amounts
        parts = give_backs.last_first(voucher, wanted)
    except MoreThanUsed as refusal:
        return [str(refusal)]
    back: dict[tuple[Owner, Pollutant], Grams] = {}
    for part in parts:
        key = (part.owner, part.pollutant)
        back[key] = Grams(back.get(key, 0) + part.grams)
    return _back(back)


def names_of(owners: Iterable[Owner]) -> dict[Owner, str]:
    """Call each account by whose it is and what it is."""
    wanted = set(owners)
    places = Place.objects.in_bulk([one.place for one in wanted if one.place])
    polluters = Polluter.objects.in_bulk([one.polluter for one in wanted if one.polluter])
    return {
        one: _("%(place)s储备") % {"place": places[one.place].spoken}
        if one.place
        else _("%(polluter)s自持指标") % {"polluter": polluters[one.polluter or 0].name}
        for one in wanted
    }


def _back(amounts: Mapping[tuple[Owner, Pollutant], Grams]) -> list[str]:
    names = names_of(owner for owner, _pollutant in amounts)
    return [
        _("退回后：%(account)s %(pollutant)s %(change)s 吨/年")
        % {
            "account": names[owner],
            "pollutant": pollutant.symbol,
            "change": f"{PLUS}{text(grams)}",
        }
        for (owner, pollutant), grams in sorted(
            amounts.items(), key=lambda item: (item[0][0].key, item[0][1])
        )
    ]


def _signed(grams: int) -> str:
    return f"{MINUS}{text(Grams(-grams))}" if grams < 0 else text(Grams(grams))
