"""Every example of docs/api.md is run as it stands, so that the guide cannot rot."""

import json
import re
import shlex
from pathlib import Path

import pytest

from reserve.models import Account, Lot, Transfer
from reserve.vocabulary import ClaimStatus
from tests import callers, factories

pytestmark = pytest.mark.django_db

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "api.md"
TEXT = GUIDE.read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^curl .*$", TEXT, re.MULTILINE)


@pytest.fixture
def names():
    """What the guide's placeholders stand for in the small city."""
    factories.all_places()
    claim = factories.claim_at(ClaimStatus.ADMITTED)
    token = callers.client("320500")[1]
    caller = callers.Caller(token=token)
    return {
        "$TOKEN": token,
        "{account}": str(Account.objects.get(name="RESERVE/NOX/320583/").pk),
        "{transfer}": str(Transfer.objects.get().pk),
        "{lot}": str(Lot.objects.get().pk),
        "{claim}": claim.number,
        "{etag}": caller.get("balances/", {"place": "320583"})["ETag"].replace('"', '\\"'),
    }


def test_there_are_examples():
    assert len(EXAMPLES) > 15


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_answers_as_the_guide_says(example, names):
    command, _hash, status = example.partition("  # ")
    if "{cursor}" in command:
        # In a test that rolls back nothing is settled, so the feed is read from its beginning.
        command = command.replace("?cursor={cursor}", "")
    for name, value in names.items():
        command = command.replace(name, value)
    headers, address = {}, ""
    words = iter(shlex.split(command)[1:])
    for word in words:
        if word == "-H":
            name, _colon, value = next(words).partition(": ")
            headers[name.lower()] = value
        else:
            address = word.removeprefix("$API/")
    response = callers.Caller().get(address, **{k.replace("-", "_"): v for k, v in headers.items()})
    expected = int(status or (304 if "If-None-Match" in command else 200))
    assert response.status_code == expected, response.content


def test_the_answer_printed_in_the_guide_is_the_answer(names):
    printed = json.loads(re.search(r"```json\n(.*?)```", TEXT, re.DOTALL)[1])
    example = next(line for line in EXAMPLES if "effective_on" in line)
    address = re.search(r'"\$API/(.*?)"', example)[1]
    assert callers.Caller(token=names["$TOKEN"]).get(address).json() == printed
