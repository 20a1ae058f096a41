"""Files that are bombs, programs, doors or wrecks do not come in."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from quota_registry.kernel.imports import formulas, hostile, sheets
from quota_registry.kernel.imports.hostile import FileKind

CLAIMS = (Path(__file__).parents[2] / "fixtures" / "bureau" / "claims.xlsx").read_bytes()
SHEET = "xl/worksheets/sheet1.xml"


def remade(
    change: Callable[[str, bytes], bytes] = lambda name, text: text, **extra: bytes
) -> bytes:
    """Pack the bureau's file again with parts changed or added."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(CLAIMS)) as old,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, text in extra.items():
            new.writestr(name, text)
    return packed.getvalue()


def in_sheet(old: bytes, new: bytes) -> bytes:
    def change(name: str, text: bytes) -> bytes:
        if name != SHEET:
            return text
        assert old in text
        return text.replace(old, new, 1)

    return remade(change)


def test_the_bureaus_file_comes_in() -> None:
    assert hostile.examine(CLAIMS) is FileKind.XLSX
    assert hostile.examine(remade()) is FileKind.XLSX
    assert formulas.formulas_of(CLAIMS) == {"申报汇总": frozenset({(138, 16)})}


@pytest.mark.parametrize(
    ("name", "refusal"),
    [
        ("xl/vbaProject.bin", hostile.HasMacros),
        ("xl/embeddings/oleObject1.bin", hostile.HasMacros),
        ("xl/activeX/activeX1.xml", hostile.HasMacros),
        ("xl/externalLinks/externalLink1.xml", hostile.ReachesOut),
        ("xl/connections.xml", hostile.ReachesOut),
        ("../outside.xml", hostile.Damaged),
        ("/etc/outside.xml", hostile.Damaged),
        ("XL/Workbook.xml", hostile.Damaged),
    ],
)
def test_a_part_that_does_not_belong_is_refused(
    name: str, refusal: type[hostile.HostileFile]
) -> None:
    with pytest.raises(refusal):
        hostile.examine(remade(**{name: b"x"}))


def test_a_macro_workbook_under_another_name_is_refused() -> None:
    def change(name: str, text: bytes) -> bytes:
        if name == "[Content_Types].xml":
            return text.replace(b"sheet.main+xml", b"sheet.macroEnabled.main+xml")
        return text

    with pytest.raises(hostile.HasMacros):
        hostile.examine(remade(change))


def test_a_relation_to_the_outside_is_refused_and_a_hyperlink_is_not() -> None:
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId9" Type="http://example.invalid/{kind}"'
        ' Target="http://example.invalid/" TargetMode="External"/></Relationships>'
    )
    name = "xl/worksheets/_rels/sheet1.xml.rels"

    with pytest.raises(hostile.ReachesOut):
        hostile.examine(remade(**{name: relations.format(kind="attachedTemplate").encode()}))
    link = relations.format(kind="hyperlink").encode()
    assert hostile.examine(remade(**{name: link})) is FileKind.XLSX


def test_a_bomb_is_refused_before_it_unfolds() -> None:
    with pytest.raises(hostile.Bomb):
        hostile.examine(remade(**{"xl/media/zeros.xml": b"0" * 4_000_000}))


def test_a_file_that_is_too_large_is_refused() -> None:
    with pytest.raises(hostile.TooLarge):
        hostile.examine(b"x" * (hostile.MAX_BYTES + 1))


@pytest.mark.parametrize(
    "content", [b"", b"  \n", b"\xd0\xcf\x11\xe0old or encrypted", b"a,b\x00c"]
)
def test_what_is_no_spreadsheet_is_refused(content: bytes) -> None:
    with pytest.raises(hostile.NotASpreadsheet):
        hostile.examine(content)


def test_a_zip_that_is_no_workbook_is_refused() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    with pytest.raises(hostile.NotASpreadsheet):
        hostile.examine(packed.getvalue())


@pytest.mark.parametrize("length", [30, 300, 20_000])
def test_a_wreck_is_refused(length: int) -> None:
    with pytest.raises(hostile.HostileFile):
        sheets.read(CLAIMS[:length], file="x.xlsx")


def test_a_flipped_byte_is_refused() -> None:
    wreck = bytearray(CLAIMS)
    at = CLAIMS.find(SHEET.encode()) + 2_000
    wreck[at] ^= 0xFF
    with pytest.raises(hostile.Damaged):
        sheets.read(bytes(wreck), file="x.xlsx")


@pytest.mark.parametrize(
    "planted",
    [
        b'<c r="XFD9"><v>1</v></c>',
        b'<c r="DA9"><v>1</v></c>',
        b"<c r = 'XFD9'><v>1</v></c>",
        b'<c r="A1048576"><v>1</v></c>',
    ],
)
def test_a_lone_cell_far_away_is_a_bomb(planted: bytes) -> None:
    with pytest.raises(hostile.Bomb):
        sheets.read(in_sheet(b"</row>", planted + b"</row>"), file="x.xlsx")


def test_a_document_type_is_refused() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet'
    with pytest.raises(hostile.Damaged):
        sheets.read(in_sheet(b"<worksheet", bomb), file="x.xlsx")


def test_another_encoding_cannot_hide_a_formula() -> None:
    def change(name: str, text: bytes) -> bytes:
        return text.decode().encode("utf-16") if name == SHEET else text

    with pytest.raises(hostile.Damaged):
        sheets.read(remade(change), file="x.xlsx")


@pytest.mark.parametrize(
    "formula",
    [
        b"<f>1+1</f>",
        b"<f\n>1+1</f>",
        b'<f t="shared" si="0"/>',
        b'<f t="array" ref="L5">SUM(A1)</f>',
    ],
)
def test_a_formula_is_found_however_it_is_written(formula: bytes) -> None:
    content = in_sheet(b'<c r="L5" t="n">', b'<c r="L5" t="n">' + formula)

    assert (5, 12) in formulas.formulas_of(content)["申报汇总"]


def test_a_formula_in_a_cell_without_a_reference_is_found() -> None:
    content = in_sheet(b"</row>", b"<c><f>1</f></c></row>")

    found = formulas.formulas_of(content)["申报汇总"]
    assert len(found) == 2


def test_a_formula_under_a_prefix_is_found() -> None:
    workbook = (
        b'<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b'<x:sheetData><x:row r="3"><x:c r="B3"><x:f>1+1</x:f></x:c></x:row></x:sheetData>'
        b"</x:worksheet>"
    )

    def change(name: str, text: bytes) -> bytes:
        return workbook if name == SHEET else text

    assert formulas.formulas_of(remade(change)) == {"申报汇总": frozenset({(3, 2)})}
