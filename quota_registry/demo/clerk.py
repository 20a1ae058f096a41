"""Who walks the demo's projects through the services, from the record to the use."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from django.core.files.uploadedfile import SimpleUploadedFile

from allocation.models import Application, Project
from allocation.rules import replacement
from allocation.selectors.assessments import Asked, project_facts
from allocation.selectors.stocks import Owner
from allocation.services import applications, assessments, holds, projects, releases, vouchers
from allocation.services.projects import Books, Content
from allocation.vocabulary import ApplicationStatus as S
from allocation.vocabulary import Priority
from quota_registry.demo.people import Cast
from quota_registry.demo.plans import Plan
from quota_registry.demo.stock import word_of
from quota_registry.kernel.demo_accounts import CITY
from quota_registry.kernel.mass import Grams, grams_of
from quota_registry.kernel.models import Person, Place, Polluter, StoredFile
from quota_registry.kernel.services import files, rulebooks
from quota_registry.kernel.vocabulary import Medium, Pollutant

WAY: Final = (
    (S.FILED, 0),
    (S.SCREENED, 3),
    (S.ASSESSED, 7),
    (S.HELD, 12),
    (S.VOUCHERED, 20),
    (S.APPROVED, 45),
    (S.IN_USE, 150),
)
"""The ordinary way, with the days from its filing."""

GATE_OPENS: Final = (1, 29)
"""The day of the year from which last year's judgement opens the city's reserve."""


class Clerk:
    """Walks projects and their applications through the services with the demo's people."""

    def __init__(self, cast: Cast, proof: bytes, today: date) -> None:
        self.cast, self.proof, self.today = cast, proof, today
        self._plants: dict[str, list[Polluter]] = {}
        self._serial = 0

    # ── Who and what ──
    def plant(self, place: str, number: int) -> Polluter:
        """Return a registered polluter of a place by its number there."""
        if place not in self._plants:
            found = Polluter.objects.filter(place=place, confirmed=True).select_related("place")
            self._plants[place] = list(found.order_by("uscc"))
        return self._plants[place][number]

    def who(self, place: Place, seat: str) -> Person:
        """Return who sits in a seat of the bureau that answers for *place*."""
        return self.cast[f"{word_of(place)}.{seat}"]

    def paper(self, name: str, place: Place, by: Person) -> StoredFile:
        """Keep the demo's sample page under a name."""
        upload = SimpleUploadedFile(name, self.proof, content_type="application/pdf")
        return files.store(upload=upload, place=place, by=by)

    def document(self, on: date) -> str:
        """Number the approvals as the bureau does."""
        self._serial += 1
        return f"苏环建〔{on.year}〕83第{1000 + self._serial}号"

    # ── From the project to its application ──
    def record(self, plan: Plan, on: date) -> Project:
        """Put the project of *plan* on record, and let a second person class it if it is one."""
        polluter = self.plant(plan.place, plan.plant)
        officer = self.who(polluter.place, "officer")
        strategic = bool(plan.strategic)
        project = projects.record(
            content=Content(
                polluter=polluter,
                name=plan.name,
                kind=plan.kind,
                books=[_books(code, plan) for code in plan.adds],
                site=polluter.address,
                lake_tai_zone=plan.zone,
                strategic_class=plan.strategic,
                strategic_basis=f"苏发改高技〔{on.year}〕{on.month}号" if strategic else "",
                strategic_file=self.paper("产业认定.pdf", polluter.place, officer)
                if strategic
                else None,
                priority=plan.priority,
                priority_basis=f"苏发改投〔{on.year}〕{on.month}号"
                if plan.priority != Priority.NONE
                else "",
                exempt_kind=plan.exempt,
                exempt_reason="列入环发〔2014〕197号免于替代的范围" if plan.exempt else "",
            ),
            by=officer,
            on=on,
        )
        if strategic and plan.strategic_is_approved:
            return projects.approve_strategic(project=project, by=self.cast["city.office"], on=on)
        return project

    def draft(
        self,
        project: Project,
        sources: Sequence[Asked],
        on: date,
        *,
        exception: str = "",
        supplements: Application | None = None,
    ) -> Application:
        """Draft an application of *project* with its sources."""
        officer = self.who(project.place, "officer")
        application = applications.draft(
            project=project, supplements=supplements, by=officer, on=on
        )
        return applications.name_sources(
            application=application,
            asked=sources,
            exception_reason=exception,
            by=officer,
            on=on,
        )

    @staticmethod
    def asked(
        project: Project, on: date, *, source: str = "", supplement: bool = False
    ) -> list[Asked]:
        """Ask one reserve, its own unless said otherwise, for all that a project must replace."""
        facts = project_facts(project, on=on, supplements=supplement)
        owner = Owner(place=source or project.place_id)
        owed = replacement.duties(facts, book=rulebooks.in_force(on))
        return [Asked(code, owner, duty.required) for code, duty in owed.items()]

    def begins(self, plan: Plan) -> date:
        """Say when a story begins; what draws on the city waits for the year's judgement."""
        begins = self.today - timedelta(days=plan.back)
        if plan.source != CITY:
            return begins
        # The judgement of January is the one of the year of last month.
        year = (self.today.replace(day=1) - timedelta(days=1)).year
        return max(begins, date(year, *GATE_OPENS))

    def after(self, begins: date, days: int) -> date:
        """Give the day so many days after the beginning, today at the latest."""
        return min(self.today, begins + timedelta(days=days))

    def walk(self, application: Application, to: S, begins: date) -> Application:
        """Walk an application from its draft to *to* by its ordinary way."""
        for status, days in WAY if to is not S.DRAFT else ():
            self._step(application, status, self.after(begins, days))
            application = Application.objects.get(pk=application.pk)
            if status is to:
                break
        return application

    def _step(self, application: Application, to: S, on: date) -> None:
        place = application.place
        match to:
            case S.FILED:
                applications.file(application=application, by=self.who(place, "officer"), on=on)
            case S.SCREENED:
                applications.screen(
                    application=application,
                    version=application.version,
                    by=self.who(place, "screener"),
                    on=on,
                    note="材料齐全。",
                )
            case S.ASSESSED:
                for medium in sorted({line.medium for line in application.lines.all()}):
                    self.assess(application, Medium(medium), on)
            case S.HELD:
                holds.hold(
                    application=application,
                    version=application.version,
                    by=self.cast["city.office2"],
                    on=on,
                )
            case S.VOUCHERED:
                self._release(application, on)
            case S.APPROVED:
                self.approve(application, on, {})
            case S.IN_USE:
                vouchers.use(
                    application=application,
                    version=application.version,
                    used_on=on,
                    by=self.who(place, "officer"),
                    on=on,
                )

    def assess(self, application: Application, medium: Medium, on: date) -> None:
        """Let one division agree."""
        division = "city.water" if medium is Medium.WATER else "city.air"
        assessments.assess(
            application=application,
            version=application.version,
            medium=medium,
            by=self.cast[division],
            on=on,
        )

    def _release(self, application: Application, on: date) -> None:
        version = application.version
        if application.sources.filter(place=CITY).exists():
            releases.sign(
                application=application,
                version=version,
                place=Place.objects.get(pk=CITY),
                text="同意投放。",
                by=self.cast["city.director"],
                on=on,
            )
        if application.exception_reason:
            releases.countersign(
                application=application,
                version=version,
                reason="理由成立。",
                by=self.cast["city.office"],
                on=on,
            )
        releases.release(
            application=application, version=version, by=self.who(application.place, "head"), on=on
        )

    def approve(
        self, application: Application, on: date, increments: dict[Pollutant, Grams]
    ) -> Application:
        """Record the EIA approval, of what was asked for unless said otherwise."""
        return vouchers.approve(
            application=application,
            version=application.version,
            number=self.document(on),
            approved_on=on,
            increments=increments,
            by=self.who(application.place, "officer"),
            on=on,
        )


def _books(code: str, plan: Plan) -> Books:
    """Write the three books of a project: it cuts two thirds of what it generates."""
    pollutant, offset = Pollutant(code), grams_of(plan.offset.get(code, "0"))
    adds = grams_of(plan.adds[code])
    # What is cut elsewhere in the plant is emitted here on top of the increment.
    below = code in plan.offset and plan.to is None
    emission = adds if below else Grams(adds + offset)
    water = pollutant.medium is Medium.WATER
    piped = Grams(emission * 2) if water else None
    return Books(
        pollutant=pollutant,
        generation=Grams(emission * 3),
        reduction=Grams(emission if water else emission * 2),
        emission=emission,
        piped=piped,
        existing=Grams(offset * 2),
        offset=offset,
    )
