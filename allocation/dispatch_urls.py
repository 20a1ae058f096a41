"""
Addresses of the quarterly dispatch.

    dispatches · dispatch-run · dispatch · dispatch-confirm · dispatch-pdf · dispatch-workbook
    dispatch-lists · -list-new · -list-template · -list · -list-progress · -list-take · …
    dispatch-settle · dispatch-reopen · dispatch-match
"""

from django.urls import URLPattern, path

from allocation.views import (
    dispatch_acts,
    dispatch_lists,
    dispatch_papers,
    dispatch_round,
    dispatches,
)

_LIST = "dispatch/lists/<int:pk>/"
_ROUND = "dispatch/<str:quarter>/<int:version>/"

urlpatterns: list[URLPattern] = [
    path("dispatch/", dispatches.Dispatches.as_view(), name="dispatches"),
    path("dispatch/run/", dispatches.RunDispatch.as_view(), name="dispatch-run"),
    path("dispatch/lists/", dispatch_lists.DispatchLists.as_view(), name="dispatch-lists"),
    path("dispatch/lists/new/", dispatch_lists.NewDispatchList.as_view(), name="dispatch-list-new"),
    path(
        "dispatch/lists/template/<str:kind>/",
        dispatch_lists.DispatchListTemplate.as_view(),
        name="dispatch-list-template",
    ),
    path(_LIST, dispatch_lists.OneDispatchList.as_view(), name="dispatch-list"),
    path(
        f"{_LIST}progress/",
        dispatch_lists.DispatchListProgress.as_view(),
        name="dispatch-list-progress",
    ),
    path(f"{_LIST}take/", dispatch_lists.TakeDispatchList.as_view(), name="dispatch-list-take"),
    path(
        f"{_LIST}resume/", dispatch_lists.ResumeDispatchList.as_view(), name="dispatch-list-resume"
    ),
    path(
        f"{_LIST}marked/", dispatch_lists.MarkedDispatchList.as_view(), name="dispatch-list-marked"
    ),
    path(
        "dispatch/tasks/<int:pk>/settle/",
        dispatch_acts.SettleTask.as_view(),
        name="dispatch-settle",
    ),
    path(
        "dispatch/tasks/<int:pk>/reopen/",
        dispatch_acts.ReopenTask.as_view(),
        name="dispatch-reopen",
    ),
    path("dispatch/matches/<int:pk>/", dispatch_acts.SayMatch.as_view(), name="dispatch-match"),
    path(_ROUND, dispatch_round.OneRound.as_view(), name="dispatch"),
    path(f"{_ROUND}confirm/", dispatches.ConfirmDispatch.as_view(), name="dispatch-confirm"),
    path(f"{_ROUND}report.pdf", dispatch_papers.RoundPaper.as_view(), name="dispatch-pdf"),
    path(f"{_ROUND}report.xlsx", dispatch_papers.RoundWorkbook.as_view(), name="dispatch-workbook"),
]
