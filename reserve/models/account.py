"""Accounts: who holds what, as the ledger understands it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.vocabulary import Pollutant
from reserve.vocabulary import AccountKind

_NOBODY = Q(place__isnull=True, polluter__isnull=True, city="")
_A_PLACE = Q(place__isnull=False, polluter__isnull=True, city="")
_A_POLLUTER = Q(place__isnull=True, polluter__isnull=False, city="")
_PLACE_KINDS = (
    AccountKind.RESERVE,
    AccountKind.BINDING,
    AccountKind.PRIOR_USE,
    AccountKind.COVER,
    AccountKind.VOID,
)


class AccountName(models.Func):
    """
    The natural key of an account as one text: ``RESERVE/NOX/320583/``.

    ``#`` marks a polluter and ``@`` a city outside, so that no two owners share a name.
    """

    template = (
        "kind || '/' || pollutant || '/' || coalesce(place_id, '')"
        " || coalesce('#' || polluter_id::text, '')"
        " || CASE WHEN city <> '' THEN '@' || city ELSE '' END || '/' || case_number"
    )
    output_field = models.TextField()


class Account(models.Model):
    """
    One pollutant in one hand for one purpose. The ledger opens it on first use.

    ``case`` is the hold's number for HELD, the construction project for USED and the kind of
    lot for ORIGIN, so that nothing is pooled that must be told apart later.
    """

    kind = models.CharField(_("账户类型"), max_length=10, choices=AccountKind.choices)
    place = models.ForeignKey(
        "kernel.Place", models.PROTECT, related_name="accounts", null=True, blank=True
    )
    polluter = models.ForeignKey(
        "kernel.Polluter", models.PROTECT, related_name="accounts", null=True, blank=True
    )
    city = models.CharField(_("市外城市"), max_length=20, blank=True, default="")
    pollutant = models.CharField(_("污染物"), max_length=5, choices=Pollutant.choices)
    case = models.CharField(
        _("事项"), max_length=80, blank=True, default="", db_column="case_number"
    )
    may_be_negative = models.BooleanField(default=False, editable=False)
    name = models.GeneratedField(
        expression=AccountName(), output_field=models.TextField(), db_persist=True
    )

    class Meta:
        verbose_name = _("账户")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["name"], name="an_account_is_opened_once"),
            models.UniqueConstraint(
                fields=["kind", "place", "polluter", "city", "pollutant", "case"],
                name="one_hand_one_purpose_one_account",
                nulls_distinct=False,
            ),
            # What balances refer to, so that the sign they may take is a CHECK on their own row.
            models.UniqueConstraint(
                fields=["id", "may_be_negative"], name="an_account_says_whether_it_may_be_negative"
            ),
            models.CheckConstraint(
                name="only_where_mass_comes_from_may_be_negative",
                condition=Q(
                    kind__in=(AccountKind.ORIGIN, AccountKind.OUTSIDE), may_be_negative=True
                )
                | (
                    ~Q(kind__in=(AccountKind.ORIGIN, AccountKind.OUTSIDE))
                    & Q(may_be_negative=False)
                ),
            ),
            models.CheckConstraint(
                name="an_account_belongs_to_whom_its_kind_says",
                condition=(Q(kind=AccountKind.ORIGIN) & _NOBODY & ~Q(case=""))
                | (Q(kind__in=_PLACE_KINDS, case="") & _A_PLACE)
                | (Q(kind=AccountKind.HOLDING, case="") & _A_POLLUTER)
                | (Q(kind=AccountKind.HELD) & ~Q(case="") & (_A_PLACE | _A_POLLUTER))
                | (Q(kind=AccountKind.USED) & ~Q(case="") & _A_POLLUTER)
                | (
                    Q(kind=AccountKind.OUTSIDE, place__isnull=True, polluter__isnull=True, case="")
                    & ~Q(city="")
                ),
            ),
            models.CheckConstraint(
                name="an_account_holds_one_of_the_eight_pollutants",
                condition=Q(pollutant__in=Pollutant.values),
            ),
        ]
        indexes = [
            models.Index(fields=["place", "kind", "pollutant"], name="account_of_place"),
            models.Index(fields=["polluter", "kind", "pollutant"], name="account_of_polluter"),
        ]

    def __str__(self) -> str:
        return str(self.name)
