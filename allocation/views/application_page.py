"""One application with its whole story: what it is, where it stands, what is asked, its proof."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from allocation.application_deeds import Deed, offered
from allocation.models import Application
from allocation.rules import sheet as rules
from allocation.selectors import assessments, clocks, coverage, sight, waiting
from allocation.views.applications import OfOneApplication
from allocation.views.sheets import in_order
from allocation.vocabulary import OPEN, OVER
from allocation.vocabulary import ApplicationStatus as S
from allocation.workflows import APPLICATION
from quota_registry.kernel.mass import Grams
from quota_registry.kernel.models import Step
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.views import DetailPage
from quota_registry.kernel.vocabulary import Pollutant
from quota_registry.kernel.workflow import steps_of

PATH: Final = (
    ("file", S.FILED, pgettext_lazy("path", "提交")),
    ("screen", S.SCREENED, pgettext_lazy("path", "初审")),
    ("assess", S.ASSESSED, _("要素处室审核")),
    ("hold", S.HELD, pgettext_lazy("path", "预留")),
    ("release", S.VOUCHERED, pgettext_lazy("path", "投放出证")),
    ("approve", S.APPROVED, pgettext_lazy("path", "环评批复")),
    ("use", S.IN_USE, pgettext_lazy("path", "投入使用")),
)


class OneApplication(OfOneApplication, DetailPage):
    """What is asked for, from whom, by which clauses, and who did what."""

    permission = Permission.SEE_PROJECTS
    template_name = "allocation/application.html"
    for_reserves = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        application = self.object
        story = list(steps_of(APPLICATION, application))
        awaited = waiting.awaited(application)
        is_held = application.status == S.HELD
        held = assessments.held_of(application)
        voucher = getattr(application, "voucher", None)
        uncovered = (
            coverage.uncovered(application.project) if application.status == S.APPROVED else {}
        )
        files = self.may(Permission.FILE_APPLICATION, application.place)
        return super().get_context_data(
            project=application.project,
            voucher=voucher,
            path=path(application, story),
            acts=self.acts({one.verb for one in awaited}),
            asked=awaited,
            writable=application.status == S.DRAFT and files,
            lines=lines_of(application, held),
            sources=sources_of(application),
            sheets=[
                (one, in_order(rules.read(one.content)))
                for one in reversed(application.sheets.all())
            ],
            opinions=application.opinions.all(),
            signatures=application.signatures.all(),
            give_backs=voucher.give_backs.select_related("by") if voucher else (),
            clock=clocks.clock_of(application, on=self.on) if is_held else None,
            shortfalls=assessments.shortfalls(application, held) if is_held else {},
            uncovered=uncovered,
            may_supplement=bool(uncovered) and files and not self.asks_again(),
            supplements=application.supplements_of.all(),
            story=story,
            **kwargs,
        )

    def get_queryset(self) -> QuerySet[Any]:
        return sight.whole(super().get_queryset())

    def acts(self, wanted: Collection[str]) -> list[tuple[Deed, bool]]:
        """List what the person may do: what is *wanted* first, and the very first stands out."""
        found = offered(self.object, self.person, on=self.on)
        found.sort(key=lambda deed: deed.verb not in wanted)
        usual = {"approve", "use"}
        return [
            (deed, place == 0 and (deed.verb in wanted or deed.verb in usual))
            for place, deed in enumerate(found)
        ]

    def asks_again(self) -> bool:
        """Say whether the project asks for something already."""
        return self.object.project.applications.filter(status__in=OPEN).exists()


def path(application: Application, story: Iterable[Step]) -> list[dict[str, Any]]:
    """Lay out the way of an application: what is done, by whom and when, and where it stands."""
    last = {step.verb.removesuffix("_water").removesuffix("_air"): step for step in story}
    order = [status for _verb, status, _label in PATH]
    over = application.status in OVER
    if over:
        # What was passed on the way stays passed; the way broke off at the next step.
        passed = [n for n, (verb, _status, _label) in enumerate(PATH) if verb in last]
        reached = max(passed, default=-1)
    else:
        reached = order.index(S(application.status)) if application.status in order else -1
    return [
        {
            "label": label,
            "done": place <= reached,
            "now": place == reached + 1 and not over,
            "broken": place == reached + 1 and over,
            "step": last.get(verb) if place <= reached else None,
        }
        for place, (verb, _status, label) in enumerate(PATH)
    ]


def lines_of(application: Application, held: Mapping[Pollutant, Grams]) -> list[dict[str, Any]]:
    """List what is required by pollutant, what is offered, and what is set aside now."""
    named: dict[str, int] = {}
    for one in assessments.asked_of(application):
        named[one.pollutant] = named.get(one.pollutant, 0) + one.grams
    return [
        {
            "line": line,
            "offered": named.get(line.pollutant, 0),
            "held": held.get(Pollutant(line.pollutant), 0),
        }
        for line in application.lines.all()
    ]


def sources_of(application: Application) -> list[dict[str, Any]]:
    """List the accounts it draws on, and what each is to the project."""
    return [
        {"source": row, "draw": assessments.draw_of(application.project, row.owner)}
        for row in application.sources.all()
    ]
