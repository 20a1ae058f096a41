"""Claims, tasks, accounts, transfers and lots over the API."""

from datetime import date

import pytest
from psycopg.types.json import Jsonb

from quota_registry.kernel.models import Person
from reserve.models import ReductionTask, Transfer
from reserve.rules.postings import Leg, Request, origin
from reserve.rules.postings import reserve as reserve_of
from reserve.services import claims, evidence, ledger, screening
from reserve.vocabulary import ClaimStatus, LotSourceKind, SourceKind, TransferKind
from tests import callers, factories, stock
from tests.stock import T

pytestmark = pytest.mark.django_db


@pytest.fixture
def kunshan():
    factories.all_places()
    return callers.program("320583")


@pytest.fixture
def changshu():
    factories.all_places()
    return callers.program("320581")


class TestClaims:
    @pytest.fixture
    def filed(self):
        return factories.claim_at(ClaimStatus.FILED)

    def test_a_filed_claim_is_shown_with_its_lines(self, filed, kunshan):
        (claim,) = kunshan.get("claims/").json()["results"]
        assert claim["number"] == filed.number
        assert claim["status"] == "filed"
        assert claim["lines"] == [
            {
                "pollutant": "NOX",
                "method": "approval_document",
                "document": "苏环审〔2026〕1号",
                "verified": "10.000000",
                "binding": "0.000000",
                "prior_use": "0.000000",
                "admissible": "10.000000",
                "province": None,
                "status": "pending",
                "reason": "",
            }
        ]

    def test_a_draft_is_nobodys_business(self, kunshan):
        draft = factories.draft()
        assert kunshan.get("claims/").json()["results"] == []
        assert kunshan.get(f"claims/{draft.number}/").status_code == 404
        assert kunshan.get("claims/", {"status": "draft"}).status_code == 400

    def test_what_was_never_filed_is_not_shown_when_it_is_withdrawn(self, kunshan):
        draft = factories.draft()
        officer = factories.person("kunshan.officer")
        claims.withdraw(claim=draft, reason="不再申报", by=officer, on=factories.ON)
        assert kunshan.get(f"claims/{draft.number}/").status_code == 404

    @pytest.mark.parametrize("withdrawn", [False, True])
    def test_a_returned_claim_is_shown_as_it_was_filed(self, kunshan, withdrawn):
        claim = factories.claim_at(ClaimStatus.RECEIVED)
        screener, officer = map(factories.person, ("kunshan.screener", "kunshan.officer"))
        screening.return_(claim=claim, version=1, reason="补充", by=screener, on=factories.ON)
        before = kunshan.get(f"claims/{claim.number}/").json()
        (row,) = kunshan.get("claims/").json()["results"]
        assert (before["status"], before["lines"][0]["verified"]) == ("returned", "10.000000")

        edited = factories.content(
            factories.line("SO2", "3"),
            number=2,
            source_kind=SourceKind.CLOSURE,
            project="尚未申报的另一项目",
            finished_on=date(2026, 7, 1),
            permit_changed_on=date(2026, 7, 31),
            remarks="尚未申报",
        )
        claims.save(claim=claim, content=edited, by=officer, on=factories.ON)
        proof = claim.evidence.first()
        evidence.remove(evidence=proof, by=officer, on=factories.ON)
        changed = {"lines", "status", "steps"}
        if withdrawn:
            claims.withdraw(claim=claim, reason="不再申报", by=officer, on=factories.ON)

        after = kunshan.get(f"claims/{claim.number}/").json()
        assert {name for name in before if before[name] != after[name]} <= changed
        (line,) = after["lines"]
        assert line == before["lines"][0] | {"status": "pending"}
        (listed,) = kunshan.get("claims/").json()["results"]
        assert {name for name in row if row[name] != listed[name]} <= changed

        for query, count in (
            ({"source_kind": "deep_treatment", "polluter": "91320583000000001X"}, 1),
            ({"source_kind": "closure"}, 0),
            ({"polluter": "91320583000000002X"}, 0),
        ):
            assert len(kunshan.get("claims/", query).json()["results"]) == count

    def test_another_county_does_not_see_it(self, filed, changshu):
        assert changshu.get("claims/").json()["results"] == []
        assert changshu.get(f"claims/{filed.number}/").status_code == 404

    def test_its_way_and_its_proof_are_told(self, filed, kunshan):
        body = kunshan.get(f"claims/{filed.number}/").json()
        assert [(step["verb"], step["status"]) for step in body["steps"]] == [("file", "filed")]
        assert {proof["kind"] for proof in body["evidence"]} >= {"monitorable", "verifiable"}

    @pytest.mark.parametrize(
        ("query", "count"),
        [
            ({"status": "filed"}, 1),
            ({"status": "admitted"}, 0),
            ({"source_kind": "deep_treatment"}, 1),
            ({"polluter": "91320583000000001X"}, 1),
            ({"polluter": "91320583000000002X"}, 0),
            ({"filed_from": "2026-09-15", "filed_until": "2026-09-15"}, 1),
            ({"filed_from": "2026-09-16"}, 0),
            ({"place": "320583P01"}, 0),
            ({"place": "320583", "descendants": "1"}, 1),
        ],
    )
    def test_they_are_found_by(self, filed, kunshan, query, count):
        assert len(kunshan.get("claims/", query).json()["results"]) == count

    def test_the_newest_comes_first_and_a_page_has_a_fixed_price(
        self, kunshan, django_assert_num_queries
    ):
        numbers = [
            factories.claim_at(ClaimStatus.FILED, factories.content(number=n)).number
            for n in (1, 2, 3)
        ]
        kunshan.get("claims/")
        with django_assert_num_queries(3):  # the token, the claims, their lines
            kunshan.get("claims/")
        pages = kunshan.all("claims/", {"page_size": 2})
        assert [row["number"] for page in pages for row in page] == numbers[::-1]


class TestTasks:
    def test_a_task_and_how_far_it_is(self, kunshan, changshu):
        with factories.system():
            ReductionTask.objects.create(
                place_id="320583",
                pollutant="NOX",
                year=2026,
                grams=40 * T,
                document="苏环办〔2026〕2号",
                set_by=Person.objects.get_system(),
            )
        assert kunshan.get("tasks/").json()["results"] == [
            {
                "place": "320583",
                "place_name": "昆山市",
                "pollutant": "NOX",
                "year": 2026,
                "amount": "40.000000",
                "done": "0.000000",
                "document": "苏环办〔2026〕2号",
            }
        ]
        assert changshu.get("tasks/").json()["results"] == []
        assert kunshan.get("tasks/", {"year": "2025"}).json()["results"] == []


@pytest.fixture
def admitted():
    """Admit 10 t of NOx: 3 t to the city, 7 t to 昆山."""
    factories.all_places()
    claim = factories.claim_at(ClaimStatus.ADMITTED)
    return Transfer.objects.get(key=f"claim/{claim.number}/admit")


class TestAccountsAndLots:
    def test_a_statement_runs_from_opening_to_closing(self, admitted, kunshan, changshu):
        (account,) = kunshan.get("accounts/").json()["results"]
        body = kunshan.get(f"accounts/{account['id']}/statement/").json()
        assert [body[name] for name in ("opening", "received", "given", "closing")] == [
            "0.000000",
            "7.000000",
            "0.000000",
            "7.000000",
        ]
        (line,) = body["results"]
        assert (line["transfer"], line["amount"], line["balance"]) == (
            admitted.pk,
            "7.000000",
            "7.000000",
        )
        later = {"effective_from": "2026-09-16"}
        assert (
            kunshan.get(f"accounts/{account['id']}/statement/", later).json()["opening"]
            == "7.000000"
        )
        earlier = {"effective_until": "2026-09-14"}
        assert (
            kunshan.get(f"accounts/{account['id']}/statement/", earlier).json()["closing"]
            == "0.000000"
        )
        assert changshu.get(f"accounts/{account['id']}/statement/").status_code == 404

    def test_a_statement_comes_in_pages(self, unearned_rewards, admitted, kunshan):
        for number in ("A", "B", "C"):
            stock.posted(reward(number))
        (account,) = kunshan.get("accounts/").json()["results"]
        pages = kunshan.all(f"accounts/{account['id']}/statement/", {"page_size": 3})
        assert [[row["balance"] for row in page] for page in pages] == [
            ["7.000000", "8.000000", "9.000000"],
            ["10.000000"],
        ]

    def test_a_lot_tells_its_whole_life(self, admitted, kunshan, changshu):
        (lot,) = kunshan.get("lots/").json()["results"]
        body = kunshan.get(f"lots/{lot['id']}/tree/").json()
        assert body["lot"] == lot
        (move,) = body["moves"]
        assert move["transfer"] == admitted.pk
        assert [side["amount"] for side in move["gave"]] == ["10.000000"]
        assert [(side["account"], side["amount"]) for side in move["took"]] == [
            ("RESERVE/NOX/320500/", "3.000000"),
            ("RESERVE/NOX/320583/", "7.000000"),
        ]
        assert sum(float(row["amount"]) for row in body["resting"]) == 10
        assert changshu.get(f"lots/{lot['id']}/tree/").status_code == 404

    def test_a_county_sees_its_own_account(self, admitted, kunshan, changshu):
        (account,) = kunshan.get("accounts/").json()["results"]
        account.pop("id")
        assert account == {
            "name": "RESERVE/NOX/320583/",
            "kind": "RESERVE",
            "place": "320583",
            "polluter": None,
            "city": "",
            "pollutant": "NOX",
            "case": "",
            "balance": "7.000000",
        }
        assert changshu.get("accounts/").json()["results"] == []

    def test_the_city_sees_both(self, admitted):
        city = callers.program("320500")
        found = city.get("accounts/", {"place": "320500", "descendants": "1"}).json()["results"]
        assert {row["place"]: row["balance"] for row in found} == {
            "320500": "3.000000",
            "320583": "7.000000",
        }
        assert len(city.get("accounts/", {"place": "320500"}).json()["results"]) == 1
        assert city.get("accounts/", {"kind": "HELD"}).json()["results"] == []

    def test_a_lot_names_what_brought_it(self, admitted, kunshan, changshu):
        (lot,) = kunshan.get("lots/", {"pollutant": "NOX"}).json()["results"]
        assert lot["name"] == f"CLAIM/{lot['source_number']}/NOX"
        assert lot["source_kind"] == "CLAIM"
        assert lot["verified"] == "10.000000"
        assert changshu.get("lots/").json()["results"] == []
        assert kunshan.get("lots/", {"lake_tai": "1"}).json()["results"] == []
        assert len(kunshan.get("lots/", {"lake_tai": "0"}).json()["results"]) == 1

    def test_one_transfer_with_its_entries(self, admitted, kunshan, changshu):
        body = kunshan.get(f"transfers/{admitted.pk}/").json()
        assert body["kind"] == "ADMISSION"
        assert body["clause"]
        assert body["position"] is None
        assert sorted((e["kind"], e["place"], e["amount"]) for e in body["entries"]) == [
            ("ORIGIN", None, "-10.000000"),
            ("RESERVE", "320500", "3.000000"),
            ("RESERVE", "320583", "7.000000"),
        ]
        assert changshu.get(f"transfers/{admitted.pk}/").status_code == 404
        assert kunshan.get("transfers/999999999/").status_code == 404


def reward(number, place="320583"):
    """Write a park-year's reward of a tonne, the plainest way for mass to come in."""
    source = stock.paper(
        number, T, kind=LotSourceKind.REWARD, place=factories.place(place).pk, project=None
    )
    leg = Leg(origin(LotSourceKind.REWARD), reserve_of(place), "NOX", T, paper=source)
    return Request(
        kind=TransferKind.REWARD,
        key=f"reward/{number}",
        on=stock.ON,
        document="苏环办〔2026〕3号",
        legs=[leg],
    )


@pytest.mark.django_db(transaction=True)
class TestFeed:
    @pytest.fixture
    def three(self):
        factories.all_places()
        return [self.admit(number) for number in ("A", "B", "C")]

    def admit(self, number, place="320583"):
        return stock.posted(reward(number, place)).transfer

    def ids(self, pages):
        return [row["id"] for page in pages for row in page]

    def test_it_comes_in_the_ledgers_order_and_every_row_once(self, three, kunshan):
        assert self.ids(kunshan.all("transfers/", {"page_size": 2})) == three

    def test_a_seal_gives_positions_and_changes_no_order(self, three, kunshan):
        before = kunshan.get("transfers/", {"page_size": 1}).json()
        ledger.seal()
        after = kunshan.get("transfers/", {"cursor": before["cursor"]}).json()["results"]
        assert [row["id"] for row in after] == three[1:]
        assert [row["position"] for row in after] == [2, 3]

    def test_who_read_to_the_end_goes_on_from_there(self, three, kunshan):
        end = kunshan.get("transfers/").json()
        assert end["next"] is None
        again = kunshan.get("transfers/", {"cursor": end["cursor"]}).json()
        assert (again["results"], again["cursor"]) == ([], end["cursor"])
        fourth = self.admit("D")
        more = kunshan.get("transfers/", {"cursor": end["cursor"]}).json()
        assert [row["id"] for row in more["results"]] == [fourth]

    def test_what_may_still_be_preceded_is_not_shown_yet(self, three, kunshan, addresses, connect):
        # A transaction that began before the fourth transfer is still open.
        slow = connect("app")
        slow.execute("SELECT pg_current_xact_id()")
        fourth = self.admit("D")
        seen = kunshan.get("transfers/").json()
        assert [row["id"] for row in seen["results"]] == three
        slow.rollback()
        rest = kunshan.get("transfers/", {"cursor": seen["cursor"]}).json()
        assert [row["id"] for row in rest["results"]] == [fourth]

    def test_a_slow_writer_is_not_overtaken(self, addresses, connect):
        factories.all_places()
        suzhou = callers.program("320500")
        # The accounts stand already: two first postings to one account wait for each other.
        self.admit("K"), self.admit("C", "320581")
        end = suzhou.get("transfers/").json()["cursor"]
        slow = connect("app")
        author = str(factories.person("city.office").pk)
        slow.execute("SELECT set_config('quota.person', %s, true)", [author])
        slow.execute("SELECT ledger.post(%s)", [Jsonb(reward("SLOW").to_document())])
        self.admit("QUICK", "320581")
        assert suzhou.get("transfers/", {"cursor": end}).json()["results"] == []
        slow.commit()
        rows = suzhou.get("transfers/", {"cursor": end}).json()["results"]
        assert [row["key"] for row in rows] == ["reward/SLOW", "reward/QUICK"]

    def test_another_county_reads_its_own(self, three, changshu):
        own = self.admit("E", place="320581")
        assert self.ids(changshu.all("transfers/")) == [own]

    @pytest.mark.parametrize(
        ("query", "count"),
        [
            ({"pollutant": "NOX"}, 3),
            ({"pollutant": "TP"}, 0),
            ({"kind": "REWARD"}, 3),
            ({"kind": "VOID"}, 0),
            ({"document": "苏环办〔2026〕3号"}, 3),
            ({"effective_from": "2026-09-16"}, 0),
            ({"effective_until": "2026-09-15"}, 3),
            ({"place": "320583"}, 3),
            ({"place": "320583P01"}, 0),
            ({"place": "320583", "descendants": "1"}, 3),
            ({"polluter": "91320583000000001X"}, 0),
        ],
    )
    def test_they_are_found_by(self, three, kunshan, query, count):
        assert len(kunshan.get("transfers/", query).json()["results"]) == count

    def test_a_page_costs_one_statement(self, three, kunshan, django_assert_num_queries):
        kunshan.get("transfers/")
        with django_assert_num_queries(2):  # the token and the page
            kunshan.get("transfers/")
