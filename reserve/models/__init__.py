"""The stock's nouns."""

from reserve.models.account import Account
from reserve.models.batch import ImportBatch, ImportRow
from reserve.models.claim import (
    Claim,
    ClaimLine,
    ClaimRevision,
    ClaimWriter,
    Correction,
    Evidence,
    Inspection,
    Opinion,
    ProvinceLetter,
)
from reserve.models.debt import Debt, Voiding
from reserve.models.lot import Lot, Source
from reserve.models.opening import OpeningRow, OpeningStock
from reserve.models.quarter import ClosedQuarter
from reserve.models.seal import Position, Seal
from reserve.models.task import ReductionTask
from reserve.models.transfer import Balance, Entry, Transfer

__all__ = [
    "Account",
    "Balance",
    "Claim",
    "ClaimLine",
    "ClaimRevision",
    "ClaimWriter",
    "ClosedQuarter",
    "Correction",
    "Debt",
    "Entry",
    "Evidence",
    "ImportBatch",
    "ImportRow",
    "Inspection",
    "Lot",
    "OpeningRow",
    "OpeningStock",
    "Opinion",
    "Position",
    "ProvinceLetter",
    "ReductionTask",
    "Seal",
    "Source",
    "Transfer",
    "Voiding",
]
