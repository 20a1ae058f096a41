"""What the steps of the workflows are about: an object by its number, and back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.apps import apps
from django.db.models import Model, Q

from quota_registry.kernel.models import Step
from quota_registry.kernel.workflow import REGISTERED


def numbers(steps: Iterable[Step]) -> dict[tuple[str, int], str]:
    """Name the objects of *steps* as they name themselves, by workflow and id."""
    asked: dict[str, set[int]] = defaultdict(set)
    for step in steps:
        asked[step.workflow].add(step.subject)
    models = _models()
    return {
        (flow, pk): str(found)
        for flow, ids in asked.items()
        if flow in models
        for pk, found in models[flow]._base_manager.in_bulk(ids).items()
    }


def numbered(text: str) -> Q:
    """Keep the steps of objects with *text* in their number."""
    found = Q(pk__in=[])
    for flow, model in _models().items():
        if any(field.name == "number" for field in model._meta.concrete_fields):
            named = model._base_manager.filter(number__icontains=text)
            found |= Q(workflow=flow, subject__in=named.values("pk"))
    return found


def model_of(flow: str) -> type[Model] | None:
    """Find the model that goes through a workflow; none where the workflow is not known."""
    name = REGISTERED[flow].model or flow if flow in REGISTERED else ""
    return next((model for model in apps.get_models() if model._meta.model_name == name), None)


def _models() -> dict[str, type[Model]]:
    return {flow: model for flow in REGISTERED if (model := model_of(flow))}
