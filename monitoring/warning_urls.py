"""The addresses of the early warning, in the namespace ``monitoring``."""

from django.urls import path

from monitoring.views import calendar, places, warnings

urlpatterns = [
    path("", calendar.WarningCalendar.as_view(), name="calendar"),
    path("completeness/", calendar.DataCompleteness.as_view(), name="completeness"),
    path("judge/", calendar.JudgeMonth.as_view(), name="judge"),
    path("warnings/<int:pk>/", warnings.OneWarning.as_view(), name="warning"),
    path("warnings/<int:pk>/notice/", warnings.WarningNotice.as_view(), name="warning-notice"),
    path("warnings/<int:pk>/measures/", warnings.RecordMeasure.as_view(), name="measure-record"),
    path("warning-tasks/<int:pk>/close/", warnings.CloseTask.as_view(), name="warning-task-close"),
    path("measures/<int:pk>/file/", warnings.MeasureFile.as_view(), name="measure-file"),
    path("places/<slug:code>/", places.WatchedPlace.as_view(), name="place"),
    path("places/<slug:code>/<slug:month>/", places.MonthOfPlace.as_view(), name="place-month"),
]
