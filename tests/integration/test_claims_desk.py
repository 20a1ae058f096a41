"""The desk: what waits for whom, acts on many, hand-overs, letters, tasks, notices (§4, §5)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from quota_registry.kernel.models import Notice, Person
from quota_registry.kernel.refusals import NotPermitted, OutOfReach
from reserve.models import Claim, ProvinceLetter
from reserve.rules.intake import NotTheWhole
from reserve.selectors import claims as selectors
from reserve.selectors import waiting
from reserve.services import (
    admissions,
    corrections,
    handovers,
    joint_reviews,
    letters,
    reviews,
    screening,
)
from reserve.services.handovers import CannotTakeOver
from reserve.services.letters import AnotherLetter, Confirmed, LetterIncomplete, NotOfTheClaim
from reserve.services.seen import ChangedSince
from reserve.vocabulary import ClaimStatus
from tests import factories
from tests.factories import ON, T, content, line

pytestmark = pytest.mark.django_db


def asked(who: str, on: date = ON) -> list[tuple[str, str]]:
    return [(todo.verb, todo.number) for todo in waiting.waiting_for(factories.person(who), on=on)]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (ClaimStatus.DRAFT, {"kunshan.officer": ["file"]}),
        (ClaimStatus.FILED, {"kunshan.screener": ["receive"]}),
        (ClaimStatus.RECEIVED, {"kunshan.screener": ["screen"]}),
        (ClaimStatus.SCREENED, {"city.air": ["review_air"]}),
        (
            ClaimStatus.REVIEWED,
            {
                "city.water": ["sign_water"],
                "city.air": ["sign_air"],
                "city.office": ["sign_office"],
                "city.office2": ["sign_office"],
            },
        ),
        (ClaimStatus.JOINT_REVIEWED, {"city.office": ["confirm"], "city.office2": ["confirm"]}),
        (ClaimStatus.PROVINCE_CONFIRMED, {"city.office": ["admit"], "city.office2": ["admit"]}),
        (ClaimStatus.ADMITTED, {}),
    ],
)
def test_each_status_waits_for_exactly_those_who_may_act(
    status: str, expected: dict[str, list[str]]
) -> None:
    claim = factories.claim_at(status)
    found = {name: asked(name) for name in factories.PEOPLE}
    assert {name: [verb for verb, _number in todo] for name, todo in found.items() if todo} == (
        expected
    )
    assert {number for todo in found.values() for _verb, number in todo} <= {claim.number}


def test_overdue_comes_first_and_says_by_how_much() -> None:
    late = factories.draft(content(permit_changed_on=date(2026, 8, 1), number=2))
    early = factories.draft()
    found = waiting.waiting_for(factories.person("kunshan.officer"), on=ON)
    assert [(todo.number, todo.due, todo.overdue_days) for todo in found] == [
        (late.number, date(2026, 9, 1), 14),
        (early.number, date(2026, 9, 30), 0),
    ]
    assert found[0].url_args == (late.number,)


def test_the_desk_asks_as_often_for_many_claims_as_for_one() -> None:
    office = factories.person("city.office")
    counts = []
    for number in (1, 2, 3):
        factories.claim_at(ClaimStatus.REVIEWED, content(number=number))
        factories.claim_at(ClaimStatus.JOINT_REVIEWED, content(number=number + 10))
        with CaptureQueriesContext(connection) as asked_for:
            found = waiting.waiting_for(Person.objects.get(pk=office.pk), on=ON)
        counts.append((len(found), len(asked_for)))
    assert counts == [(2, 6), (4, 6), (6, 6)]


def test_many_are_reviewed_at_once_and_each_tells_what_came_of_it() -> None:
    good = factories.claim_at(ClaimStatus.SCREENED)
    other = factories.claim_at(ClaimStatus.SCREENED, content(number=2))
    early = factories.claim_at(ClaimStatus.FILED, content(number=3))
    outcomes = reviews.accept_many(
        items=[(good, 1), (other, 7), (early, 1)],
        medium="air",
        by=factories.person("city.air"),
        on=ON,
    )
    assert [(outcome.claim.number, outcome.done) for outcome in outcomes] == [
        (good.number, True),
        (other.number, False),
        (early.number, False),
    ]
    assert isinstance(outcomes[1].refusal, ChangedSince)
    statuses = Claim.objects.order_by("pk").values_list("status", flat=True)
    assert list(statuses) == [ClaimStatus.REVIEWED, ClaimStatus.SCREENED, ClaimStatus.FILED]


def test_many_go_the_whole_way_together() -> None:
    people = {name: factories.person(name) for name in factories.PEOPLE}
    made = [factories.claim_at(ClaimStatus.FILED, content(number=n)) for n in (1, 2, 3)]
    items = [(claim, 1) for claim in made]
    screener, office = people["kunshan.screener"], people["city.office"]
    done = [
        screening.receive_many(items=items, by=screener, on=ON),
        screening.screen_many(items=items, by=screener, on=ON),
        reviews.accept_many(items=items, medium="air", by=people["city.air"], on=ON),
    ]
    for claim in made:
        for visit in claim.inspections.filter(finding=""):
            factories.found_sound(visit, by=people["city.inspector"])
    done += [
        joint_reviews.sign_many(
            items=items, seat=seat, agrees=True, text="同意", by=people[f"city.{seat}"], on=ON
        )
        for seat in ("water", "air", "office")
    ]
    done.append(joint_reviews.conclude_many(items=items, by=office, on=ON))
    reply = letters.confirm(
        number="苏环函[2026]12号",
        dated=date(2026, 9, 14),
        claims=[Confirmed(claim, 1, {"NOX": 2 * T}) for claim in made[:2]]
        + [Confirmed(made[2], 1)],
        share=Decimal("0.1"),
        by=office,
        on=ON,
    )
    done += [reply.outcomes, admissions.admit_many(items=items, by=office, on=ON)]
    assert all(outcome.done for outcomes in done for outcome in outcomes)
    assert reply.letter is not None
    assert reply.letter.number == "苏环函〔2026〕12号"
    assert [claim.lines.get().province_grams for claim in made] == [2 * T, 2 * T, 1 * T]
    assert set(Claim.objects.values_list("status", flat=True)) == {ClaimStatus.ADMITTED}


def confirm(claim: Claim, *, number: str = "苏环函〔2026〕1号", on: date = ON, **more: object):  # type: ignore[no-untyped-def]
    return letters.confirm(
        number=number,
        dated=more.pop("dated", ON),
        claims=[Confirmed(claim, claim.version, more.pop("grams", {}))],
        by=factories.person("city.office"),
        on=on,
    )


def test_a_letter_takes_no_more_than_there_is_and_leaves_nothing_behind() -> None:
    claim = factories.claim_at(
        ClaimStatus.JOINT_REVIEWED, content(line("NOX", "10", binding=4 * T))
    )
    reply = confirm(claim, grams={"NOX": 6 * T + 1})
    assert isinstance(reply.outcomes[0].refusal, NotTheWhole)
    assert reply.letter is None
    assert not ProvinceLetter.objects.exists()
    assert confirm(claim, grams={"NOX": 6 * T}).outcomes[0].done


def test_a_letter_states_no_grams_of_what_the_claim_has_not() -> None:
    claim = factories.claim_at(ClaimStatus.JOINT_REVIEWED)
    [outcome] = confirm(claim, grams={"NOX": T, "SO2": 5, "COD": 5}).outcomes
    assert isinstance(outcome.refusal, NotOfTheClaim)
    assert "化学需氧量、二氧化硫" in str(outcome.refusal)
    claim.refresh_from_db()
    assert (claim.status, claim.letter) == (ClaimStatus.JOINT_REVIEWED, None)


def test_a_letter_has_one_number_and_one_date() -> None:
    first = factories.claim_at(ClaimStatus.JOINT_REVIEWED)
    second = factories.claim_at(ClaimStatus.JOINT_REVIEWED, content(number=2))
    with pytest.raises(LetterIncomplete):
        confirm(first, dated=date(2026, 9, 16))
    assert confirm(first).outcomes[0].done
    with pytest.raises(AnotherLetter):
        confirm(second, dated=date(2026, 9, 1))
    assert confirm(second).letter == ProvinceLetter.objects.get()


def test_work_is_handed_over_to_who_may_do_it() -> None:
    factories.appointed("kunshan.screener2", "county_screener", "320583")
    screener, second = factories.person("kunshan.screener"), _person("kunshan.screener2")
    claim = factories.claim_at(ClaimStatus.RECEIVED)
    assert waiting.waiting_for(second, on=ON) == []
    with pytest.raises(NotPermitted):
        handovers.assign(claim=claim, version=1, to=second, by=second, on=ON)
    with pytest.raises(CannotTakeOver):
        handovers.assign(
            claim=claim, version=1, to=factories.person("kunshan.officer"), by=screener, on=ON
        )
    handovers.assign(claim=claim, version=1, to=second, by=screener, on=ON)
    assert asked("kunshan.screener") == []
    assert [todo.number for todo in waiting.waiting_for(second, on=ON)] == [claim.number]

    [outcome] = handovers.assign_all(
        of=second, to=screener, by=factories.person("kunshan.head"), on=ON
    )
    assert outcome.done
    assert asked("kunshan.screener") == [("screen", claim.number)]


def _person(username: str) -> Person:
    return Person.objects.get(username=username)


def test_the_next_people_are_told_and_the_declarer_hears_of_the_end() -> None:
    claim = factories.claim_at(ClaimStatus.FILED)
    [notice] = Notice.objects.filter(person__username="kunshan.screener")
    assert notice.text == f"{claim.number} · {claim.project}：请办理“签收”"
    screener = factories.person("kunshan.screener")
    screening.receive(claim=claim, version=1, by=screener, on=ON)
    screening.return_(claim=claim, version=1, reason="缺材料", by=screener, on=ON)
    [notice] = Notice.objects.filter(person__username="kunshan.officer")
    assert notice.text == f"{claim.number} · {claim.project}：已退回（缺材料）"


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("kunshan.officer", True),
        ("kunshan.park", False),
        ("changshu.officer", False),
        ("city.air", True),
        ("city.auditor", True),
        ("sys.admin", False),
        ("sec.admin", False),
    ],
)
def test_a_claim_and_its_proof_are_seen_where_they_belong(who: str, sees: bool) -> None:
    claim = factories.draft()
    proof = claim.evidence.first()
    assert proof is not None
    person = factories.person(who)
    assert selectors.visible(person, on=ON).exists() is sees
    if sees:
        assert selectors.evidence_file(proof, person, on=ON) == proof.file
    else:
        with pytest.raises(OutOfReach):
            selectors.evidence_file(proof, person, on=ON)


def test_a_proposed_correction_waits_for_the_director() -> None:
    claim = factories.claim_at(ClaimStatus.ADMITTED)
    corrections.propose(
        claim=claim,
        pollutant="NOX",
        verified=8 * T,
        reason="参数有误",
        document="苏环函〔2026〕9号",
        by=factories.person("city.office"),
        on=ON,
    )
    assert asked("city.director") == [("approve_correction", claim.number)]
    assert asked("city.office2") == []
