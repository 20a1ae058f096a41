"""Vouchers outside the desk: the page, the paper, and what the public may ask about one."""

from __future__ import annotations

import io
import re
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pypdfium2
import pytest
import zxingcpp
from django.core.cache import cache
from django.test import Client as Browser
from django.utils.translation import override
from pypdf import PdfReader

from allocation.models import Voucher
from allocation.papers import printing
from allocation.selectors import issued, verification
from allocation.selectors.verification import AskedTooOften, NotVerified
from allocation.services import releases
from allocation.services import vouchers as after
from allocation.views.vouchers import sankey
from quota_registry.kernel import counters
from quota_registry.kernel.mass import Grams
from quota_registry.kernel.models import AuditEvent, Place
from quota_registry.kernel.vocabulary import Pollutant
from reserve.models import Lot
from tests import desk, factories
from tests.browsers import browser_of
from tests.desk import T, asks
from tests.factories import ON
from tests.papers import pages, text

pytestmark = pytest.mark.django_db

NOX, COD = Pollutant.NOX, Pollutant.COD
PAGE = "/public/vouchers/"
DONE = {"version": 1, "document": "昆环函〔2026〕1号", "reason": "规模缩减"}


@pytest.fixture
def voucher(settings: Any) -> Voucher:
    """昆山 draws 8.4 t of NOx from two lots of its own, and 2 t of COD."""
    settings.QUOTA_VERIFICATIONS_PER_MINUTE = 10_000
    factories.all_places()
    desk.judged()
    desk.stocked("320583", 5 * T, number="脱硝一期")
    desk.stocked("320583", 5 * T, number="脱硝二期", vintage=date(2026, 8, 15))
    desk.stocked("320583", 5 * T, "COD", number="提标改造")
    project = desk.project({"NOX": "4.2", "COD": "1"}, site="高新区玉山镇")
    return desk.vouchered(project, asks(("NOX", "320583", 8_400_000), ("COD", "320583", 2 * T)))


def give_back(of: Voucher, grams: int | None = None) -> None:
    after.give_back(
        application=of.application,
        amounts={NOX: Grams(grams)} if grams else None,
        by=factories.person("kunshan.head"),
        on=ON,
        **DONE,
    )


def fresh(of: Voucher) -> Voucher:
    return Voucher.objects.select_related("application").get(pk=of.pk)


def plain(page: Any) -> str:
    """Read what a page says, without its marks."""
    return re.sub(r"<[^>]*>", "", page.content.decode())


def ask(number: str, code: str, **more: Any) -> Any:
    return Browser(**more).get(PAGE, {"number": number, "code": code})


# ── The paper ──
def test_the_paper_says_all_that_was_issued_and_how_to_check_it(
    voucher: Voucher, settings: Any
) -> None:
    settings.QUOTA_URL = "https://quota.example.cn"

    whole = text(printing.voucher_pdf(fresh(voucher), on=ON, language="zh-hans"))

    for words in (
        "排污总量指标凭证",
        "320583-2026-00001",
        "昆山市生态环境主管部门",
        voucher.application.project.name,
        voucher.application.project.polluter.name,
        voucher.application.project.polluter.uscc,
        "高新区玉山镇",
        "4.200000",
        "8.400000",
        "第7条（7.2）",
        "脱硝一期",
        "脱硝二期",
        "提标改造",
        "2026-08-15",
        "默认",
        "有效",
        voucher.issued_by.name,
        "（盖章）",
        "https://quota.example.cn/public/vouchers/",
        verification.spoken(voucher.code),
    ):
        assert words in whole, words
    assert "已退回" not in whole
    assert "作废" not in whole


def test_the_code_on_the_paper_leads_to_the_public_page(voucher: Voucher) -> None:
    page = pypdfium2.PdfDocument(printing.voucher_pdf(fresh(voucher), on=ON))[0]
    # As a phone sees it: the page as a picture of 150 dots an inch.
    (read,) = zxingcpp.read_barcodes(page.render(scale=150 / 72).to_numpy())
    assert read.format == zxingcpp.BarcodeFormat.QRCode
    address = urlsplit(read.text)
    assert (address.scheme, address.path) == ("http", PAGE)
    asked = {name: values[0] for name, values in parse_qs(address.query).items()}
    assert asked == {"number": voucher.number, "code": voucher.code}
    assert voucher.number in Browser().get(PAGE, asked).content.decode()


def test_the_paper_is_one_page_fit_for_an_archive_and_the_same_each_time(voucher: Voucher) -> None:
    first = printing.voucher_pdf(fresh(voucher), on=ON, language="zh-hans")
    assert first == printing.voucher_pdf(fresh(voucher), on=ON, language="zh-hans")
    assert len(pages(first)) == 1
    about = PdfReader(io.BytesIO(first)).xmp_metadata
    assert about is not None
    assert b"<pdfaid:part>2</pdfaid:part>" in about.stream.get_data()


def test_in_english_the_chinese_form_stays_with_english_beneath(voucher: Voucher) -> None:
    whole = text(printing.voucher_pdf(fresh(voucher), on=ON, language="en"))
    assert "排污总量指标凭证" in whole
    assert "Emissionquotavoucher" in whole
    assert "Ecologyandenvironmentauthorityof" in whole


def test_a_paper_of_which_something_went_back_says_so(voucher: Voucher) -> None:
    give_back(voucher, 3 * T)
    part = text(printing.voucher_pdf(fresh(voucher), on=ON, language="zh-hans"))
    assert "部分指标已退回" in part
    assert ("3.000000" in part, "5.400000" in part, "昆环函〔2026〕1号" in part) == (True,) * 3
    give_back(voucher)
    whole = text(printing.voucher_pdf(fresh(voucher), on=ON, language="zh-hans"))
    assert "本凭证已退回：指标不再属于本项目，不得使用。" in whole


def test_an_annulled_paper_says_so(voucher: Voucher) -> None:
    after.annul(
        application=voucher.application, by=factories.person("city.director"), on=ON, **DONE
    )
    assert "本凭证已作废，不得使用。" in text(
        printing.voucher_pdf(fresh(voucher), on=ON, language="zh-hans")
    )


def test_what_people_write_is_no_markup(voucher: Voucher) -> None:
    hostile = fresh(voucher)
    hostile.content["project"]["name"] = '#panic() $x$ <b>"'
    assert '#panic()$x$<b>"' in text(printing.voucher_pdf(hostile, on=ON, language="zh-hans"))


# ── The pages ──
def test_a_page_tells_what_it_says_where_it_came_from_and_its_proof(voucher: Voucher) -> None:
    browser = browser_of(factories.person("kunshan.officer"))
    answer = browser.get(f"/allocation/vouchers/{voucher.number}/")
    page = answer.content.decode()
    for words in ("脱硝一期", "8.400000", "待封存", verification.spoken(voucher.code)):
        assert words in plain(answer)
    assert f'href="/reserve/transfers/{voucher.transfer_id}/"' in page
    assert f'href="/allocation/vouchers/{voucher.number}/paper/"' in page


def test_what_a_person_may_not_open_is_no_link() -> None:
    """昆山 draws on the city's reserve: a lot that 常熟 made, only 常熟 and the city look into."""
    factories.all_places()
    desk.judged()
    desk.stocked("320500", 5 * T, number="常熟工程", place="320581")
    scitech = desk.project(priority="scitech", priority_basis="苏科计〔2026〕9号")
    held = desk.carry(desk.drafted(scitech, asks(("NOX", "320500", 2 * T))), "held")
    releases.sign(
        application=held,
        version=1,
        place=factories.place("320500"),
        by=factories.person("city.director"),
        on=ON,
    )
    number = desk.carry(held, "vouchered").voucher.number

    lot = Lot.objects.get(source__number="常熟工程")
    for person, sees in (("kunshan.officer", False), ("city.office", True)):
        page = browser_of(factories.person(person)).get(f"/allocation/vouchers/{number}/")
        assert "常熟工程" in page.content.decode()
        assert (f'href="/reserve/lots/{lot.pk}/"' in page.content.decode()) is sees


def test_the_places_under_the_signatures_are_named_in_the_reader_s_language(
    settings: Any,
) -> None:
    factories.all_places()
    desk.judged()
    desk.stocked("320500", 5 * T, number="常熟工程")
    scitech = desk.project(priority="scitech", priority_basis="苏科计〔2026〕9号")
    held = desk.carry(desk.drafted(scitech, asks(("NOX", "320500", 2 * T))), "held")
    with factories.system():
        for code, name in (("320500", "Suzhou"), ("320583", "Kunshan")):
            Place.objects.filter(pk=code).update(name_en=name)
    city = Place.objects.get(pk="320500")
    releases.sign(
        application=held, version=1, place=city, by=factories.person("city.director"), on=ON
    )
    voucher = desk.carry(held, "vouchered").voucher
    with override("zh-hans"):
        assert [one.place and one.place.spoken for one in issued.of(voucher).said.signatures] == [
            "苏州市",
            "昆山市",
        ]
    with override("en"):
        said = issued.of(voucher).said
        assert [one.place and one.place.spoken for one in said.signatures] == ["Suzhou", "Kunshan"]
        assert [one.owner.spoken for one in said.sources] == ["Suzhou"]
    stranger = Browser()
    stranger.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    answer = stranger.get(PAGE, {"number": voucher.number, "code": voucher.code})
    table = answer.content.decode().partition("Signs for")[2]
    assert "Suzhou" in table
    assert "苏州市" not in table
    # A paper that was issued before the English name was kept says the Chinese one.
    voucher.content["signatures"][0].pop("place_en")
    with override("en"):
        assert [one.place and one.place.spoken for one in issued.of(voucher).said.signatures] == [
            "苏州市",
            "Kunshan",
        ]


def test_a_voucher_of_another_county_is_not_there(voucher: Voucher) -> None:
    browser = browser_of(factories.person("changshu.officer"))
    for address in ("", "paper/"):
        assert browser.get(f"/allocation/vouchers/{voucher.number}/{address}").status_code == 404


def test_the_paper_is_printed_from_the_page_and_written_down(voucher: Voucher) -> None:
    browser = browser_of(factories.person("kunshan.officer"))
    answer = browser.get(f"/allocation/vouchers/{voucher.number}/paper/")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert AuditEvent.objects.get(verb="print").subject == voucher.number


def test_the_sankey_goes_from_each_work_through_the_account_to_the_project(
    voucher: Voucher,
) -> None:
    drawn = sankey(issued.read(voucher.content), NOX)
    links = [(one["source"], one["target"], one["value"]) for one in drawn["links"]]
    project = f"project:{voucher.application.project.number}"
    assert links == [
        ("paper:脱硝一期", "owner:昆山市", "5.000000"),
        ("owner:昆山市", project, "8.400000"),
        ("paper:脱硝二期", "owner:昆山市", "3.400000"),
    ]


def test_the_list_finds_by_text_place_and_standing(voucher: Voucher) -> None:
    browser = browser_of(factories.person("city.office"))

    def found(**asked: str) -> bool:
        return voucher.number in browser.get("/allocation/vouchers/", asked).content.decode()

    assert found()
    assert found(q=voucher.application.project.polluter.uscc)
    assert found(place="320583", status="valid")
    assert not found(place="320581")
    assert not found(status="void")
    assert not found(q="没有这样的")
    give_back(voucher)
    assert found(status="returned")


def test_the_list_goes_home_as_a_table(voucher: Voucher) -> None:
    browser = browser_of(factories.person("kunshan.officer"))
    answer = browser.get("/allocation/vouchers/", {"export": "csv"})
    table = b"".join(answer).decode()
    assert voucher.number in table
    assert "8.400000" in table


# ── What the public may ask ──
def test_number_and_code_tell_what_the_paper_tells(voucher: Voucher) -> None:
    page = ask(voucher.number, voucher.code)
    said = page.content.decode()
    assert page.status_code == 200
    for words in (voucher.number, voucher.application.project.name, "8.400000", "有效"):
        assert words in plain(page)
    # Nothing on it leads inside, and nothing is kept.
    for inside in ("/reserve/", "/allocation/", "规模缩减"):
        assert inside not in said
    assert "no-store" in page["Cache-Control"]
    assert page["X-Robots-Tag"] == "noindex"


def test_a_code_is_taken_as_people_type_it(voucher: Voucher) -> None:
    typed = f" {verification.spoken(voucher.code).lower()} "
    assert ask(f" {voucher.number} ", typed).status_code == 200


def test_a_wrong_code_is_answered_like_a_number_that_does_not_exist(voucher: Voucher) -> None:
    other = "2" * 12 if voucher.code != "2" * 12 else "3" * 12
    wrong = ask(voucher.number, other)
    unknown = ask("320583-2026-99999", other)
    assert (wrong.status_code, unknown.status_code) == (404, 404)
    told = [
        re.sub(r'FToken": "[^"]*"|value="[A-Za-z0-9]{64}"', "", page.content.decode()).replace(
            number, "…"
        )
        for page, number in ((wrong, voucher.number), (unknown, "320583-2026-99999"))
    ]
    assert told[0] == told[1]
    assert voucher.application.project.name not in told[0]


@pytest.mark.parametrize(
    "code",
    ["", "?" * 12, "%", "_" * 12, "' OR 1=1 --", "*", "２" * 12, "\u0660" * 12, "A" * 10_000],
)
def test_nothing_but_the_code_opens_it(voucher: Voucher, code: str) -> None:
    assert ask(voucher.number, code).status_code == 404
    with pytest.raises(NotVerified):
        verification.verify(number="320583-2026-99999", code=code, address="192.0.2.1")


def test_the_beginning_of_a_code_is_no_code(voucher: Voucher) -> None:
    for length in range(len(voucher.code)):
        assert ask(voucher.number, voucher.code[:length]).status_code in {200, 404}
        with pytest.raises(NotVerified):
            verification.verify(
                number=voucher.number, code=voucher.code[:length], address="192.0.2.1"
            )


def test_what_is_typed_comes_back_as_text_alone(voucher: Voucher) -> None:
    hostile = '"><script>alert(1)</script>'
    page = ask(hostile, hostile).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;" in page


def test_a_nul_is_refused() -> None:
    assert Browser().get(f"{PAGE}?number=%00&code=1").status_code == 400


def test_who_asks_too_often_is_told_when_to_come_back(voucher: Voucher, settings: Any) -> None:
    settings.QUOTA_VERIFICATIONS_PER_MINUTE = 3
    here = {"REMOTE_ADDR": "192.0.2.77"}
    # The minute may turn in between: of seven questions four stand in one minute.
    answers = [ask(voucher.number, "2" * 12, **here) for _time in range(7)]
    assert [one.status_code for one in answers[:3]] == [404] * 3
    refused = [one for one in answers if one.status_code == 429]
    assert refused
    assert 1 <= int(refused[0]["Retry-After"]) <= 60
    assert "查验过于频繁" in refused[0].content.decode()
    # A right question is refused as well: nobody learns a code by asking on.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counters, "too_often", lambda name, most: 7)
        assert ask(voucher.number, voucher.code, **here).status_code == 429
    assert ask(voucher.number, voucher.code, REMOTE_ADDR="192.0.2.78").status_code == 200


def test_looking_at_the_form_counts_as_no_question(settings: Any) -> None:
    settings.QUOTA_VERIFICATIONS_PER_MINUTE = 0
    assert Browser().get(PAGE).status_code == 200
    with pytest.raises(AskedTooOften):
        verification.verify(number="1", code="1", address="192.0.2.79")


def test_it_is_off_where_nothing_is_published(voucher: Voucher, settings: Any) -> None:
    settings.QUOTA_PUBLIC_PAGES = False
    assert ask(voucher.number, voucher.code).status_code == 404
    assert "凭证查验" not in ask(voucher.number, voucher.code).content.decode()


def test_a_returned_voucher_is_told_as_returned(voucher: Voucher) -> None:
    give_back(voucher)
    said = ask(voucher.number, voucher.code).content.decode()
    assert "已退回" in said
    assert "不得使用" in said


def test_a_minute_s_count_is_shared_and_ends() -> None:
    name = "test-of-the-count"
    cache.clear()
    answers = {counters.too_often(name, most=10_000) for _time in range(3)}
    assert answers == {0}
    assert 1 <= counters.too_often(name, most=0) <= 60
