"""What an import found, cell by cell: by code, in Chinese, with the article where there is one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from quota_registry.kernel.clauses import Clause
from quota_registry.kernel.clauses import clause as clause_of


class Severity(StrEnum):
    """What a finding means for its row."""

    ERROR = "error"
    """The row cannot be read and stays out; the others may go on."""
    REFUSAL = "refusal"
    """The row can be read, but a rule says no, so it stays out."""
    HINDRANCE = "hindrance"
    """The row becomes a draft, but cannot be filed before this is mended."""
    WARNING = "warning"
    """The row goes in; somebody should look."""
    NOTE = "note"
    """The row goes in; this is how an untidy cell was read."""

    @property
    def keeps_the_row_out(self) -> bool:
        """Say whether a row with such a finding is not taken in."""
        return self in {Severity.ERROR, Severity.REFUSAL}


MESSAGES: Final[Mapping[str, str | Promise]] = MappingProxyType(
    {
        "missing": _("必填，不能为空"),
        "formula": _("单元格含公式，请粘贴为数值后重新导入"),
        "not_a_number": _("“%(text)s”不是确定的数值"),
        "unit_in_cell": _("“%(text)s”带有单位，请按表头单位只填数值"),
        "finer_than_a_gram": _("%(text)s的小数超过六位，即小于1克"),
        "negative": _("%(text)s为负数，减排量不得为负数"),
        "too_large": _("%(text)s超出合理范围"),
        "code_as_number": _("编码被存为数字，位数已丢失，请设为文本后重新填写"),
        "wrong_code": _("“%(text)s”不符合该编码的格式"),
        "not_text": _("应为文字，实为数字或日期"),
        "too_long": _("文字过长，最多%(most)s个字符"),
        "not_a_date": _("“%(text)s”不是日期，请填写如2026-03-15"),
        "unknown_place": _("没有名为“%(text)s”的地区或园区"),
        "unknown_choice": _("“%(text)s”不在可选范围内"),
        "not_a_flag": _("“%(text)s”不是勾选标记，请填√或留空"),
        "check_digit": _("统一社会信用代码%(text)s的校验位不符，请核对"),
        "permit_of_another": _("排污许可证编号与统一社会信用代码不一致，请核对"),
        "duplicate_in_file": _("与第%(row)s行为同一项目，以该行为准"),
        "twice_in_file": _("与第%(row)s行重复，以该行为准"),
        "another_of_that_code": _("该代码在第%(row)s行为另一名称或所在地"),
        "permit_without_date": _("填写了许可证编号，缺少许可证变更日期"),
        "amount_without_permit": _("填写了许可排放量，缺少排污许可证编号"),
        "day_in_the_future": _("日期%(day)s尚未到来"),
        "day_outside_quarter": _("日期%(day)s不在%(quarter)s内，请核对"),
        "outside_your_places": _("%(place)s不在您的辖区内，不得由您导入"),
        "read_as": _("已读作%(value)s"),
    }
)
"""The sentence of every finding that no rule speaks for, by code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing found in one cell of one file."""

    file: str
    sheet: str
    row: int
    column: str
    header: str
    code: str
    severity: Severity
    facts: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    template: str | Promise = ""
    """The sentence of the rule that spoke; empty where the code's own sentence holds."""
    clause: Clause | None = None

    @property
    def message(self) -> str:
        """Say in the language active now what was found."""
        sentence = str(self.template or MESSAGES[self.code])
        return sentence % dict(self.facts) if self.facts else sentence

    @property
    def cell(self) -> str:
        """Name the cell as a spreadsheet does, such as P67."""
        return f"{self.column}{self.row}"

    def to_document(self) -> dict[str, Any]:
        """Give the finding for a page or a stored preview, in the language active now."""
        return {
            "file": self.file,
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "header": self.header,
            "code": self.code,
            "severity": self.severity.value,
            "message": self.message,
            "clause": self.clause.key if self.clause else "",
        }

    def put_away(self) -> dict[str, Any]:
        """Give the finding to be stored beside its row, in no language yet."""
        with override(None):
            template = str(self.template)
        return {
            "column": self.column,
            "header": self.header,
            "code": self.code,
            "severity": self.severity.value,
            "template": template,
            "facts": {name: _plain(fact) for name, fact in self.facts.items()},
            "clause": self.clause.key if self.clause else "",
        }

    @classmethod
    def taken_out(cls, stored: Mapping[str, Any], *, file: str, sheet: str, row: int) -> Finding:
        """Take a finding out again as `put_away` stored it."""
        return cls(
            file=file,
            sheet=sheet,
            row=row,
            column=stored["column"],
            header=stored["header"],
            code=stored["code"],
            severity=Severity(stored["severity"]),
            facts=stored["facts"],
            template=_(stored["template"]) if stored["template"] else "",
            clause=clause_of(stored["clause"]) if stored["clause"] else None,
        )


def _plain(fact: Any) -> Any:
    return fact if isinstance(fact, int | str) else str(fact)


class Unreadable(Exception):
    """A cell cannot be read as what its column holds; carries the code and facts of a finding."""

    def __init__(self, code: str, **facts: Any) -> None:
        """Remember the code and the facts."""
        super().__init__(code)
        self.code = code
        self.facts = facts
