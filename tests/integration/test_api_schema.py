"""What the API says of itself is true: schemathesis asks what the schema allows, and what not."""

import pytest
import schemathesis
from django.core.management import call_command
from hypothesis import HealthCheck, settings
from schemathesis.checks import positive_data_acceptance
from schemathesis.config import GenerationConfig, ProjectConfig, ProjectsConfig, SchemathesisConfig

from quota_registry.wsgi import application
from reserve.models import Account, Claim, Lot, Transfer
from reserve.vocabulary import ClaimStatus
from tests import callers, factories

pytestmark = pytest.mark.django_db(transaction=True)


EXAMPLES = 10
"""A bounded look at every operation, at every run."""

schema = schemathesis.openapi.from_wsgi(
    "/api/v1/schema/",
    application,
    config=SchemathesisConfig(
        projects=ProjectsConfig(
            default=ProjectConfig(
                generation=GenerationConfig(
                    max_examples=EXAMPLES, deterministic=True, database="none"
                )
            )
        )
    ),
)


@pytest.fixture
def token(settings):
    """A city with one admitted claim, and a program that may read all of it."""
    settings.QUOTA_API_REQUESTS_PER_MINUTE = 1_000_000
    factories.all_places()
    factories.claim_at(ClaimStatus.ADMITTED)
    return callers.client("320500")[1]


@schema.parametrize()
@settings(suppress_health_check=list(HealthCheck), deadline=None)
def test_every_answer_is_as_the_schema_says(case, token):
    headers = {"Authorization": f"Bearer {token}"}
    response = case.call(headers=headers)
    # Which tier fits depends on the place, and a key on what came before: no schema can say so.
    said = response.json() if response.status_code in {400, 422} else {}
    misfit = said.get("code") in {"tier_does_not_fit", "key_used_otherwise"} or twice(case)
    case.validate_response(
        response,
        headers=headers,
        transport_kwargs={"headers": headers},
        excluded_checks=[positive_data_acceptance] if misfit else None,
    )


REPORTS = ("POST /api/v1/annual-totals/reports/", "POST /api/v1/measured-amounts/reports/")


def twice(case):
    """
    Say whether a body says a thing twice, which no schema can forbid.

    A pollutant of one thing, a polluter by one source, or an outlet's month.
    """
    body = case.body if isinstance(case.body, dict) else {}
    if case.operation.label == "POST /api/v1/projects/":
        things = [body]
    elif case.operation.label in REPORTS:
        things = dicts(body.get("rows"))
    else:
        return False
    named = [[row.get("pollutant") for row in dicts(one.get("amounts"))] for one in things]
    sides = [
        tuple(one.get(name) for name in ("uscc", "data_source", "outlet", "month"))
        for one in things
        if "uscc" in one
    ]
    return any(said.count(one) > 1 for said in [*named, sides] for one in said)


def dicts(value):
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def test_it_was_asked_about_what_is_there(token):
    caller = callers.Caller(token=token)
    assert caller.get(f"claims/{Claim.objects.get().number}/").status_code == 200
    assert caller.get(f"transfers/{Transfer.objects.get().pk}/").status_code == 200
    assert caller.get(f"lots/{Lot.objects.get().pk}/tree/").status_code == 200
    account = Account.objects.filter(place="320583").first()
    assert caller.get(f"accounts/{account.pk}/statement/").status_code == 200


def test_the_schema_is_drawn_without_a_warning(tmp_path):
    call_command("spectacular", "--validate", "--fail-on-warn", file=str(tmp_path / "schema.yml"))
