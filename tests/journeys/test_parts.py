"""The parts that every page is made of, in a real browser under the real content policy."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.journeys import axe
from tests.journeys.conftest import NARROW, WIDE, Opener
from tests.journeys.sight import assert_fits

PASTE = """(text) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  document.activeElement.dispatchEvent(
    new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }),
  );
}"""


def cell(page: Page, row: str, column: str) -> object:
    return page.locator(f"input[data-row={row}][data-column={column}]")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_every_part_is_usable_by_everybody_and_fits(
    open_page: Opener, width: int, language: str
) -> None:
    page = open_page("/styleguide/?say=1", width=width, language=language)
    page.locator("[data-chart] svg").first.wait_for()
    axe.assert_usable(page)
    assert_fits(page)


def test_axe_would_see_a_picture_without_words(open_page: Opener) -> None:
    page = open_page("/styleguide/")
    page.evaluate("document.querySelector('main').append(new Image())")
    assert "image-alt" in {found.rule for found in axe.violations(page)}


def test_the_six_kinds_of_chart_are_drawn_and_told_as_tables(open_page: Opener) -> None:
    page = open_page("/styleguide/")
    page.locator("[data-chart] svg").nth(5).wait_for()
    assert page.locator("[data-chart] svg").count() == 6
    page.locator(".chart-numbers summary").first.click()
    assert "372.3" in page.locator(".chart-numbers").first.inner_text()


def test_the_grid_is_walked_with_the_arrow_keys(open_page: Opener) -> None:
    page = open_page("/styleguide/")
    cell(page, "COD", "verified").focus()
    for key, row, column in [
        ("ArrowDown", "NH3N", "verified"),
        ("ArrowRight", "NH3N", "binding"),
        ("Enter", "TN", "binding"),
        ("ArrowUp", "NH3N", "binding"),
        ("ArrowLeft", "NH3N", "verified"),
    ]:
        page.keyboard.press(key)
        here = page.evaluate("({...document.activeElement.dataset})")
        assert (here["row"], here["column"]) == (row, column), key


def test_a_row_of_the_bureaus_sheet_is_pasted_down_the_pollutants(open_page: Opener) -> None:
    page = open_page("/styleguide/")
    cell(page, "COD", "verified").focus()
    page.evaluate(PASTE, "1,000.5\t２.25\t—\t4\t5\t6\t7\t8.1234567")
    values = [one.input_value() for one in page.locator("input[data-column=verified]").all()]
    assert values == ["1000.5", "2.25", "", "4", "5", "6", "7", "8.1234567"]
    assert page.locator("input[data-column=verified][aria-invalid=true]").count() == 1
    outputs = page.locator("output[data-column=admissible]").all_inner_texts()
    assert outputs[:2] == ["−12.000000", "2.250000"]


def test_a_final_act_says_what_it_does_and_asks_once(open_page: Opener) -> None:
    page = open_page("/styleguide/")
    page.get_by_role("button", name="入库").first.click()
    dialog = page.get_by_role("dialog")
    assert "昆山市 +7.000000" in dialog.inner_text()
    axe.assert_usable(page)
    dialog.get_by_role("button", name="取消").click()
    assert not dialog.is_visible()
    page.get_by_role("button", name="入库").first.click()
    with page.expect_navigation():
        dialog.get_by_role("button", name="入库").click()


def test_slash_goes_to_the_search(open_page: Opener) -> None:
    page = open_page("/styleguide/")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"


def test_the_side_bar_folds_and_keeps_the_focus(open_page: Opener) -> None:
    page = open_page("/styleguide/", width=NARROW)
    menu = page.get_by_role("navigation", name="主菜单")
    assert not menu.is_visible()
    page.get_by_role("button", name="打开菜单").click()
    assert menu.is_visible()
    axe.assert_usable(page)
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.hasAttribute('data-sidebar-open')")


def test_chosen_lines_are_counted(open_page: Opener) -> None:
    page = open_page("/styleguide/")
    page.locator("[data-select-all]").check()
    assert page.locator("[data-count]").inner_text() == "已选 4 项"
    page.locator("[data-select-none]").click()
    assert not page.locator("[data-action-bar]").is_visible()


def test_a_polluter_is_looked_up_by_typing_and_taken_by_the_keyboard(open_page: Opener) -> None:
    page = open_page("/styleguide/")
    box = page.get_by_role("combobox", name="排污单位")
    box.fill("太仓")
    page.get_by_role("option", name="太仓示范城东污水处理厂").wait_for()
    page.keyboard.press("ArrowDown")
    axe.assert_usable(page)
    page.keyboard.press("Enter")
    assert box.input_value() == "太仓示范城东污水处理厂"
    assert page.locator("#id_polluter").input_value() == "320583-2026-00003"
    assert page.locator(".lookup-list [role=option]").count() == 0
    box.press_sequentially("x")
    assert page.locator("#id_polluter").input_value() == ""


def test_a_draft_saves_itself(open_page: Opener) -> None:
    page = open_page("/styleguide/")
    with page.expect_request(lambda request: request.method == "POST") as sent:
        page.locator("#id_project").fill("城东污水处理厂提标改造")
    assert "城东污水处理厂提标改造" in (sent.value.post_data or "")
    page.get_by_text("已保存 14:06").wait_for()


def test_progress_is_told_until_the_job_is_done(open_page: Opener) -> None:
    page = open_page("/styleguide/")
    bar = page.locator(".progress-box")
    bar.get_by_text("已完成").wait_for()
    assert bar.get_attribute("hx-get") is None


def test_a_file_too_large_or_of_a_wrong_kind_is_named_at_once(open_page: Opener) -> None:
    page = open_page("/styleguide/")
    page.locator("#id_evidence").set_input_files(
        {"name": "claims.exe", "mimeType": "application/octet-stream", "buffer": b"MZ"}
    )
    assert "文件类型不符，可用 .pdf .jpg .png" in page.locator("[data-files]").inner_text()
    assert not page.evaluate("document.getElementById('id_evidence').checkValidity()")


def test_errors_on_top_lead_to_their_fields(open_page: Opener) -> None:
    page = open_page("/styleguide/")
    summary = page.locator("[data-error-summary]")
    assert page.evaluate("document.activeElement.hasAttribute('data-error-summary')")
    summary.get_by_role("link", name="完成日期").click()
    assert page.evaluate("document.activeElement.id") == "id_finished"


@pytest.mark.parametrize("part", ["paper", "400", "403", "409", "412", "500", "locked", "codes"])
def test_pages_that_stand_alone_are_usable(open_page: Opener, part: str) -> None:
    page = open_page(f"/styleguide/?part={part}", width=NARROW)
    axe.assert_usable(page)
    assert_fits(page)
