"""What auditors read: acts without a row, every row's history, every step of every workflow."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from quota_registry.kernel.models import AuditEvent, RowEvent, Step
from quota_registry.kernel.permissions import Permission
from quota_registry.kernel.views import Column, DetailPage, ListPage
from quota_registry.kernel.workflow import REGISTERED
from quota_registry.web import records, subjects
from quota_registry.web.views.appointments import DayInput


class RecordFilter(django_filters.FilterSet):
    """By person and by day, as every kind of record is looked for."""

    person = django_filters.CharFilter(label=_("姓名或用户名"), method="done_by")
    since = django_filters.DateFilter(
        label=_("起"), field_name="at", lookup_expr="date__gte", widget=DayInput
    )
    until = django_filters.DateFilter(
        label=_("止"), field_name="at", lookup_expr="date__lte", widget=DayInput
    )

    def done_by(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(Q(person__username=value) | Q(person__name__icontains=value))


class EventFilter(RecordFilter):
    """Acts also by what was done, with what result, and to what."""

    verb = django_filters.ChoiceFilter(label=_("动作"), choices=list(records.VERBS.items()))
    outcome = django_filters.ChoiceFilter(
        label=_("结果"), choices=[("done", _("成功")), ("other", _("未成功"))], method="ended"
    )
    q = django_filters.CharFilter(label=_("对象"), field_name="subject", lookup_expr="icontains")

    class Meta:
        model = AuditEvent
        fields = ["verb"]

    def ended(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(outcome="done") if value == "done" else rows.exclude(outcome="done")


class RowFilter(RecordFilter):
    """Changes also by table and row."""

    table = django_filters.ChoiceFilter(label=_("数据"), choices=())
    key = django_filters.CharFilter(label=_("主键"))
    verb = django_filters.ChoiceFilter(label=_("变更"), choices=list(records.CHANGES.items()))

    class Meta:
        model = RowEvent
        fields = ["table", "key", "verb"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seen = RowEvent.objects.order_by("table").values_list("table", flat=True).distinct()
        named = [(table, records.tables().get(table, table)) for table in seen]
        self.filters["table"].extra["choices"] = named


class StepFilter(RecordFilter):
    """Steps also by workflow and act."""

    workflow = django_filters.ChoiceFilter(label=_("流程"), choices=())
    verb = django_filters.CharFilter(label=_("环节代码"))
    subject = django_filters.CharFilter(label=_("对象编号"), method="about")

    class Meta:
        model = Step
        fields = ["workflow", "verb"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(name, records.workflow(name)) for name in REGISTERED]
        self.filters["workflow"].extra["choices"] = named

    def about(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(subjects.numbered(value.strip()))


class RecordList(ListPage):
    """A list of records, newest first, in three tabs of one page."""

    permission = Permission.SEE_AUDIT
    place_lookup = ""
    orders = {"at": ("pk",)}
    default_sort = "-at"
    export_permission: ClassVar[Permission] = Permission.SEE_AUDIT

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        tabs = [
            (reverse("audit-events"), _("操作记录")),
            (reverse("audit-rows"), _("数据变更")),
            (reverse("audit-steps"), _("办理环节")),
        ]
        return super().get_context_data(tabs=tabs, path=self.request.path, **kwargs)


class Events(RecordList):
    """Sign-ins, exports, refusals, looks at evidence."""

    model = AuditEvent
    title = _("操作记录")
    template_name = "audit/events.html"
    filterset_class = EventFilter
    columns = (
        Column(_("时间"), "at", "moment"),
        Column(_("姓名"), "person.name"),
        Column(_("用户名"), "person.username"),
        Column(_("接口客户端"), "client.name"),
        Column(_("动作"), lambda event: records.VERBS.get(event.verb, event.verb)),
        Column(_("对象"), "subject"),
        Column(_("结果"), lambda event: records.OUTCOMES.get(event.outcome, event.outcome)),
        Column(_("事实"), lambda event: records.facts(event.facts)),
        Column(_("来源地址"), "address"),
        Column(_("请求编号"), "request"),
    )

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().select_related("person", "client")


class Rows(RecordList):
    """Every change of every watched row, before and after."""

    model = RowEvent
    title = _("数据变更")
    template_name = "audit/rows.html"
    filterset_class = RowFilter
    columns = (
        Column(_("时间"), "at", "moment"),
        Column(_("姓名"), "person.name"),
        Column(_("用户名"), "person.username"),
        Column(_("数据"), lambda event: records.tables().get(event.table, event.table)),
        Column(_("主键"), "key"),
        Column(_("变更"), lambda event: records.CHANGES.get(event.verb, event.verb)),
        Column(_("变更前"), lambda event: records.pretty(event.before)),
        Column(_("变更后"), lambda event: records.pretty(event.after)),
        Column(_("数据库角色"), "db_role"),
        Column(_("请求编号"), "request"),
    )

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().select_related("person")

    def decorate(self, rows: list[Any]) -> list[Any]:
        for row in rows:
            row.differences = records.changed(row.table, row.before, row.after)
        return rows


class OneRow(DetailPage):
    """One change in full, and the changes of the same row before and after it."""

    permission = Permission.SEE_AUDIT
    model = RowEvent
    place_lookup = ""
    title = _("数据变更")
    template_name = "audit/row.html"

    def get_queryset(self) -> QuerySet[Any]:
        return RowEvent.objects.select_related("person")

    def get_trail(self) -> list[tuple[str, str]]:
        return [(str(_("数据变更")), reverse("audit-rows"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        event: RowEvent = self.object
        same = RowEvent.objects.filter(table=event.table, key=event.key).select_related("person")
        return super().get_context_data(
            columns=records.columns(event.table, event.before, event.after),
            story=same.order_by("-pk")[:50],
            same_request=RowEvent.objects.filter(request=event.request)
            .exclude(pk=event.pk)
            .order_by("pk")[:50]
            if event.request
            else (),
            **kwargs,
        )


class Steps(RecordList):
    """Every step of every workflow: who, what, from where to where."""

    model = Step
    title = _("办理环节")
    template_name = "audit/steps.html"
    filterset_class = StepFilter
    columns = (
        Column(_("时间"), "at", "moment"),
        Column(_("姓名"), "person.name"),
        Column(_("用户名"), "person.username"),
        Column(_("流程"), lambda step: records.workflow(step.workflow)),
        Column(_("对象编号"), "number"),
        Column(_("环节"), lambda step: records.act(step.workflow, step.verb)),
        Column(_("原状态"), lambda step: records.state(step.workflow, step.source)),
        Column(_("新状态"), lambda step: records.state(step.workflow, step.target)),
        Column(_("版本"), "version", "number"),
        Column(_("意见"), "note"),
    )

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().select_related("person")

    def decorate(self, rows: list[Any]) -> list[Any]:
        known = subjects.numbers(rows)
        for row in rows:
            row.number = known.get((row.workflow, row.subject), str(row.subject))
            row.flow, row.act = records.workflow(row.workflow), records.act(row.workflow, row.verb)
            row.was = records.state(row.workflow, row.source)
            row.became = records.state(row.workflow, row.target)
        return rows
