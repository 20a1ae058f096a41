"""The first page: what waits for me, the stock at a glance, notices; and search over everything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from allocation.models import Project
from allocation.selectors import sight
from parks.selectors import parks as parks_
from quota_registry.kernel.mass import tonnes
from quota_registry.kernel.models import Notice, Permit, Polluter
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.services import access
from quota_registry.kernel.views import Page
from quota_registry.kernel.vocabulary import Pollutant
from quota_registry.web import waiting
from reserve.models import Claim, Lot, ProvinceLetter, Transfer
from reserve.selectors import balances, transfers
from reserve.selectors import claims as claims_

SHOWN: Final = 12
NOTICES: Final = 6
FOUND: Final = 8


class Home(Page):
    """What waits for me, overdue first; the stock at a glance; what is new."""

    permission = None
    title = pgettext_lazy("menu", "首页")
    template_name = "web/home.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        todo = waiting.waiting_for(self.person, on=self.on)
        return super().get_context_data(
            todo=todo[:SHOWN],
            waiting=len(todo),
            overdue=sum(1 for line in todo if line.overdue_days),
            stock=self.stock(),
            notices=Notice.objects.filter(person=self.person)[:NOTICES],
            may_declare=self.may(Permission.DECLARE_CLAIM),
            claims_under_way=self.under_way(),
            **kwargs,
        )

    def stock(self) -> dict[str, Any] | None:
        """Draw what all reserves in sight have, by pollutant; empty where they have nothing."""
        paths = access.paths(self.person, Permission.SEE_RESERVE, on=self.on)
        if not paths:
            return None
        rows = balances.stock(visible_places=paths)
        free = dict.fromkeys(Pollutant.values, 0)
        held = dict.fromkeys(Pollutant.values, 0)
        for row in rows:
            free[row.pollutant] += row.available
            held[row.pollutant] += row.held
        if not any((*free.values(), *held.values())):
            return {}
        shown = [(_("可用"), "available", free)]
        # Nothing on hold needs no row of zeros.
        if any(held.values()):
            shown.append((_("预留"), "held", held))
        return {
            "kind": "bar",
            "title": _("各污染物可用储备"),
            "subtitle": _("吨/年，所辖各级储备库合计，%(day)s") % {"day": f"{self.on:%Y-%m-%d}"},
            "unit": _("吨/年"),
            "source": _("总量台账"),
            "axis": _("污染物"),
            "categories": [Pollutant(code).spoken for code in Pollutant.values],
            "keys": Pollutant.values,
            "series": [
                {"name": name, "key": key, "values": [str(tonnes(grams[c])) for c in grams]}
                for name, key, grams in shown
            ],
        }

    def under_way(self) -> int | None:
        """Count the claims in sight that are filed and not yet at their end."""
        if not self.may(Permission.SEE_CLAIMS):
            return None
        claims = claims_.visible(self.person, on=self.on)
        return claims.exclude(status__in=["draft", "admitted", "refused", "withdrawn"]).count()


class ToDo(Page):
    """Everything that waits for me, overdue first, one line each."""

    permission = None
    title = pgettext_lazy("menu", "待办")
    template_name = "web/todo.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            todo=waiting.waiting_for(self.person, on=self.on, limit=1000), **kwargs
        )


@dataclass(frozen=True, slots=True)
class Hit:
    """A line of what was found: its name, what tells it apart, and where it leads."""

    name: str
    more: str
    url: str


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one kind, and where all of it is listed."""

    label: str | Promise
    hits: list[Hit]
    all: str = ""


def all_of(name: str, words: str) -> str:
    """Return the address of the list *name*, looking for *words*."""
    return f"{reverse(name)}?{urlencode({'q': words})}"


class Search(Page):
    """Search across everything that has a number or a name, in one's places."""

    permission = None
    title = gettext_lazy("搜索")
    template_name = "web/search.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        words = self.request.GET.get("q", "").strip()[:80]
        groups = [group for group in self.groups(words) if group.hits] if words else []
        return super().get_context_data(words=words, groups=groups, **kwargs)

    def groups(self, words: str) -> list[Group]:
        """Look *words* up in everything that the person may see."""
        found: list[Group] = []
        if self.may(Permission.SEE_POLLUTERS):
            found += [self.places_named(words), self.polluters(words), self.permits(words)]
        if self.may(Permission.SEE_MONITORING):
            found.append(self.parks(words))
        if self.may(Permission.SEE_CLAIMS):
            found.append(self.claims(words))
        if self.may(Permission.SEE_RESERVE):
            found += [self.lots(words), self.documents(words)]
        if self.may(Permission.SEE_PROJECTS):
            found += [self.projects(words), self.applications(words)]
        return found

    def places_named(self, words: str) -> Group:
        """Find places by name or code."""
        places = self.places(Permission.SEE_POLLUTERS).filter(
            Q(name__icontains=words) | Q(code__icontains=words) | Q(name_en__icontains=words)
        )
        hits = [Hit(p.spoken, p.code, reverse("place", args=[p.code])) for p in places[:FOUND]]
        return Group(_("地区"), hits, all_of("places", words))

    def parks(self, words: str) -> Group:
        """Find parks by name, short name, code, or whoever administers them."""
        rows = parks_.named(self.places(Permission.SEE_MONITORING), words)
        hits = [
            Hit(row.spoken, row.administrator or row.pk, reverse("parks:park", args=[row.pk]))
            for row in rows[:FOUND]
        ]
        return Group(_("园区"), hits, reverse("parks:parks"))

    def polluters(self, words: str) -> Group:
        """Find polluters by name, code or permit number."""
        rows = self._in_sight(Polluter.objects.matching(words), Permission.SEE_POLLUTERS)
        hits = [
            Hit(row.name, row.uscc, reverse("polluter", args=[row.uscc])) for row in rows[:FOUND]
        ]
        return Group(_("排污单位"), hits, all_of("polluters", words))

    def permits(self, words: str) -> Group:
        """Find permits by number."""
        rows: QuerySet[Any] = Permit.objects.filter(number__icontains=words).select_related(
            "polluter"
        )
        rows = self._in_sight(rows, Permission.SEE_POLLUTERS, lookup="polluter__place__path")
        hits = [
            Hit(row.number, row.polluter.name, reverse("polluter", args=[row.polluter.uscc]))
            for row in rows[:FOUND]
        ]
        return Group(_("排污许可证"), hits, all_of("permits", words))

    def claims(self, words: str) -> Group:
        """Find claims by number or project."""
        rows: QuerySet[Any] = Claim.objects.filter(
            Q(number__icontains=words) | Q(project__icontains=words)
        )
        rows = self._in_sight(rows.select_related("polluter"), Permission.SEE_CLAIMS)
        hits = [
            Hit(
                f"{row.number} {row.project}",
                row.polluter.name,
                reverse("reserve:claim", args=[row.number]),
            )
            for row in rows[:FOUND]
        ]
        return Group(_("减排项目"), hits, all_of("reserve:claims", words))

    def projects(self, words: str) -> Group:
        """Find construction projects by number or name."""
        rows: QuerySet[Any] = Project.objects.filter(
            Q(number__icontains=words) | Q(name__icontains=words)
        )
        rows = self._in_sight(rows.select_related("polluter"), Permission.SEE_PROJECTS)
        hits = [
            Hit(
                f"{row.number} {row.name}",
                row.polluter.name,
                reverse("allocation:project", args=[row.number]),
            )
            for row in rows[:FOUND]
        ]
        return Group(_("建设项目"), hits, all_of("allocation:projects", words))

    def applications(self, words: str) -> Group:
        """Find applications by their number, their voucher's, or their project."""
        rows: QuerySet[Any] = sight.applications(self.person, on=self.on).filter(
            Q(number__icontains=words)
            | Q(voucher__number__icontains=words)
            | Q(project__name__icontains=words)
        )
        rows = rows.select_related("project")
        hits = [
            Hit(
                f"{row.number} {row.project.name}",
                row.get_status_display(),
                reverse("allocation:application", args=[row.number]),
            )
            for row in rows[:FOUND]
        ]
        return Group(_("指标申请"), hits, all_of("allocation:applications", words))

    def lots(self, words: str) -> Group:
        """Find lots by name or provincial number."""
        rows = Lot.objects.filter(Q(name__icontains=words) | Q(provincial_number__icontains=words))
        rows = self._in_sight(rows.select_related("place"), Permission.SEE_RESERVE)
        hits = [
            Hit(row.name, row.place.spoken, reverse("reserve:lot", args=[row.pk]))
            for row in rows[:FOUND]
        ]
        return Group(_("批次"), hits, all_of("reserve:lots", words))

    def documents(self, words: str) -> Group:
        """Find postings by their paper, and the province's letters by their claims."""
        paths = access.paths(self.person, Permission.SEE_RESERVE, on=self.on)
        rows = Transfer.objects.filter(document__icontains=words)
        rows = rows.filter(pk__in=transfers.touching(paths).values("pk"))
        hits = [
            Hit(row.document, row.key, reverse("reserve:transfer", args=[row.pk]))
            for row in rows[:FOUND]
        ]
        letters = ProvinceLetter.objects.filter(
            number__icontains=words,
            claims__in=self._in_sight(Claim.objects.all(), Permission.SEE_CLAIMS).values("pk"),
        ).distinct()
        hits += [
            Hit(
                row.number,
                f"{row.dated:%Y-%m-%d}",
                f"{reverse('reserve:claims')}?letter={row.number}",
            )
            for row in letters[:FOUND]
        ]
        return Group(_("文件"), hits[:FOUND], all_of("reserve:transfers", words))

    def _in_sight(
        self, rows: QuerySet[Any], permission: Permission, *, lookup: str = "place__path"
    ) -> QuerySet[Any]:
        return rows.filter(access.within(self.person, permission, on=self.on, lookup=lookup))
