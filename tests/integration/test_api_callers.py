"""Who may call the API, and what of the registry is there for them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from quota_registry.kernel.models import AuditEvent, Client, Person, Place
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import NotPermitted
from quota_registry.kernel.scopes import Scope
from quota_registry.kernel.services import clients
from tests import callers, factories
from tests.callers import Caller

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def places():
    return callers.places()


def codes(response):
    return [row["code"] for row in response.json()["results"]]


class TestTokens:
    def test_nobody_is_told_how_to_come_back(self):
        response = Caller().get("places/")
        assert response.status_code == 401
        assert response["WWW-Authenticate"] == 'Bearer realm="quota-registry"'
        assert response.json()["code"] == "not_authenticated"

    @pytest.mark.parametrize("scheme", ["Bearer", "Token", "token"])
    def test_a_token_opens_its_place_and_what_lies_below(self, scheme):
        _client, token = callers.client("320583")
        caller = Caller()
        caller.headers = {"authorization": f"{scheme} {token}"}
        assert codes(caller.get("places/")) == ["320583", "320583P01"]

    @pytest.mark.parametrize("sent", ["Bearer", "Bearer a b", "Bearer 令牌", "Bearer nobody.knows"])
    def test_no_token_and_half_a_token_are_refused(self, sent):
        caller = Caller()
        caller.headers = {"authorization": sent.encode().decode("latin-1")}
        response = caller.get("places/")
        assert (response.status_code, response.json()["code"]) == (401, "authentication_failed")

    def test_a_revoked_token_is_refused(self, places):
        keeper = factories.person("sys.admin")
        client, token = callers.client()
        assert Caller(token=token).get("places/").status_code == 200
        clients.revoke(client=client, by=keeper, on=timezone.localdate())
        response = Caller(token=token).get("places/")
        assert (response.status_code, response.json()["detail"]) == (401, "令牌无效")

    def test_an_expired_token_is_refused(self):
        caller = callers.program(expiry_date=timezone.now() - timedelta(seconds=1))
        response = caller.get("places/")
        assert (response.status_code, response.json()["detail"]) == (401, "令牌已过期")

    def test_a_token_stops_with_the_person_who_answers_for_it(self):
        responsible = factories.person("kunshan.officer")
        caller = callers.program(responsible=responsible)
        assert caller.get("places/").status_code == 200
        with factories.system():
            responsible.is_active = False
            responsible.save(update_fields=["is_active"])
        response = caller.get("places/")
        assert (response.status_code, response.json()["detail"]) == (401, "令牌的责任人已停用")

    def test_only_a_hash_is_kept(self):
        client, token = callers.client()
        secret = token.partition(".")[2]
        kept = Client.objects.values().get(pk=client.pk)
        assert secret not in str(kept)

    def test_the_log_names_the_client_without_the_hash(self, settings):
        client, _token = callers.client()
        assert settings.DJANGO_STRUCTLOG_USER_ID_FIELD == "log_name"
        assert client.log_name == f"client {client.prefix}"
        assert client.hashed_key not in client.log_name

    def test_the_log_names_the_address_that_the_audit_names(self, settings):
        """A sender may write any address into a header; only named proxies are believed."""
        caller = callers.program()
        with capture_logs(processors=[merge_contextvars]) as lines:
            caller.get("places/", X_Forwarded_For="203.0.113.7")
        assert {line["ip"] for line in lines if "request" in line} == {"127.0.0.1"}

    def test_who_calls_is_found_in_one_statement(self):
        _client, token = callers.client("320583")
        with CaptureQueriesContext(connection) as asked:
            found = Client.objects.get_from_key(token)
            assert (found.place.path, found.responsible.is_active) == (
                Place.objects.get(code="320583").path,
                True,
            )
        assert len(asked) == 2

    def test_a_wrong_scope_is_refused_by_name(self):
        response = callers.program(scopes=["balances:read"]).get("polluters/")
        assert response.status_code == 403
        assert response.json()["code"] == "missing_scope"
        assert response.json()["facts"] == {"scope": "polluters:read"}

    def test_the_first_use_of_a_day_is_noted_and_no_other(self):
        client, token = callers.client()
        caller = Caller(token=token)
        for _time in range(3):
            assert caller.get("places/").status_code == 200
        noted = AuditEvent.objects.get(client=client)
        assert noted.verb == "client.first_use_of_the_day"
        client.refresh_from_db()
        assert client.last_used_on == timezone.localdate()


class TestIssuing:
    @pytest.fixture
    def keeper(self):
        return factories.person("sys.admin")

    def test_the_keeper_gives_a_token_for_balances_unless_more_is_said(self, places, keeper):
        client, token = clients.issue(
            name="平台",
            place=places["320583"],
            responsible=keeper,
            by=keeper,
            on=timezone.localdate(),
        )
        assert client.scopes == ["balances:read"]
        assert Caller(token=token).get("places/").status_code == 200

    def test_an_unknown_scope_is_refused(self, places, keeper):
        with pytest.raises(clients.NoSuchScope):
            clients.issue(
                name="平台",
                place=places["320583"],
                responsible=keeper,
                scopes=["balances:write"],
                by=keeper,
                on=timezone.localdate(),
            )
        assert not Client.objects.exists()

    def test_an_officer_gives_none(self, places):
        officer = factories.person("kunshan.officer")
        with pytest.raises(NotPermitted):
            clients.issue(
                name="平台",
                place=places["320583"],
                responsible=officer,
                by=officer,
                on=timezone.localdate(),
            )
        assert not Client.objects.exists()


class TestPeople:
    def test_a_person_sees_where_the_appointment_reaches(self):
        officer = factories.person("kunshan.officer")
        assert codes(Caller(person=officer).get("places/")) == ["320583", "320583P01"]

    def test_a_person_without_the_permission_is_refused(self):
        keeper = factories.person("sys.admin")
        response = Caller(person=keeper).get("polluters/")
        assert response.status_code == 403
        assert response.json()["facts"] == {"permission": Permission.SEE_POLLUTERS}

    def test_a_person_without_an_appointment_sees_nothing(self):
        with factories.system():
            nobody = Person.objects.create_user("nobody", name="nobody")
        assert codes(Caller(person=nobody).get("places/")) == []
        assert Caller(person=nobody).get("polluters/").status_code == 403

    def test_every_scope_has_the_permission_of_a_person(self):
        assert {scope.permission for scope in Scope} <= set(Permission)
        assert Person.objects.exists()
