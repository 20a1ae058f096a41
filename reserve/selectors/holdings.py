"""What polluters hold themselves (§13)."""

from __future__ import annotations

from django.db.models import Sum

from quota_registry.kernel.models import Polluter
from reserve.models import Balance
from reserve.vocabulary import AccountKind


def held_by(polluter: Polluter) -> list[tuple[str, int]]:
    """Give what *polluter* holds, by pollutant, in grams; what it holds nothing of is left out."""
    rows = (
        Balance.objects.filter(
            account__kind=AccountKind.HOLDING, account__polluter=polluter, grams__gt=0
        )
        .values_list("account__pollutant")
        .annotate(total=Sum("grams"))
        .order_by("account__pollutant")
    )
    return list(rows)
