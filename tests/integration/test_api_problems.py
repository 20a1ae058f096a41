"""How the API says no: one form, two languages, nothing passed over in silence."""

import pytest
from django.db import DatabaseError
from django.utils import translation

from quota_registry.kernel.clauses import clause
from quota_registry.kernel.refusals import Refusal
from quota_registry.kernel.rest import problems
from tests import callers
from tests.callers import Caller

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def places():
    return callers.places()


@pytest.fixture
def kunshan():
    return callers.program("320583")


class Late(Refusal):
    code = "late"
    message = "逾期 %(days)s 天"


class TestForm:
    def test_a_problem_says_what_who_and_where(self, kunshan):
        response = kunshan.get("places/", {"level": "3"})
        assert response.status_code == 400
        assert response["Content-Type"] == "application/problem+json"
        body = response.json()
        assert len(body.pop("request")) == 32
        assert body == {
            "type": "urn:problem-type:quota-registry:invalid_parameters",
            "title": "请求有误",
            "status": 400,
            "detail": "level：不认识的参数",
            "instance": "/api/v1/places/?level=3",
            "code": "invalid_parameters",
            "errors": [{"parameter": "level", "detail": "不认识的参数"}],
        }

    def test_it_speaks_the_callers_language(self, kunshan):
        body = kunshan.get("places/", {"level": "3"}, accept_language="en").json()
        assert (body["title"], body["detail"]) == ("Bad request", "level: unknown parameter")

    def test_a_refusal_brings_its_clause_and_facts(self, rf):
        refusal = Late(clause=clause("7.1"), days=3)
        with translation.override("zh-hans"):
            response = problems.answer(refusal, {"request": rf.get("/api/v1/x/")})
        assert response.status_code == 409
        assert b'"days": 3' in response.content
        assert '"reference": "第7条"' in response.content.decode()

    def test_an_error_of_the_database_is_told_by_whoever_knows_it(self, rf, monkeypatch):
        monkeypatch.setattr(problems, "_translators", [lambda error: Late(days=1)])
        response = problems.answer(DatabaseError(), {"request": rf.get("/api/v1/x/")})
        assert response.status_code == 409

    def test_what_nobody_knows_goes_on_to_the_log(self, rf):
        context = {"request": rf.get("/api/v1/x/")}
        assert problems.answer(DatabaseError(), context) is None
        assert problems.answer(ZeroDivisionError(), context) is None


class TestParameters:
    @pytest.mark.parametrize(
        ("query", "wrong"),
        [
            ({"tier": "village"}, "tier"),
            ({"tier": ""}, "tier"),
            ({"parent": "32050"}, "parent"),
            ({"parent": "320500\x00"}, "parent"),
            ({"page_size": "0"}, "page_size"),
            ({"page_size": "501"}, "page_size"),
            ({"page_size": "ten"}, "page_size"),
            ({"tier": ["city", "county"]}, "tier"),
            ({"format": "csv"}, "format"),
        ],
    )
    def test_a_wrong_one_is_named(self, kunshan, query, wrong):
        response = kunshan.get("places/", query)
        assert response.status_code == 400
        assert {error["parameter"] for error in response.json()["errors"]} == {wrong}

    @pytest.mark.parametrize("cursor", ["x", "WyJ4Il0:abc"])
    def test_a_cursor_that_nobody_gave_is_refused(self, kunshan, cursor):
        response = kunshan.get("places/", {"cursor": cursor})
        assert (response.status_code, response.json()["code"]) == (404, "bad_cursor")

    @pytest.mark.parametrize("cursor", ["令牌", "a b", "x" * 401, ""])
    def test_what_no_cursor_looks_like_is_named(self, kunshan, cursor):
        response = kunshan.get("places/", {"cursor": cursor})
        assert response.status_code == 400
        assert [error["parameter"] for error in response.json()["errors"]] == ["cursor"]


class TestAddresses:
    def test_nothing_is_there(self, kunshan):
        response = kunshan.get("plaices/")
        assert (response.status_code, response.json()["code"]) == (404, "not_found")
        assert response["Content-Type"] == "application/problem+json"

    def test_a_missing_slash_is_put_right(self, kunshan):
        response = kunshan.get("places")
        assert (response.status_code, response["Location"]) == (301, "/api/v1/places/")

    @pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
    def test_it_only_reads(self, kunshan, method):
        response = getattr(kunshan.browser, method)("/api/v1/places/", headers=kunshan.headers)
        assert response.status_code == 405
        assert response["Allow"] == "GET, HEAD"
        assert response.json()["code"] == "method_not_allowed"

    def test_a_format_that_is_not_made_is_refused(self, kunshan):
        response = kunshan.get("places/", accept="application/xml")
        assert response.status_code == 406
        assert response["Content-Type"] == "application/problem+json"

    def test_outside_is_as_if_it_were_not(self, kunshan):
        inside = kunshan.get("polluters/", {"place": "320583P01"})
        outside = kunshan.get("polluters/", {"place": "320581"})
        missing = kunshan.get("polluters/", {"place": "999999"})
        assert inside.status_code == 200
        assert (outside.status_code, missing.status_code) == (404, 404)
        assert outside.json()["code"] == missing.json()["code"] == "not_found"


class TestThrottle:
    def test_who_asks_too_often_is_told_when_to_come_back(self, settings, places):
        settings.QUOTA_API_REQUESTS_PER_MINUTE = 2
        caller = callers.program()
        # The count lies in the cache, which may let go of it: three tries, of which one must tell.
        for _try in range(3):
            statuses = [caller.get("places/").status_code for _time in range(5)]
            if 429 in statuses:
                break
        assert 429 in statuses
        assert statuses[0] == 200
        response = caller.get("places/")
        # The minute may have turned meanwhile.
        if response.status_code == 429:
            assert 1 <= int(response["Retry-After"]) <= 60

    def test_one_caller_does_not_use_up_anothers(self, settings, places):
        settings.QUOTA_API_REQUESTS_PER_MINUTE = 2
        first, second = callers.program(), callers.program()
        for _time in range(3):
            first.get("places/")
        assert second.get("places/").status_code == 200

    def test_without_a_token_the_address_counts(self):
        assert Caller().get("places/").status_code == 401
