"""The acts on an application over the API: those of its page, an address each, one service each."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from allocation.act_forms import ActForm
from allocation.api.application_bodies import BODIES
from allocation.api.applications import ApplicationDetailSerializer, answered, found_by
from allocation.application_deeds import DEEDS, ON_VOUCHER, SIGNS, Deed, may_act
from allocation.models import Application
from allocation.selectors import signing
from allocation.workflows import APPLICATION
from quota_registry.kernel.refusals import NotPermitted
from quota_registry.kernel.rest.callers import acting
from quota_registry.kernel.rest.once import once
from quota_registry.kernel.rest.views import View
from quota_registry.kernel.scopes import Scope
from quota_registry.kernel.vocabulary import Pollutant
from quota_registry.kernel.workflow import foresee


class ActOnApplication(View):
    """One act on one application, as its page does it."""

    scope = Scope.APPLICATIONS_WRITE
    http_method_names = ["post"]
    deed: ClassVar[Deed]

    @once
    def post(self, request: Request, number: str) -> Response:
        """Do it, and answer the application as it stands then."""
        application, by = found_by(self.reach, number), acting(request)
        if not may_act(self.deed, application, by, on=self.on):
            raise NotPermitted(_("您没有办理此事的权限"), permission=str(self.deed.permission))
        asked = self.get_serializer(data=request.data)
        asked.is_valid(raise_exception=True)
        said = dict(asked.validated_data)
        version = said.pop("version")
        if self.deed.verb in ON_VOUCHER and not hasattr(application, "voucher"):
            foresee(application, workflow=APPLICATION, verb=self.deed.verb)
        self.deed.do(
            filled(self.deed, application, said),
            {"application": application, "version": version, "by": by, "on": self.on},
        )
        return answered(application, on=self.on)


def filled(deed: Deed, application: Application, said: dict[str, Any]) -> ActForm:
    """
    Fill in the form of the act's page with what a program said.

    :raises serializers.ValidationError: with what the form does not take.
    """
    places = signing.needed(application) if deed.verb in SIGNS else []
    blank = deed.form(application=application, places=places)
    cells = {f"{key}_{code}" for key, _label in blank.columns for code in Pollutant.values}
    amounts = said.pop("amounts", None)
    # Where nothing is said of amounts, what the page stands filled with is meant.
    rows = (
        {name: blank.fields[name].initial for name in cells & blank.fields.keys()}
        if amounts is None
        else {
            f"{key}_{row['pollutant']}": row["amount"]
            for key, _label in blank.columns
            for row in amounts
        }
    )
    if len(rows) < len(amounts or ()):
        raise serializers.ValidationError({"amounts": [_("同一污染物只能填一次")]})
    if rows.keys() - blank.fields.keys():
        raise serializers.ValidationError({"amounts": [_("有此申请没有的污染物")]})
    form = deed.form(said | rows, application=application, places=places)
    if not form.is_valid():
        raise serializers.ValidationError(
            {
                ("amounts" if name in cells else name): [str(text) for text in texts]
                for name, texts in form.errors.items()
            }
        )
    return form


def _view(deed: Deed) -> type[ActOnApplication]:
    """Make the view of an act."""

    @extend_schema(
        tags=["allocation"],
        summary=deed.label,
        description=deed.help or None,
        request=BODIES[deed.form],
        responses={200: ApplicationDetailSerializer},
    )
    class OneAct(ActOnApplication):
        serializer_class = BODIES[deed.form]

    OneAct.deed = deed
    return OneAct


VIEWS: Final = {deed.verb: _view(deed) for deed in DEEDS.values()}
"""By the act's verb."""
