"""The kernel's nouns."""

from quota_registry.kernel.models.person import Appointment, Client, Person
from quota_registry.kernel.models.place import Place
from quota_registry.kernel.models.polluter import (
    Permit,
    PermittedAmount,
    PermitVersion,
    Polluter,
    PolluterName,
)
from quota_registry.kernel.models.record import AuditEvent, RowEvent, Step, Transition
from quota_registry.kernel.models.registry import (
    FirstAnswer,
    Job,
    Notice,
    OutboxMessage,
    RuleBookVersion,
    Serial,
    StoredFile,
)

__all__ = [
    "Appointment",
    "AuditEvent",
    "Client",
    "FirstAnswer",
    "Job",
    "Notice",
    "OutboxMessage",
    "Permit",
    "PermitVersion",
    "PermittedAmount",
    "Person",
    "Place",
    "Polluter",
    "PolluterName",
    "RowEvent",
    "RuleBookVersion",
    "Serial",
    "Step",
    "StoredFile",
    "Transition",
]
