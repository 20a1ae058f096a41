"""§4 and §13: by when a reduction is declared, and how the admitted mass is divided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from quota_registry.kernel import mass
from quota_registry.kernel.calendar import WorkingCalendar, filed_in_time, months_after
from quota_registry.kernel.clauses import clause
from quota_registry.kernel.mass import NOTHING, Grams
from quota_registry.kernel.refusals import Refusal
from quota_registry.kernel.rulebook import RuleBook
from quota_registry.kernel.verdicts import Verdict


class FiledLate(Refusal):
    """The claim came after its due date, and nobody said why."""

    code = "filed_late"
    message = _("申报期限为%(due)s，已逾期%(days)s天，须填写逾期原因")


class NoDueDate(Refusal):
    """Neither a change of permit nor an acceptance of the works is on record."""

    code = "no_due_date"
    message = _("缺少许可证变更日期；无许可证的项目须填写工程验收日期")


class NotTheWhole(Refusal):
    """The province's part is more than there is to divide."""

    code = "province_part_too_large"
    message = _("省级储备量%(province)s超过可入库量%(admissible)s吨/年")


@dataclass(frozen=True, slots=True)
class Shares:
    """How an amount that enters the reserve is divided among the tiers."""

    province: Grams
    city: Grams
    local: Grams

    @property
    def total(self) -> Grams:
        """Give the amount that was divided."""
        return Grams(self.province + self.city + self.local)


def due_on(
    *, permit_changed_on: date | None, accepted_on: date | None = None, book: RuleBook
) -> date:
    """
    Give the day by which a reduction is to be declared: within one month after the permit changed.

    Where there is no permit (rural sewage, livestock) the acceptance of the works counts.

    :raises NoDueDate: if neither date is known.
    """
    began = permit_changed_on or accepted_on
    if began is None:
        raise NoDueDate(clause=clause("4.1"))
    return months_after(began, book.claim_due_months)


def filed_by_due_date(
    *, due: date, filed_on: date, calendar: WorkingCalendar, reason: str = ""
) -> Verdict:
    """Judge whether a claim is in time; a late one passes with its reason."""
    late = not filed_in_time(due=due, filed_on=filed_on, calendar=calendar)
    return Verdict(
        refusal=FiledLate,
        clause=clause("4.1"),
        passes=not late or bool(reason.strip()),
        facts={"due": due, "days": max(0, (filed_on - due).days)},
    )


def province_part(admissible: Grams, *, book: RuleBook) -> Grams:
    """Fill in the province's part by the book's share; what its letter says replaces it."""
    return mass.scale_down(admissible, book.province_share)


def province_part_fits(province: Grams, admissible: Grams) -> Verdict:
    """Judge whether the part that the province's letter states can be taken from the amount."""
    return Verdict(
        refusal=NotTheWhole,
        clause=clause("4.1"),
        passes=NOTHING <= province <= admissible,
        facts={"province": mass.text(province), "admissible": mass.text(admissible)},
    )


def divide(admissible: Grams, *, province: Grams, book: RuleBook) -> Shares:
    """
    Divide what enters the reserve: the province's part first, the rest 3 : 7.

    The city's part is rounded down, so the remainder falls to the county or the park.

    :raises NotTheWhole: if the province's part exceeds what there is.
    """
    province_part_fits(province, admissible).require()
    rest = Grams(admissible - province)
    city, local = mass.split_exactly(rest, (book.city_part, book.local_part))
    return Shares(province=province, city=city, local=local)


def bought_in(amount: Grams) -> Shares:
    """Say where bought-in mass goes: whole to the local reserve, unsplit (§13)."""
    return Shares(province=NOTHING, city=NOTHING, local=amount)
