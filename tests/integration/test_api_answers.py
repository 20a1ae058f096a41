"""What every answer has: a hash, a language, a table for whoever asks for one, pages by key."""

import csv
import io

import pytest
from django.utils import translation

from quota_registry.kernel.models import Place, Polluter
from quota_registry.kernel.rest import tables
from tests import callers, city

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def places():
    return callers.places()


@pytest.fixture
def suzhou():
    return callers.program("320500")


@pytest.fixture
def polluters():
    callers.sign()
    return [
        Polluter.objects.create(
            uscc=f"91320583MA1X1002{number:02}",
            name=f"昆山示范远博{number}有限公司",
            place_id="320583",
            # The same key for all: the pages must still tell them apart.
            sort_key="kunshan",
        )
        for number in range(10, 17)
    ]


class TestETag:
    def test_an_unchanged_answer_is_not_sent_again(self, suzhou):
        first = suzhou.get("places/")
        again = suzhou.get("places/", if_none_match=first["ETag"])
        assert (again.status_code, again.content) == (304, b"")
        assert again["ETag"] == first["ETag"]
        assert again["Cache-Control"] == first["Cache-Control"] == "private, no-cache"

    def test_a_changed_one_is(self, suzhou):
        first = suzhou.get("places/")
        callers.sign()
        Place.objects.filter(pk="320583").update(name_en="Kunshan")
        again = suzhou.get("places/", if_none_match=first["ETag"])
        assert again.status_code == 200
        assert again["ETag"] != first["ETag"]

    def test_it_is_the_hash_of_what_is_sent(self, suzhou):
        json, table = suzhou.get("places/"), suzhou.get("places/", accept="text/csv")
        english = suzhou.get("codes/", accept_language="en")
        assert json["ETag"] != table["ETag"]
        assert english["ETag"] != suzhou.get("codes/")["ETag"]

    def test_caches_know_what_it_depends_on(self, suzhou):
        vary = {word.strip() for word in suzhou.get("places/")["Vary"].split(",")}
        assert {"Accept", "Accept-Language", "Authorization", "Cookie"} <= vary


class TestTables:
    def test_a_list_comes_as_a_table(self, suzhou):
        response = suzhou.get("places/", accept="text/csv")
        assert response["Content-Type"] == "text/csv; charset=utf-8"
        assert response["Content-Disposition"] == 'attachment; filename="places.csv"'
        assert response.content.startswith(b"\xef\xbb\xbf")
        rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
        assert rows[0][:3] == ["代码", "名称", "英文名称"]
        assert [row[0] for row in rows[1:]] == [
            "320500",
            "320500P01",
            "320581",
            "320583",
            "320583P01",
        ]

    def test_no_cell_computes(self, suzhou):
        callers.sign()
        Place.objects.filter(pk="320583").update(name='=HYPERLINK("x")')
        response = suzhou.get("places/", accept="text/csv")
        assert "'=HYPERLINK" in response.content.decode("utf-8-sig")

    @pytest.mark.parametrize(
        ("value", "cell"),
        [
            ("=1+1", "'=1+1"),
            ("+1+1", "'+1+1"),
            ("-1+1", "'-1+1"),
            ("@x", "'@x"),
            ("\tx", "'\tx"),
            ("-1.000000", "-1.000000"),
            ("昆山市", "昆山市"),
            (None, ""),
            (["a"], '["a"]'),
        ],
    )
    def test_what_could_compute_is_made_text(self, value, cell):
        assert tables.neutral(value) == cell

    def test_a_mass_has_its_unit_in_the_heading(self):
        from quota_registry.kernel.serializers import PermittedAmountSerializer

        with translation.override("zh-hans"):
            text = tables.table(
                PermittedAmountSerializer(), [{"pollutant": "TP", "amount": "1.000000"}]
            )
        assert text.decode("utf-8-sig").splitlines() == [
            "污染物,许可排放量（吨/年）",
            "TP,1.000000",
        ]


class TestPages:
    def test_every_row_comes_once(self, suzhou, polluters):
        pages = suzhou.all("polluters/", {"page_size": 3})
        assert [len(page) for page in pages] == [3, 3, 1]
        assert [row["uscc"] for page in pages for row in page] == [
            polluter.uscc for polluter in polluters
        ]

    def test_a_full_last_page_has_no_next(self, suzhou, polluters):
        assert [len(page) for page in suzhou.all("polluters/", {"page_size": 7})] == [7]

    def test_a_page_costs_one_query(self, suzhou, polluters, django_assert_num_queries):
        suzhou.get("polluters/")
        with django_assert_num_queries(2):  # the token and the page
            suzhou.get("polluters/", {"page_size": 3})


class TestPolluters:
    def test_one_polluter_with_its_permits(self, suzhou, polluters):
        body = suzhou.get(f"polluters/{polluters[0].uscc}/").json()
        assert body["name"] == "昆山示范远博10有限公司"
        assert body["permits"] == body["former_names"] == []

    def test_outside_it_is_not_there(self, polluters):
        response = callers.program("320581").get(f"polluters/{polluters[0].uscc}/")
        assert response.status_code == 404

    def test_they_are_found_by_a_part_of_the_name(self, suzhou, polluters):
        found = suzhou.get("polluters/", {"search": "远博12"}).json()["results"]
        assert [row["uscc"] for row in found] == [polluters[2].uscc]

    @pytest.mark.parametrize(
        ("query", "count"),
        [
            ({"place": "320583"}, 7),
            ({"place": "320500"}, 0),
            ({"place": "320500", "descendants": "1"}, 7),
            ({"place": "320500", "descendants": "0"}, 0),
            ({"place": "320581", "descendants": "1"}, 0),
            ({"management_class": "key"}, 0),
        ],
    )
    def test_a_place_means_that_place_alone(self, suzhou, polluters, query, count):
        assert len(suzhou.get("polluters/", query).json()["results"]) == count


class TestCodes:
    def test_the_eight_pollutants_in_the_notices_order(self, suzhou):
        pollutants = suzhou.get("codes/").json()["pollutants"]
        assert [row["code"] for row in pollutants] == [
            "COD",
            "NH3N",
            "TN",
            "TP",
            "SO2",
            "NOX",
            "VOCS",
            "PM",
        ]
        assert pollutants[1] == {
            "code": "NH3N",
            "name": "氨氮",
            "symbol": "NH3-N",
            "medium": "water",
            "hj_code": "w21003",
        }

    def test_names_come_in_the_callers_language(self, suzhou):
        tiers = suzhou.get("codes/", accept_language="en").json()["tiers"]
        assert {"code": "county", "name": "County"} in tiers

    def test_the_index_names_every_list(self, suzhou):
        city.rule_book()
        resources = suzhou.get("").json()["resources"]
        assert resources["codes"] == "/api/v1/codes/"
        assert "readings" not in resources
        # A gate stands before one place, a queue before one reserve: each has to be named.
        needed = {key: {"place": "320583"} for key in ("gates", "queue")}
        for name, address in resources.items():
            answer = suzhou.get(address.removeprefix("/api/v1/"), needed.get(name, {}))
            assert answer.status_code == 200, address
