"""What auditors read is in words, and holds nothing that opens a door."""

from __future__ import annotations

from django.utils import translation

from quota_registry.kernel.clauses import clause
from quota_registry.kernel.refusals import Refusal
from quota_registry.kernel.vocabulary import Pollutant
from quota_registry.kernel.workflow import REGISTERED
from quota_registry.web import records


def test_a_tokens_digest_is_not_shown() -> None:
    assert records.pretty(f"CPfjZTyi.sha512$${'0a' * 64}") == "CPfjZTyi.…"


def test_a_status_is_called_as_its_objects_call_it() -> None:
    assert records.state("claim", "received") == "初审中"
    assert records.state("claim", "unheard_of") == "unheard_of"
    assert records.state("unheard_of", "received") == "received"


def test_a_workflow_is_called_by_what_goes_through_it() -> None:
    for flow in REGISTERED:
        assert not records.workflow(flow).isascii(), flow
    assert records.workflow("dispatch") == "季度调度"
    assert records.state("dispatch", "proposed") == "待确认"
    assert records.workflow("unheard_of") == "unheard_of"


def test_a_library_s_columns_have_names() -> None:
    columns = records.columns("kernel_client", None, {"revoked": False, "expiry_date": None})
    assert [column[0] for column in columns] == ["已吊销", "失效时间"]


def test_a_column_that_leads_elsewhere_is_called_by_what_it_leads_to() -> None:
    columns = records.columns("monitoring_monitor", None, {"station_id": 3, "place_id": "320583"})
    assert [column[0] for column in columns] == ["监测点位", "地区"]


def test_english_sentences_have_english_brackets() -> None:
    with translation.override("en"):
        said = str(Refusal("It is late", clause=clause("4.1")))
        particulates = Pollutant.PM.spoken
    assert said == "It is late (Article 4)"
    assert particulates == "PM"
