"""Writing an application over the API: begun, its sources named, filed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from allocation.api import applications as applications_read
from allocation.api.application_bodies import (
    ChangedApplicationSourcesSerializer,
    FiledApplicationSerializer,
    NewApplicationSerializer,
)
from allocation.api.applications import ApplicationDetailSerializer, answered, found_by
from allocation.models import Application, Project
from allocation.refusals import NotASource
from allocation.selectors import wells
from allocation.selectors.assessments import Asked
from allocation.services import applications
from quota_registry.kernel.clauses import clause
from quota_registry.kernel.mass import grams_of
from quota_registry.kernel.models import Person, Polluter
from quota_registry.kernel.refusals import OutOfReach
from quota_registry.kernel.rest.callers import acting
from quota_registry.kernel.rest.once import MADE_AT, created, once
from quota_registry.kernel.rest.views import View
from quota_registry.kernel.scopes import Scope
from quota_registry.kernel.vocabulary import Pollutant

SOURCES: dict[str, Any] = {
    "sources": [{"pollutant": "NOX", "place": "320583", "amount": "8.4"}],
    "exception_reason": "",
}


NEW: dict[str, Any] = {"project": "320583-XM-2026-00001"} | SOURCES


@extend_schema(
    methods=["POST"],
    summary=_("填报指标申请"),
    description=_("为建设项目起草申请；不列来源的，采用系统推荐的来源。起草后另行提交。"),
    request=NewApplicationSerializer,
    parameters=[MADE_AT],
    responses={201: ApplicationDetailSerializer},
    examples=[OpenApiExample("new application", value=NEW, request_only=True)],
)
class Applications(applications_read.Applications):
    """Applications in reach; and one more that begins."""

    write_scope = Scope.APPLICATIONS_WRITE
    http_method_names = ["get", "head", "post"]

    @once
    def post(self, request: Request) -> Response:
        """Begin an application for a project in reach, with its sources."""
        asked = NewApplicationSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        said, by = asked.validated_data, acting(request)
        number, base = said["project"], said.get("supplements")
        near = Project.objects.select_related("place").filter(self.reach.within())
        if (project := near.filter(number=number).first()) is None:
            raise OutOfReach(_("没有编号为%(number)s的建设项目"), number=number)
        with transaction.atomic():
            application = applications.draft(
                project=project,
                by=by,
                on=self.on,
                supplements=found_by(self.reach, base) if base else None,
            )
            _write(application, said, by=by, on=self.on)
        return created(
            answered(application, on=self.on).data,
            at=reverse("api-application", args=[application.number]),
        )


@extend_schema(
    tags=["allocation"],
    summary=_("填写指标来源"),
    description=_("以所列来源替换草稿中的来源；不列来源的，采用系统推荐的来源。"),
    request=ChangedApplicationSourcesSerializer,
    responses={200: ApplicationDetailSerializer},
    examples=[OpenApiExample("sources", value=SOURCES, request_only=True)],
)
class Sources(View):
    """The sources of a draft, written anew."""

    scope = Scope.APPLICATIONS_WRITE
    serializer_class = ChangedApplicationSourcesSerializer
    http_method_names = ["put"]

    @once
    def put(self, request: Request, number: str) -> Response:
        """Write them, and answer the application as it stands then."""
        application = found_by(self.reach, number)
        asked = self.get_serializer(data=request.data)
        asked.is_valid(raise_exception=True)
        _write(application, asked.validated_data, by=acting(request), on=self.on)
        return answered(application, on=self.on)


@extend_schema(
    tags=["allocation"],
    summary=_("提交申请"),
    request=FiledApplicationSerializer,
    responses={200: ApplicationDetailSerializer},
)
class File(View):
    """A draft, filed."""

    scope = Scope.APPLICATIONS_WRITE
    serializer_class = FiledApplicationSerializer
    http_method_names = ["post"]

    @once
    def post(self, request: Request, number: str) -> Response:
        """File it, and answer the application as it stands then."""
        application = found_by(self.reach, number)
        asked = self.get_serializer(data=request.data)
        asked.is_valid(raise_exception=True)
        applications.file(
            application=application, by=acting(request), on=self.on, **asked.validated_data
        )
        return answered(application, on=self.on)


def _write(application: Application, said: dict[str, Any], *, by: Person, on: date) -> None:
    rows = said.get("sources")
    applications.name_sources(
        application=application,
        asked=applications.proposal_for(application, on=on)
        if rows is None
        else _named(application, rows, on=on),
        exception_reason=said["exception_reason"],
        base=said.get("base", ""),
        by=by,
        on=on,
    )


def _named(application: Application, rows: Sequence[dict[str, Any]], *, on: date) -> list[Asked]:
    """
    Find the accounts that are named among those that the draft's page offers.

    :raises NotASource: if it offers none of that name.
    """
    offered = {_word(well): well for well in wells.of_application(application, on=on)}
    asked: dict[tuple[str, str], Asked] = {}
    for row in rows:
        words = [row[name] for name in ("place", "uscc", "trade") if name in row]
        if len(words) != 1:
            raise serializers.ValidationError({"sources": [_("每行须填地区、单位、交易之一")]})
        (word,) = words
        if (well := offered.get(word)) is None:
            raise NotASource(source=word, clause=clause("8.2"))
        key = (row["pollutant"], word)
        if key in asked:
            raise serializers.ValidationError({"sources": [_("同一来源的同一污染物只能填一次")]})
        asked[key] = Asked(
            Pollutant(row["pollutant"]),
            well.owner,
            grams_of(row["amount"]),
            well.trade.pk if well.trade else None,
        )
    return list(asked.values())


def _word(well: wells.Well) -> str:
    """Say by which word a program names an account."""
    if well.trade:
        return well.trade.number
    return well.whose.uscc if isinstance(well.whose, Polluter) else well.whose.pk
