"""Codes are checked and never guessed; names come to one form."""

from __future__ import annotations

import pytest

from quota_registry.kernel import identifiers
from quota_registry.kernel.identifiers import UsccCheck

PLACES = identifiers.place_table(
    [
        ("昆山市", "320583"),
        ("常熟市", "320581"),
        ("吴中区", "320506"),
        ("苏州工业园区", "320500P01"),
        ("昆山经济技术开发区", "320583P01"),
        ("昆山经开区", "320583P01"),
    ]
)


@pytest.mark.parametrize("code", ["91130200699229617X", "91110000600037341L", "91320585MAX010029A"])
def test_a_sound_code_passes(code: str) -> None:
    assert identifiers.check_uscc(code) is UsccCheck.SOUND


@pytest.mark.parametrize(
    "code",
    ["91350100M0001TGQXM", "91350211M0000XUF46", "91350203M0001FUE2P", "91320505MAX0115583"],
)
def test_a_wrong_check_character_is_only_a_warning(code: str) -> None:
    assert identifiers.check_uscc(code) is UsccCheck.WRONG_CHECK_DIGIT


@pytest.mark.parametrize(
    "code", ["", "9113020069922961", "91130200699229617O", "９1130200699229617X"]
)
def test_what_is_no_code_has_the_wrong_shape(code: str) -> None:
    assert identifiers.check_uscc(code) is UsccCheck.WRONG_SHAPE


def test_a_code_may_start_with_a_letter() -> None:
    assert identifiers.check_uscc("A1110000600037341L") is not UsccCheck.WRONG_SHAPE


@pytest.mark.parametrize(
    ("code", "good"),
    [
        ("91130200699229617X001P", True),
        ("91320582MAX0100102001U", True),
        ("91130200699229617X001", False),
        ("91130200699229617X0A1P", False),
        ("91130200699229617I001P", False),
    ],
)
def test_a_permit_number_has_twenty_two_characters(code: str, good: bool) -> None:
    assert identifiers.is_permit_number(code) is good


def test_industry_codes_and_outlets() -> None:
    assert identifiers.is_industry_code("C2761")
    assert not identifiers.is_industry_code("2761")
    assert not identifiers.is_industry_code("Z2761")
    assert identifiers.is_outlet_number("DW001")
    assert not identifiers.is_outlet_number("DX001")


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("苏环办字〔2023〕78号", "苏环办字〔2023〕78号"),
        ("苏环办字[2023] 78号", "苏环办字〔2023〕78号"),
        ("苏环办字（2023）78 号", "苏环办字〔2023〕78号"),
    ],
)
def test_a_document_number_gets_its_own_brackets(written: str, number: str) -> None:
    assert identifiers.clean_document_number(written) == number
    assert identifiers.is_document_number(number)
    assert not identifiers.is_document_number("78号")


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("昆山市", "320583"),
        ("昆山", "320583"),
        (" 昆 山\n市 ", "320583"),
        ("常熟", "320581"),
        ("苏州工业园区", "320500P01"),
        ("昆山经开区", "320583P01"),
    ],
)
def test_a_place_is_found_by_its_names(written: str, code: str) -> None:
    assert identifiers.place_code(written, PLACES) == code


@pytest.mark.parametrize("written", ["昆山县", "江阴", "", "320583"])
def test_a_place_is_never_guessed(written: str) -> None:
    with pytest.raises(identifiers.UnknownPlace):
        identifiers.place_code(written, PLACES)


def test_a_short_name_of_two_places_names_neither() -> None:
    table = identifiers.place_table([("鼓楼区", "320106"), ("鼓楼市", "999999")])

    with pytest.raises(identifiers.UnknownPlace):
        identifiers.place_code("鼓楼", table)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("  吴中示范达\n安涂料1204有限公司　", "吴中示范达安涂料1204有限公司"),
        ("示范(苏州)涂料有限公司", "示范（苏州）涂料有限公司"),
        ("Example  Coatings\tLtd", "Example Coatings Ltd"),
        ("示范 ＡＢＣ 涂料", "示范ABC涂料"),
    ],
)
def test_a_name_comes_to_one_form(written: str, name: str) -> None:
    assert identifiers.clean_name(written) == name


@pytest.mark.parametrize(
    "written", ["示范减排工程(二期)A", "示范减排工程（二期）a", " 示范 减排\n工程(二期)Ａ"]
)
def test_a_project_is_the_same_however_its_name_is_spaced(written: str) -> None:
    assert identifiers.normalise_project(written) == "示范减排工程(二期)a"
