"""
The bureau's own list, from the file to the balances.

It goes in as it stands, through the services that the pages call. What the balances must be is
reckoned here from the cells of the file, with openpyxl and this test's own arithmetic, and with
nothing of the registry's.
"""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any, Final

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection

from quota_registry.kernel.models import Appointment, Permit, Person, Place, Polluter
from quota_registry.kernel.services import audit, polluters, reference
from quota_registry.kernel.vocabulary import Medium, Pollutant, Role
from reserve.models import Claim, ImportBatch, ImportRow, Opinion
from reserve.selectors import batches as shown
from reserve.services import (
    admissions,
    batch_filing,
    batch_work,
    batches,
    joint_reviews,
    letters,
    reviews,
    screening,
)
from reserve.services.letters import Confirmed
from reserve.services.outcomes import Outcome
from reserve.vocabulary import AccountingMethod, ClaimStatus
from tests.factories import found_sound

BUREAU: Final = Path(__file__).parents[2] / "fixtures" / "bureau"
ON: Final = date(2026, 10, 9)
PLANTED: Final[list[dict[str, Any]]] = [
    case
    for case in json.loads((BUREAU / "expected.json").read_text(encoding="utf-8"))
    if case["file"] == "claims.xlsx"
]
LATE: Final = "三季度集中补报"


# ── The sum by hand ──
CODES: Final = ("COD", "NH3N", "TN", "TP", "SO2", "NOX", "VOCS", "PM")
VERIFIED, BINDING, EARLIER = "L", "T", "AB"
PLACES: Final = {
    "虎丘区": "320505",
    "吴中区": "320506",
    "相城区": "320507",
    "姑苏区": "320508",
    "吴江区": "320509",
    "常熟市": "320581",
    "常熟": "320581",
    "张家港市": "320582",
    "昆山市": "320583",
    "太仓市": "320585",
    "苏州工业园区": "320500P01",
    "吴江经济技术开发区": "320509P01",
    "常熟经济技术开发区": "320581P01",
    "张家港保税区": "320582P01",
    "昆山经济技术开发区": "320583P01",
    "太仓港经济技术开发区": "320585P01",
    "苏州高新区": "320505P01",
}
# What an untidy cell says, read by eye.
BY_EYE: Final = {(111, "L"): Decimal("12.5"), (113, "L"): Decimal("1234.5")}


def stays_out(case: dict[str, Any]) -> bool:
    """The rows that do not end in the balances: wrong ones, refused ones, and the unflagged one."""
    return case["must"].startswith(("error", "refuse"))


def by_hand() -> dict[tuple[str, str, str], int]:
    """Sum the file up: (kind of account, place, pollutant) to grams."""
    sheet = openpyxl.load_workbook(BUREAU / "claims.xlsx", data_only=False)["申报汇总"]
    out = {case["row"] for case in PLANTED if stays_out(case)}
    sums: dict[tuple[str, str, str], int] = defaultdict(int)
    for row in range(5, 245):
        if row in out:
            continue
        place = PLACES[str(sheet[f"B{row}"].value).strip()]
        for offset, code in enumerate(CODES):
            verified, binding, earlier = (
                _grams(sheet, row, first, offset) for first in (VERIFIED, BINDING, EARLIER)
            )
            admissible = verified - binding - earlier
            city = admissible * 3 // 10
            sums["BINDING", place, code] += binding
            sums["PRIOR_USE", place, code] += earlier
            sums["RESERVE", "320500", code] += city
            sums["RESERVE", place, code] += admissible - city
    return {key: grams for key, grams in sums.items() if grams}


def _grams(sheet: Any, row: int, first: str, offset: int) -> int:
    cell = sheet.cell(row=row, column=openpyxl.utils.column_index_from_string(first) + offset)
    value = BY_EYE.get((row, cell.column_letter), cell.value)
    if value is None:
        return 0
    grams = Decimal(str(value)) * 1_000_000
    assert grams == int(grams), (row, cell.column_letter)
    return int(grams)


# ── The people ──
def person(username: str, *posts: tuple[str, str]) -> Person:
    audit.sign(by=Person.objects.get_system())
    found = Person.objects.create_user(username, "correct horse battery", name=username)
    Appointment.objects.bulk_create(
        Appointment(person=found, role=role, place_id=place, during=(date(2020, 1, 1), None))
        for role, place in posts
    )
    return found


@pytest.fixture
def city(db: None) -> dict[str, Person]:
    reference.load()
    counties = sorted({code[:6] for code in PLACES.values()} - {"320500"})
    return {
        "office": person("office.a", (Role.GENERAL_OFFICE, "320500")),
        "chief": person("office.b", (Role.GENERAL_OFFICE, "320500")),
        "water": person("water", (Role.DIVISION_REVIEWER_WATER, "320500")),
        "air": person("air", (Role.DIVISION_REVIEWER_AIR, "320500")),
        "screener": person(
            "screener",
            *((Role.COUNTY_SCREENER, county) for county in counties),
            (Role.COUNTY_SCREENER, "320500P01"),
        ),
        "officer": person("officer", (Role.COUNTY_OFFICER, "320583")),
    }


def scan() -> SimpleUploadedFile:
    return SimpleUploadedFile("汇总表盖章扫描件.pdf", b"%PDF-1.7 scan", "application/pdf")


def list_file() -> SimpleUploadedFile:
    return SimpleUploadedFile("claims.xlsx", (BUREAU / "claims.xlsx").read_bytes())


def previewed(by: Person, place: str = "320500") -> ImportBatch:
    batch = batches.upload(upload=list_file(), place=Place.objects.get(code=place), by=by, on=ON)
    return batch_work.read(batch=batch, on=ON)


def accepted(by: Person, **more: Any) -> ImportBatch:
    batch = batches.consent(batch=previewed(by), by=by, on=ON, **more)
    return batch_work.accept(batch=batch, by=by, on=ON)


def counted(batch: ImportBatch) -> dict[str, int]:
    return {name: n for name, n in batch.counts.items() if isinstance(n, int) and n}


# ── The preview ──
def test_a_preview_says_of_every_planted_defect_what_is_expected(city: dict[str, Person]) -> None:
    batch = previewed(city["office"])

    assert batch.state == ImportBatch.State.PREVIEW
    assert counted(batch) == {
        "rows": 240,
        "good": 228,
        "drafts": 228,
        "errors": 11,
        "refused": 1,
        "hindered": 1,
        "warned": 2,
        "new_polluters": 228,
        "new_permits": 228,
    }
    verbs = {
        "error": {"error", "hindrance"},
        "refuse": {"refusal"},
        "accept": {"note"},
        "warn": {"warning"},
    }
    for case in PLANTED:
        row = ImportRow.objects.get(batch=batch, row=case["row"])
        found = [f for f in shown.findings_of(row, file="") if f.column == case["column"]]
        assert len(found) == 1, case
        assert found[0].severity.value in verbs[case["must"].partition(":")[0]], case
        assert bool(row.errors) is (stays_out(case) and case["planted"] != "no_flags"), case


def test_a_preview_puts_nothing_into_the_register(city: dict[str, Person]) -> None:
    previewed(city["office"])

    assert (Claim.objects.count(), Polluter.objects.count(), Permit.objects.count()) == (0, 0, 0)


def test_a_county_officer_gets_what_lies_in_the_county_and_no_more(
    city: dict[str, Person],
) -> None:
    batch = previewed(city["officer"], "320583")

    inside = ImportRow.objects.filter(batch=batch, errors=[])
    assert {row.values["declarer"] for row in inside} == {"320583", "320583P01"}
    beyond = ImportRow.objects.get(batch=batch, row=5)
    (found,) = shown.findings_of(beyond, file="")
    assert (found.code, found.cell) == ("outside_your_places", "B5")
    assert found.message == "张家港保税区不在您的辖区内，不得由您导入"


def test_a_former_code_is_an_error_that_names_its_holder(city: dict[str, Person]) -> None:
    code = "91320582MA1000017X"
    row = ImportRow.objects.get(batch=previewed(city["office"]), row=5)
    place = Place.objects.get(code="320583")
    audit.sign(by=city["officer"])
    holder = polluters.register(
        uscc=row.values["uscc"], name="甲厂", place=place, by=city["officer"], on=ON
    )
    polluters.rename(polluter=holder, name="乙厂", uscc=code, by=city["officer"], on=ON)

    batch = previewed(city["office"])

    row = ImportRow.objects.get(batch=batch, row=5)
    (found,) = shown.findings_of(row, file="")
    assert (found.code, found.header, found.severity.value) == (
        "former_code",
        "统一社会信用代码",
        "error",
    )
    former = row.values["uscc"]
    assert found.message == f"{former}是“乙厂”的曾用代码，请改填其现用代码{code}"
    assert counted(batch)["new_polluters"] == 227


# ── Consent ──
def test_on_consent_the_good_rows_become_drafts_of_the_batch(city: dict[str, Person]) -> None:
    batch = accepted(city["office"])

    assert batch.state == ImportBatch.State.ACCEPTED
    assert batch.counts["made"] == {"claims": 228, "lines": 1116, "registered": 228}
    claims = Claim.objects.filter(batch=batch)
    assert set(claims.values_list("status", flat=True)) == {ClaimStatus.DRAFT}
    first = claims.select_related("polluter", "permit").get(
        origin_row=ImportRow.objects.get(batch=batch, row=5).digest
    )
    assert first.number == "320582P01-SB-2026-00001"
    assert (first.place_id, first.beneficiary_id) == ("320582P01", "320582P01")
    assert (first.polluter.name, first.polluter.confirmed) == (
        "张家示范安泰污水处理1001有限公司",
        False,
    )
    assert first.permit is not None
    assert not first.permit.confirmed
    assert first.permit.versions.get().changed_on == date(2025, 9, 3)
    assert (first.finished_on, first.due_on) == (date(2025, 8, 23), date(2025, 10, 3))
    assert [
        (line.pollutant, line.method, line.inputs, line.verified, line.binding, line.prior_use)
        for line in first.lines.all()
    ] == [
        ("COD", AccountingMethod.STATED_BY_BUREAU, {"amount": "21.551"}, 21551000, 0, 0),
        ("NH3N", AccountingMethod.STATED_BY_BUREAU, {"amount": "0.4771"}, 477100, 0, 47710),
        ("TN", AccountingMethod.STATED_BY_BUREAU, {"amount": "1.181"}, 1181000, 236200, 0),
        ("TP", AccountingMethod.STATED_BY_BUREAU, {"amount": "0.449931"}, 449931, 0, 0),
    ]


def test_the_same_file_again_changes_nothing(city: dict[str, Person]) -> None:
    accepted(city["office"])
    before = register()

    again = previewed(city["chief"])

    assert counted(again) == {
        "rows": 240,
        "good": 228,
        "unchanged": 228,
        "errors": 11,
        "refused": 1,
    }
    with pytest.raises(batches.NothingToTake):
        batches.consent(batch=again, by=city["chief"], on=ON)
    assert register() == before


def register() -> list[tuple[int, int]]:
    """Count and sum up every row of the register that an import could touch."""
    tables = ("reserve_claim", "reserve_claimline", "kernel_polluter", "kernel_permit")
    found = []
    with connection.cursor() as cursor:
        for table in (*tables, "kernel_permitversion", "kernel_rowevent"):
            cursor.execute(
                f"SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) "
                f"FROM {table} AS t"
                + (" WHERE \"table\" LIKE '%claim%'" if table == "kernel_rowevent" else "")
            )
            found.append(cursor.fetchone())
    return found


def test_the_same_project_from_another_row_is_refused_with_its_number(
    city: dict[str, Person],
) -> None:
    batch = accepted(city["office"])
    claim = Claim.objects.get(number="320582P01-SB-2026-00001")
    with connection.cursor() as cursor:
        # As if the list stated another amount than the claim's own row did.
        cursor.execute("SELECT set_config('quota.person', %s, true)", [str(city["office"].pk)])
        cursor.execute("UPDATE reserve_claim SET origin_row = '' WHERE id = %s", [claim.pk])

    again = previewed(city["chief"])

    (found,) = shown.findings_of(ImportRow.objects.get(batch=again, row=5), file="")
    assert batch.pk != again.pk
    assert (found.code, found.cell, found.clause and found.clause.key) == (
        "claimed_before",
        "H5",
        "21.2",
    )
    assert "320582P01-SB-2026-00001" in found.message


def test_every_row_that_came_in_has_a_person_in_its_history(city: dict[str, Person]) -> None:
    accepted(city["office"])

    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT "table", count(*) FROM kernel_rowevent
                WHERE person_id = %s AND verb = 'insert' GROUP BY 1""",
            [city["office"].pk],
        )
        written = dict(cursor.fetchall())
    assert written["reserve_claim"] == 228
    assert written["reserve_claimline"] == 1116
    assert written["kernel_polluter"] == written["kernel_permit"] == 228


# ── To the end ──
def all_done(outcomes: list[Outcome], many: int) -> None:
    assert [str(one.refusal) for one in outcomes if one.refusal] == []
    assert len(outcomes) == many


def now(status: str) -> list[tuple[Claim, int]]:
    claims = Claim.objects.filter(status=status).select_related("place", "polluter", "batch")
    return [(claim, claim.version) for claim in claims]


def test_the_good_rows_end_as_balances_that_equal_a_sum_by_hand(city: dict[str, Person]) -> None:
    batch = accepted(city["office"], late_reason=LATE, scan=scan())

    filed = batch_filing.file(batch=batch, by=city["office"], on=ON)
    assert len(filed) == 228
    (unflagged,) = [one for one in filed if one.refusal]
    assert unflagged.claim.origin_row == ImportRow.objects.get(batch=batch, row=140).digest
    assert unflagged.refusal
    assert unflagged.refusal.clause
    assert unflagged.refusal.clause.key.startswith("12")

    by = city["screener"]
    all_done(screening.receive_many(items=now(ClaimStatus.FILED), by=by, on=ON), 227)
    all_done(screening.screen_many(items=now(ClaimStatus.RECEIVED), by=by, on=ON), 227)
    for medium, seat in ((Medium.WATER, "water"), (Medium.AIR, "air")):
        mine = [
            (claim, version)
            for claim, version in now(ClaimStatus.SCREENED)
            if any(Pollutant(line.pollutant).medium == medium for line in claim.lines.all())
        ]
        done = reviews.accept_many(items=mine, medium=medium, by=city[seat], on=ON)
        all_done(done, len(mine))
    assert len(now(ClaimStatus.REVIEWED)) == 227
    drawn = [claim for claim, _version in now(ClaimStatus.REVIEWED) if claim.inspections.exists()]
    visit(drawn)
    for seat, who in (("water", "water"), ("air", "air"), ("office", "chief")):
        signed = joint_reviews.sign_many(
            items=now(ClaimStatus.REVIEWED),
            seat=Opinion.Seat(seat),
            agrees=True,
            text="同意",
            by=city[who],
            on=ON,
        )
        all_done(signed, 227)
    all_done(
        joint_reviews.conclude_many(items=now(ClaimStatus.REVIEWED), by=city["chief"], on=ON), 227
    )
    reply = letters.confirm(
        number="苏环函〔2026〕88号",
        dated=ON,
        claims=[Confirmed(claim, version) for claim, version in now(ClaimStatus.JOINT_REVIEWED)],
        by=city["chief"],
        on=ON,
    )
    all_done(reply.outcomes, 227)
    all_done(
        admissions.admit_many(items=now(ClaimStatus.PROVINCE_CONFIRMED), by=city["chief"], on=ON),
        227,
    )

    assert balances() == by_hand()
    assert Claim.objects.filter(status=ClaimStatus.ADMITTED).count() == 227


def visit(drawn: list[Claim]) -> None:
    """Find what was drawn for an inspection to be as it was claimed."""
    for claim in drawn:
        by = Person.objects.filter(username="inspector").first() or person(
            "inspector", (Role.INSPECTOR, "320500")
        )
        for inspection in claim.inspections.filter(finding=""):
            found_sound(inspection, by=by, on=ON)


def balances() -> dict[tuple[str, str, str], int]:
    """What the ledger's accounts hold, straight from its table."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT a.kind, a.place_id, a.pollutant, sum(b.grams)
                 FROM reserve_balance AS b JOIN reserve_account AS a ON a.id = b.account_id
                WHERE a.kind <> 'ORIGIN' GROUP BY 1, 2, 3 HAVING sum(b.grams) <> 0"""
        )
        return {(kind, place, code): int(grams) for kind, place, code, grams in cursor.fetchall()}


def test_the_command_says_what_is_in_the_list_and_takes_it(city: dict[str, Person]) -> None:
    said = StringIO()

    call_command(
        "import_claims",
        str(BUREAU / "claims.xlsx"),
        by="office.a",
        accept=True,
        late_reason=LATE,
        stdout=said,
    )

    assert "申报汇总 P67 error: -4.34926为负数，减排量不得为负数" in said.getvalue()
    assert Claim.objects.filter(status=ClaimStatus.DRAFT).count() == 228
    with pytest.raises(CommandError, match="no such user"):
        call_command("import_claims", str(BUREAU / "claims.xlsx"), by="nobody")
