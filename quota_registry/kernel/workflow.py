"""
Workflows as tables: a transition is a row, and `advance` is the only writer of a status.

Below it stands one database trigger, the same for every workflow (``guard.take_step``): it
refuses a change that is no row of the table or that breaks the separation of acts, and writes
the append-only step.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import connection, models
from django.db.models import F, Func, Value
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.models import Step
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.refusals import Refusal


class NotNow(Refusal):
    """The object does not stand where this act begins."""

    code = "not_now"
    message = _("“%(label)s”不能在当前状态（%(status)s）下办理")


class SamePerson(Refusal):
    """Somebody would be a second pair of eyes on an own act."""

    code = "same_person"
    status = 403
    message = _("您已办理过本件的前序环节，须由他人办理“%(label)s”")


@dataclass(frozen=True, slots=True)
class Transition:
    """
    A row of a workflow: from these statuses, by this verb, to that one; who; apart from whom.

    ``apart`` lists verbs whose actors may not do this one on the same object (§23).
    ``posts`` says what it posts to the ledger, for the docs.
    """

    sources: tuple[str, ...]
    verb: str
    target: str
    label: str | Promise
    permission: Permission
    apart: tuple[str, ...] = ()
    posts: str | Promise = ""
    needs_note: bool = False


@dataclass(frozen=True, slots=True)
class Workflow:
    """
    A named table of transitions, with the status that an object is born with.

    ``also`` names, by verb, related rows whose ``person`` counts as having done that verb too,
    without a step: who wrote an object, where another may file it. ``birth`` is the verb and the
    word of the act that makes an object, where the database writes that down as a step too.
    ``model`` names the model that goes through it, where that is not the workflow's own name.
    """

    name: str
    initial: str
    transitions: Sequence[Transition] = field(default=())
    also: Mapping[str, str] = field(default_factory=dict)
    birth: tuple[str, str | Promise] = ("", "")
    model: str = ""

    def rows(self) -> Iterator[tuple[str, Transition]]:
        """Yield (source status, transition) for every row of the table."""
        for transition in self.transitions:
            for source in transition.sources:
                yield source, transition

    def from_status(self, status: str) -> list[Transition]:
        """List what may follow *status*, in the table's order, each verb once."""
        found: dict[str, Transition] = {}
        for source, transition in self.rows():
            if source == status:
                found.setdefault(transition.verb, transition)
        return list(found.values())

    def transition(self, status: str, verb: str, target: str | None = None) -> Transition:
        """
        Return the row for *verb* from *status* (to *target* where the verb has several).

        :raises NotNow: if the table has no such row.
        """
        for source, transition in self.rows():
            if source == status and transition.verb == verb and target in (None, transition.target):
                return transition
        label = next((t.label for t in self.transitions if t.verb == verb), verb)
        raise NotNow(label=label, status=status, verb=verb)


REGISTERED: Final[dict[str, Workflow]] = {}
SIGNED: Final = Func(function="guard.person", output_field=models.BigIntegerField())
"""The person that `audit.sign` put into the transaction, as the database knows it."""


def register(workflow: Workflow) -> Workflow:
    """Add *workflow* to those that the database is told about at migration."""
    REGISTERED[workflow.name] = workflow
    return workflow


def advance(
    subject: models.Model,
    *,
    workflow: Workflow,
    verb: str,
    target: str | None = None,
    note: str = "",
    writes: Mapping[str, Any] | None = None,
) -> None:
    """
    Move *subject* along its workflow by *verb* and let the database write the step.

    What the act fills in goes with it as ``writes``, in the one statement that moves the status.

    The acting person is the one that `audit.sign` put into the transaction.

    :raises NotNow: if the table has no such row.
    :raises SamePerson: if the person did an act that must be another's.
    """
    row = foresee(subject, workflow=workflow, verb=verb, target=target)
    if row.needs_note and not note.strip():
        raise Refusal(_("“%(label)s”须说明理由"), label=row.label)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('quota.verb', %s, true), set_config('quota.note', %s, true)",
            [verb, note],
        )
    written = {"status": row.target, **(writes or {})}
    type(subject)._default_manager.filter(pk=subject.pk).update(**written)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('quota.verb', '', true), set_config('quota.note', '', true)"
        )
    for name, value in written.items():
        setattr(subject, name, value)


def foresee(
    subject: models.Model, *, workflow: Workflow, verb: str, target: str | None = None
) -> Transition:
    """
    Refuse now what `advance` would refuse later, for acts that do much before they move a status.

    :raises NotNow: if the table has no such row.
    :raises SamePerson: if the person did an act that must be another's.
    """
    status: str = getattr(subject, "status")  # noqa: B009 - any model that follows a workflow
    row = workflow.transition(status, verb, target)
    if row.apart and _hands(workflow, subject, row.apart, person_id=SIGNED).exists():
        raise SamePerson(label=row.label, verb=verb)
    return row


def steps_of(workflow: Workflow, subject: models.Model) -> models.QuerySet[Any]:
    """Return the steps that *subject* took, oldest first, with their persons."""
    return Step.objects.filter(workflow=workflow.name, subject=subject.pk).select_related("person")


def acted(workflow: Workflow, subject: models.Model, verbs: Iterable[str]) -> set[int]:
    """Return the ids of the persons who did any of *verbs* on *subject*, or count as having."""
    return {person for _verb, person in _hands(workflow, subject, set(verbs))}


def hands_of(workflow: Workflow, subject: models.Model) -> Mapping[str, set[int]]:
    """Return, for every verb, the ids of the persons who did it on *subject* or count as such."""
    verbs = {row.verb for row in workflow.transitions} | {workflow.birth[0]}
    found: dict[str, set[int]] = defaultdict(set)
    for verb, person in _hands(workflow, subject, verbs):
        found[verb].add(person)
    return found


def _hands(
    workflow: Workflow, subject: models.Model, verbs: Collection[str], **narrowed: Any
) -> models.QuerySet[Any, tuple[str, int]]:
    """Ask for (verb, person) of every hand in *subject*, each once."""
    steps = Step.objects.filter(workflow=workflow.name, subject=subject.pk, verb__in=verbs)
    hands, *more = (
        rows.filter(**narrowed).order_by().values_list("did", "person_id")
        for rows in (
            steps.annotate(did=F("verb")),
            *(
                getattr(subject, name).annotate(did=Value(verb))
                for verb, name in workflow.also.items()
                if verb in verbs
            ),
        )
    )
    joined: models.QuerySet[Any, tuple[str, int]] = hands.union(*more)
    return joined
