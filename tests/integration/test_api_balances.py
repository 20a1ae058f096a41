"""The balances of reserves: to whom, on which day, as known when; by one statement."""

import csv
import io
from datetime import timedelta

import pytest
from django.utils import timezone

from reserve.services import ledger
from reserve.vocabulary import ClaimStatus
from tests import callers, factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def admitted():
    """Admit 10 t of NOx on 15 September: 3 t to the city, 7 t to 昆山."""
    factories.all_places()
    return factories.claim_at(ClaimStatus.ADMITTED)


@pytest.fixture
def kunshan(admitted):
    return callers.program("320583", scopes=["balances:read"])


@pytest.fixture
def suzhou(admitted):
    return callers.program("320500")


def test_the_answer_of_the_issue(kunshan):
    query = {"place": "320583", "tier": "county", "pollutant": "NOX", "effective_on": "2026-09-30"}
    response = kunshan.get("balances/", query)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    assert response.json() == {
        "effective_on": "2026-09-30",
        "known_at": None,
        "ledger_head": 0,
        "unit": "t/a",
        "balances": [
            {
                "place": "320583",
                "place_name": "昆山市",
                "tier": "county",
                "pollutant": "NOX",
                "available": "7.000000",
                "held": "0.000000",
            }
        ],
    }


def test_the_day_before_there_was_nothing(kunshan):
    (row,) = kunshan.get("balances/", {"effective_on": "2026-09-14"}).json()["balances"]
    assert row["available"] == "0.000000"


def test_without_a_day_it_is_today(kunshan):
    assert kunshan.get("balances/").json()["effective_on"] == timezone.localdate().isoformat()


def places(response):
    assert response.status_code == 200
    return [row["place"] for row in response.json()["balances"]]


def test_a_place_means_that_place_alone(suzhou):
    assert places(suzhou.get("balances/", {"place": "320500"})) == ["320500"]
    below = {"place": "320500", "descendants": "1"}
    assert places(suzhou.get("balances/", below)) == ["320500", "320583"]
    assert places(suzhou.get("balances/", below | {"tier": "county"})) == ["320583"]


def test_without_a_place_it_is_the_callers_and_those_below(suzhou, kunshan):
    assert places(suzhou.get("balances/")) == ["320500", "320583"]
    assert places(kunshan.get("balances/")) == ["320583"]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"place": "320583", "tier": "county"}, 200),
        ({"place": "320583", "tier": "city"}, 400),
        ({"place": "320583", "tier": "park"}, 400),
        ({"place": "320583", "tier": "park", "descendants": "1"}, 200),
        ({"place": "320583P01", "tier": "county", "descendants": "1"}, 400),
        ({"place": "320500P01", "tier": "park"}, 200),
        ({"place": "320500", "tier": "province", "descendants": "1"}, 400),
    ],
)
def test_a_tier_that_does_not_fit_is_refused(suzhou, query, status):
    response = suzhou.get("balances/", query)
    assert response.status_code == status
    if status == 400:
        assert response.json()["code"] == "tier_does_not_fit"
        assert response.json()["facts"]["place"] == query["place"]


@pytest.mark.parametrize("code", ["320581", "320500", "999999"])
def test_outside_there_is_no_place(kunshan, code):
    response = kunshan.get("balances/", {"place": code})
    assert (response.status_code, response.json()["code"]) == (404, "not_found")


def test_an_unknown_parameter_is_named(kunshan):
    response = kunshan.get("balances/", {"polutant": "NOX"})
    assert response.status_code == 400
    assert response.json()["errors"][0]["parameter"] == "polutant"


def test_it_is_one_statement(kunshan, django_assert_num_queries):
    kunshan.get("balances/")
    with django_assert_num_queries(2):  # the token and the statement
        kunshan.get(
            "balances/", {"place": "320583", "tier": "county", "effective_on": "2026-09-30"}
        )


def test_the_etag_changes_with_the_balance_and_with_nothing_else(suzhou):
    first = suzhou.get("balances/")
    assert suzhou.get("balances/", if_none_match=first["ETag"]).status_code == 304
    factories.claim_at(ClaimStatus.ADMITTED, factories.content(number=2))
    again = suzhou.get("balances/", if_none_match=first["ETag"])
    assert again.status_code == 200
    assert again["ETag"] != first["ETag"]


def test_it_comes_as_a_table_with_units(kunshan):
    response = kunshan.get("balances/", accept="text/csv")
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert rows == [
        ["地区代码", "地区名称", "层级", "污染物", "可用量（吨/年）", "预留量（吨/年）"],
        ["320583", "昆山市", "county", "NOX", "7.000000", "0.000000"],
    ]


def test_the_auditor_of_the_city_sees_it_in_a_browser(admitted):
    auditor = callers.Caller(person=factories.person("city.auditor"))
    assert places(auditor.get("balances/")) == ["320500", "320583"]


@pytest.mark.django_db(transaction=True)
class TestAsKnown:
    def test_what_was_known_then_stays_what_it_was(self, admitted, kunshan):
        ledger.seal()
        then = timezone.now()
        factories.claim_at(ClaimStatus.ADMITTED, factories.content(number=2))
        ledger.seal()
        asked = {"known_at": then.isoformat(), "effective_on": "2026-09-30"}
        # A moment between two seals resolves to the first.
        body = kunshan.get("balances/", asked).json()
        assert body["balances"][0]["available"] == "7.000000"
        assert body["ledger_head"] == 1
        assert kunshan.get("balances/").json()["balances"][0]["available"] == "14.000000"

    def test_beyond_the_last_seal_it_is_not_settled(self, kunshan):
        ledger.seal()
        later = timezone.now() + timedelta(hours=1)
        response = kunshan.get("balances/", {"known_at": later.isoformat()})
        assert (response.status_code, response.json()["code"]) == (409, "beyond_horizon")

    def test_a_plus_that_nobody_escaped_is_still_a_plus(self, kunshan):
        ledger.seal()
        response = kunshan.get("balances/?known_at=2026-01-01T00:00:00+08:00")
        assert response.status_code == 200
        assert response.json()["ledger_head"] == 0

    @pytest.mark.parametrize(
        "known_at", ["2026-01-01", "now", "2026-01-01T00:00:00", "0001-01-01T00:00:00Z"]
    )
    def test_a_moment_is_written_in_full(self, kunshan, known_at):
        assert kunshan.get("balances/", {"known_at": known_at}).status_code == 400
