"""A claim with everything on it, and one with nothing, for the papers to show."""

from __future__ import annotations

import io
from datetime import date
from typing import Any, Final

from pypdf import PdfReader

from quota_registry.kernel.vocabulary import Pollutant
from reserve.papers.facts import (
    ClaimFacts,
    EvidenceFacts,
    InspectionFacts,
    LineFacts,
    OpinionFacts,
    StepFacts,
)
from reserve.vocabulary import ClaimStatus, LineStatus

PRINTED: Final = date(2026, 9, 30)
LONG_NAME: Final = "昆山示范远博新型环保建筑材料与特种水泥制造（集团）股份有限公司第一千零二分公司"


def full(number: int = 7, **changes: Any) -> ClaimFacts:
    """Make a claim of three lines, one refused, that has come through the joint review."""
    facts: dict[str, Any] = {
        "number": f"320583-S-2026-{number:05d}",
        "version": 2,
        "status": ClaimStatus.JOINT_REVIEWED,
        "place": "昆山市",
        "beneficiary": "昆山经济技术开发区",
        "polluter": LONG_NAME,
        "uscc": "91320583MAX010029A",
        "permit": "91320583MAX010029A001Q",
        "management_class": "key",
        "industry": "C3011",
        "project": "水泥熟料生产线烟气脱硝深度治理及配套余热利用技术改造工程（一期）",
        "source_kind": "deep_treatment",
        "destination": "reserve",
        "drafted_by": "张示范",
        "finished_on": date(2026, 2, 18),
        "permit_changed_on": date(2026, 3, 21),
        "due_on": date(2026, 4, 21),
        "filed_on": date(2026, 4, 23),
        "late_reason": "监测报告出具较晚",
        "monitorable": True,
        "lines": (
            LineFacts(
                Pollutant.NOX,
                "flue_gas",
                57_600_000,
                5_760_000,
                inputs={"flow": "80000", "hours": "7200", "before": "150", "after": "50"},
                status=LineStatus.ACCEPTED,
                reviewer="李大气",
                reviewed_on=date(2026, 4, 30),
            ),
            LineFacts(
                Pollutant.PM,
                "approval_document",
                3_839_815,
                0,
                383_982,
                {"amount": "3.839815"},
                "苏环核〔2026〕33号",
                LineStatus.REFUSED,
                "在线监测数据缺失",
            ),
            LineFacts(
                Pollutant.COD,
                "stated_by_bureau",
                1_234_567_890_000,
                inputs={"amount": "1234567.89"},
                status=LineStatus.ACCEPTED,
            ),
        ),
        "steps": (
            StepFacts("file", "filed", "张示范", date(2026, 4, 23), 2),
            StepFacts("screen", "screened", "赵初审", date(2026, 4, 25), 2, "材料齐全，同意上报"),
        ),
        "opinions": (
            OpinionFacts("water", True, "同意", "王水", date(2026, 5, 10)),
            OpinionFacts("air", False, "颗粒物不予入库", "李大气", date(2026, 5, 12)),
        ),
        "inspections": (
            InspectionFacts(
                "李大气",
                date(2026, 4, 26),
                "抽查",
                date(2026, 4, 28),
                "吴核查",
                "郑核查",
                "sound",
                "现场与申报一致",
            ),
        ),
        "evidence": (EvidenceFacts("calculation", "减排量核算书.pdf", 1_234_567, "ab12" * 16),),
    }
    return ClaimFacts(**facts | changes)


def bare() -> ClaimFacts:
    """Make a draft that says no more than it must."""
    return ClaimFacts(
        number="320585-S-2026-00001",
        version=1,
        status=ClaimStatus.DRAFT,
        place="太仓市",
        beneficiary="太仓市",
        polluter="太仓示范安泰污水处理1001有限公司",
        uscc="91320585MAX0100102",
        project="农村生活污水",
        source_kind="rural_sewage",
        destination="reserve",
        drafted_by="钱示范",
    )


def pages(pdf: bytes) -> list[str]:
    """Read the text of every page, without the blanks that line breaks leave."""
    return ["".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]


def text(pdf: bytes) -> str:
    """Read the text of a whole paper."""
    return "".join(pages(pdf))
