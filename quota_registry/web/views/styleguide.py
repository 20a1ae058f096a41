"""The living style guide: every part of a page in every state, for demos and development only."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quota_registry.kernel.doors import public
from quota_registry.kernel.vocabulary import Pollutant, Tier
from quota_registry.web import samples
from quota_registry.web.context import addresses

_COLUMNS = ("verified", "binding", "prior")

PARTS: Final = {
    "paper": "web/styleguide_paper.html",
    "400": "errors/400.html",
    "403": "errors/403.html",
    "409": "errors/409.html",
    "412": "errors/412.html",
    "500": "errors/500.html",
    "locked": "registration/locked.html",
    "codes": "registration/recovery_codes.html",
}


class _Example(forms.Form):
    """A form with one field of every shape."""

    project = forms.CharField(
        label=gettext_lazy("减排项目名称"),
        help_text=gettext_lazy("与批复文件一致，同一单位同名项目只能入库一次。"),
    )
    polluter = forms.CharField(label=gettext_lazy("排污单位"))
    finished = forms.DateField(
        label=gettext_lazy("完成日期"), widget=forms.DateInput(attrs={"type": "date"})
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("减排类型"),
        choices=[("deep", gettext_lazy("深度治理")), ("closure", gettext_lazy("企业关闭"))],
    )
    band = forms.ChoiceField(
        label=gettext_lazy("距太湖岸线五公里以内"),
        choices=[("1", gettext_lazy("是")), ("0", gettext_lazy("否"))],
        widget=forms.RadioSelect,
        help_text=gettext_lazy("以项目所在地为准。"),
    )
    flow = forms.CharField(label=gettext_lazy("年处理水量"), required=False)
    monitorable = forms.BooleanField(label=gettext_lazy("可监测"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("逾期理由"), widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
    evidence = forms.FileField(
        label=gettext_lazy("证明材料"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.jpg,.png"}),
        help_text=gettext_lazy("盖章扫描件，PDF 或图片，单个不超过 20 MB。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code in Pollutant.values:
            for column in _COLUMNS:
                self.fields[f"{column}_{code}"] = forms.DecimalField(
                    label=f"{Pollutant(code).label} {column}",
                    required=False,
                    widget=forms.TextInput(),
                )


def _form() -> _Example:
    typed = {"project": "", "polluter": "", "kind": "deep", "finished": "2020-12-31", "band": "1"}
    amounts = {"COD": ("3577", "1000", "12.5"), "NH3N": ("372.3", "", ""), "TP": ("2.92", "4", "")}
    for code, values in amounts.items():
        typed |= {f"{column}_{code}": value for column, value in zip(_COLUMNS, values, strict=True)}
    form = _Example(typed)
    form.is_valid()
    form.add_error("finished", _("2021年1月1日以前完成的项目不能入库（第3条）"))
    form.add_error("binding_TP", _("约束性减排与以往使用之和大于核定量"))
    return form


@public
def styleguide(request: HttpRequest) -> HttpResponse:
    """
    Show every component, and answer what its parts ask for.

    ``?part=`` picks a page that stands alone, ``?progress=`` a job's progress, ``?q=`` from a
    lookup its options; a draft that saves itself is told that it was saved.
    """
    if request.method == "POST":
        return JsonResponse({"saved_at": "14:06"})
    if "progress" in request.GET:
        return _progress(request, int(request.GET["progress"]))
    if request.headers.get("HX-Request") and "q" in request.GET:
        rows = [row for row in samples.rows() if request.GET["q"] in row["name"]]
        return render(request, "web/styleguide_options.html", {"rows": rows})
    if part := PARTS.get(request.GET.get("part", "")):
        refusal = samples.refusal()
        return render(request, part, {"refusal": refusal, "rows": samples.rows(), "form": _form()})
    return render(request, "web/styleguide.html", _sample(request))


def _progress(request: HttpRequest, done: int) -> HttpResponse:
    total = 3
    following = f"?progress={done + 1}"
    job = {"url": following, "done": done, "total": total, "finished": done >= total}
    return render(request, "components/progress.html", job | {"label": "claims.xlsx"})


def _sample(request: HttpRequest) -> dict[str, Any]:
    today = timezone.localdate()
    if "say" in request.GET:
        messages.success(request, _("申报已提交初审"))
        messages.error(request, _("该批次已封存，不能再改"))
    return {
        "title": _("样式手册"),
        "trail": [(_("首页"), "/")],
        "form": _form(),
        "blank": _Example(),
        "columns": [
            ("verified", _("核定量")),
            ("binding", _("约束性减排")),
            ("prior", _("以往使用")),
            ("admissible", _("可入库量"), "verified-binding-prior"),
        ],
        "masses": [
            (_("一般"), 12_345_678),
            (_("千分位"), 1_234_567_000_000),
            (_("负数"), -3_000_000),
            (_("零"), 0),
            (_("缺失"), None),
            (_("不足一公斤"), 499),
            (_("整数"), 7_000_000),
            (_("舍入"), 12_000_500),
        ],
        "pollutants": Pollutant.values,
        "tiers": Tier.values,
        "statuses": samples.statuses(),
        "days": [(today + timedelta(days=days), days == 40) for days in (-45, -1, 0, 3, 21, 40)],
        "rows": samples.rows(),
        "pager": SimpleNamespace(before="", after="x", count=1240),
        "charts": samples.charts(),
        "navigation": samples.menu(),
        "acting": _("苏州市"),
        "unread": 7,
        "user": SimpleNamespace(
            is_authenticated=True, name=_("王示范"), username="kunshan.officer"
        ),
        "urls": addresses() | {"search": "#", "notices": "#", "account": "#", "sign_out": "#"},
    }
