"""The tables of the watch, one module per noun."""

from monitoring.models.judgement import GateOpening, Judgement, TaskResult
from monitoring.models.measured import MeasuredAmount, MeasuredList
from monitoring.models.monitor import BarredSpan, Monitor, MonitorCheck, Outlet
from monitoring.models.month import PlaceDay, PlaceMonth, SectionMonth
from monitoring.models.outstanding import OutstandingPark
from monitoring.models.reading import (
    Reading,
    ReadingBatch,
    RefusedReading,
    ReplacedReading,
    StagedReading,
    StationDay,
)
from monitoring.models.station import Station
from monitoring.models.suspension import Suspension
from monitoring.models.target import Target
from monitoring.models.warning import Measure, MonthRun, PlaceWarning, WarningTask

__all__ = [
    "BarredSpan",
    "GateOpening",
    "Judgement",
    "Measure",
    "MeasuredAmount",
    "MeasuredList",
    "Monitor",
    "MonitorCheck",
    "MonthRun",
    "Outlet",
    "OutstandingPark",
    "PlaceDay",
    "PlaceMonth",
    "PlaceWarning",
    "Reading",
    "ReadingBatch",
    "RefusedReading",
    "ReplacedReading",
    "SectionMonth",
    "StagedReading",
    "Station",
    "StationDay",
    "Suspension",
    "Target",
    "TaskResult",
    "WarningTask",
]
