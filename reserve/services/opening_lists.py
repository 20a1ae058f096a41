"""Opening stock from a file: the whole list or nothing of it, with every error by its cell."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.imports.findings import Finding
from quota_registry.kernel.mass import Grams
from quota_registry.kernel.models import Person, Place, Polluter
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import Refusal
from quota_registry.kernel.services import access, files
from reserve.imports.opening import OpeningLine, codes_of, read_opening
from reserve.models import OpeningStock
from reserve.services import opening
from reserve.services.opening import Row

KEPT_AS_TEXT = ("case", "provincial_number", "document", "note")


class ListHasErrors(Refusal):
    """An opening is laid down whole, so a list with errors is not taken; they are listed."""

    code = "list_has_errors"
    status = 400
    message = _("清单有%(count)s处错误，整份不予导入：%(first)s")

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = list(findings)
        first = self.findings[0]
        super().__init__(count=len(self.findings), first=f"{first.cell} {first.message}")


class EmptyList(Refusal):
    """The list has no rows."""

    code = "empty_list"
    status = 400
    message = _("清单没有数据行")


@transaction.atomic
def bring(
    *,
    upload: UploadedFile[Any],
    place: Place,
    document: str,
    effective_on: date,
    by: Person,
    on: date,
) -> OpeningStock:
    """
    Lay down what a list says that *place* had on day one, for a second person to approve.

    :raises HostileFile: if the file may not be opened.
    :raises NoSuchTable: if it is no list of opening stock.
    :raises ListHasErrors: with everything that is wrong, by cell.
    """
    access.require(by, Permission.IMPORT_OPENING, place, on=on)

    content = upload.read()
    upload.seek(0)
    name = upload.name or ""
    known = dict(
        Polluter.objects.filter(uscc__in=codes_of(content, file=name)).values_list("uscc", "pk")
    )
    lines = read_opening(content, file=name, polluters=known, on=effective_on)
    if not lines:
        raise EmptyList
    wrong = [f for line in lines for f in line.findings if f.severity.keeps_the_row_out]
    if wrong:
        raise ListHasErrors(wrong)

    files.store(upload=upload, place=place, by=by, is_list=True)
    return opening.bring(
        place=place,
        document=document,
        effective_on=effective_on,
        rows=[_row(line) for line in lines],
        by=by,
        on=on,
    )


def _row(line: OpeningLine) -> Row:
    values = line.values
    return Row(
        line=line.number,
        what=values["what"].value,
        pollutant=values["pollutant"].value,
        grams=Grams(values["grams"]),
        polluter=line.polluter,
        vintage=values.get("vintage"),
        provincial_date=values.get("provincial_date"),
        lake_tai=values.get("lake_tai", False),
        **{name: values.get(name, "") for name in KEPT_AS_TEXT},
    )
