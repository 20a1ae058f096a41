"""The tables of the desk, one module per noun."""

from allocation.models.application import (
    Application,
    ApplicationLine,
    ApplicationSheet,
    ApplicationSource,
    DivisionOpinion,
    Signature,
)
from allocation.models.dispatch import (
    DispatchList,
    DispatchRound,
    DispatchTask,
    EiaApproval,
    Finding,
    MatchOpinion,
    PermitCancellation,
)
from allocation.models.project import Project, ProjectAmount
from allocation.models.trade import Trade, TradeLine
from allocation.models.voucher import GiveBack, Voucher

__all__ = [
    "Application",
    "ApplicationLine",
    "ApplicationSheet",
    "ApplicationSource",
    "DispatchList",
    "DispatchRound",
    "DispatchTask",
    "DivisionOpinion",
    "EiaApproval",
    "Finding",
    "GiveBack",
    "MatchOpinion",
    "PermitCancellation",
    "Project",
    "ProjectAmount",
    "Signature",
    "Trade",
    "TradeLine",
    "Voucher",
]
