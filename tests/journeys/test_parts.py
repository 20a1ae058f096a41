"""The parts that every page is made of, in a real browser under the real content policy."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.journeys import axe
from tests.journeys.conftest import NARROW, WIDE, Opener

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
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


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
