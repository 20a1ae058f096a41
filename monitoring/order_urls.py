"""
Addresses of targets, orders, judgements, the gate, stations and monitors.

    targets · target-new · target-approve · target-reject · suspensions · suspension-new ·
    suspension · suspension-act · judgements · judgement · judgement-propose · judgement-confirm ·
    judgement-reject · task-result · gate · gate-open · opening-close · outstanding ·
    outstanding-new · outstanding-close · stations · station-new ·
    station · station-edit · station-retire · monitors · monitor-new · monitor · monitor-dates ·
    check-new · check-report · measured · measured-withdraw · measured-lists · measured-list-new ·
    measured-list · measured-list-progress · measured-list-take · measured-list-resume ·
    measured-list-marked · measured-template
"""

from django.urls import path

from monitoring.views import (
    gates,
    judgements,
    measured,
    monitors,
    outstanding,
    stations,
    suspensions,
    targets,
    task_results,
    withdrawals,
)

urlpatterns = [
    # ── Targets, orders, judgements, the gate ──
    path("targets/", targets.Targets.as_view(), name="targets"),
    path("targets/new/", targets.NewTarget.as_view(), name="target-new"),
    path("targets/<int:pk>/approve/", targets.ApproveTarget.as_view(), name="target-approve"),
    path("targets/<int:pk>/reject/", targets.RejectTarget.as_view(), name="target-reject"),
    path("suspensions/", suspensions.Suspensions.as_view(), name="suspensions"),
    path("suspensions/new/", suspensions.NewSuspension.as_view(), name="suspension-new"),
    path("suspensions/<slug:number>/", suspensions.OneSuspension.as_view(), name="suspension"),
    path(
        "suspensions/<slug:number>/act/<slug:verb>/",
        suspensions.ActOnSuspension.as_view(),
        name="suspension-act",
    ),
    path("judgements/", judgements.Judgements.as_view(), name="judgements"),
    path(
        "judgements/<slug:code>/<int:year>/<slug:medium>/",
        judgements.OneYear.as_view(),
        name="judgement",
    ),
    path(
        "judgements/<slug:code>/<int:year>/<slug:medium>/propose/",
        judgements.ProposeJudgement.as_view(),
        name="judgement-propose",
    ),
    path(
        "judgements/<int:pk>/confirm/",
        judgements.ConfirmJudgement.as_view(),
        name="judgement-confirm",
    ),
    path(
        "judgements/<int:pk>/reject/", judgements.RejectJudgement.as_view(), name="judgement-reject"
    ),
    path(
        "tasks/<slug:code>/<slug:pollutant>/<int:year>/result/",
        task_results.RecordTaskResult.as_view(),
        name="task-result",
    ),
    path("gates/<slug:code>/", gates.OneGate.as_view(), name="gate"),
    path("gates/<slug:code>/open/", gates.OpenGate.as_view(), name="gate-open"),
    path("openings/<int:pk>/close/", gates.CloseOpening.as_view(), name="opening-close"),
    path("outstanding/", outstanding.OutstandingParks.as_view(), name="outstanding"),
    path("outstanding/new/", outstanding.NewOutstanding.as_view(), name="outstanding-new"),
    path(
        "outstanding/<int:pk>/close/",
        outstanding.CloseOutstanding.as_view(),
        name="outstanding-close",
    ),
    # ── Stations and monitors ──
    path("stations/", stations.Stations.as_view(), name="stations"),
    path("stations/new/", stations.NewStation.as_view(), name="station-new"),
    path("stations/<str:code>/", stations.OneStation.as_view(), name="station"),
    path("stations/<str:code>/edit/", stations.CorrectStation.as_view(), name="station-edit"),
    path("stations/<str:code>/retire/", stations.RetireStation.as_view(), name="station-retire"),
    path("monitors/", monitors.Monitors.as_view(), name="monitors"),
    path("monitors/new/", monitors.NewMonitor.as_view(), name="monitor-new"),
    path("monitors/<int:pk>/", monitors.OneMonitor.as_view(), name="monitor"),
    path("monitors/<int:pk>/dates/", monitors.MonitorDates.as_view(), name="monitor-dates"),
    path("monitors/<int:pk>/checks/new/", monitors.NewCheck.as_view(), name="check-new"),
    path("checks/<int:pk>/report/", monitors.CheckReport.as_view(), name="check-report"),
    # ── What monitors measured ──
    path(
        "monitors/<int:pk>/measured/<int:year>/<int:month>/withdraw/",
        withdrawals.WithdrawMeasured.as_view(),
        name="measured-withdraw",
    ),
    path("measured/", measured.MeasuredAmounts.as_view(), name="measured"),
    path("measured/lists/", measured.MeasuredLists.as_view(), name="measured-lists"),
    path("measured/lists/new/", measured.NewMeasuredList.as_view(), name="measured-list-new"),
    path(
        "measured/template/<int:year>/",
        measured.MeasuredTemplate.as_view(),
        name="measured-template",
    ),
    path("measured/lists/<int:pk>/", measured.OneMeasuredList.as_view(), name="measured-list"),
    path(
        "measured/lists/<int:pk>/progress/",
        measured.MeasuredListProgress.as_view(),
        name="measured-list-progress",
    ),
    path(
        "measured/lists/<int:pk>/take/",
        measured.TakeMeasuredList.as_view(),
        name="measured-list-take",
    ),
    path(
        "measured/lists/<int:pk>/resume/",
        measured.ResumeMeasuredList.as_view(),
        name="measured-list-resume",
    ),
    path(
        "measured/lists/<int:pk>/marked/",
        measured.MarkedMeasuredList.as_view(),
        name="measured-list-marked",
    ),
]
