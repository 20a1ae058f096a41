"""
The parks' pages, in the namespace ``parks``.

    years  year  year-version  open  step  target-sheet  reward-notice
    parks  park  park-record  members  member-add  member-leave  works-add  works-end
    totals  totals-rows  totals-save  totals-begin  totals-add  totals-act
    totals-lists  totals-list-new  totals-list  totals-list-progress  totals-list-take
    totals-list-resume  totals-list-marked  totals-template
"""

from django.urls import path

from parks.views import parks, register, sheets, totals, totals_lists, years

app_name = "parks"

_YEAR = "<str:code>/<int:year>/"
_TOTALS = "<str:code>/totals/<int:year>/"

urlpatterns = [
    path("", years.Calendar.as_view(), name="years"),
    path("register/", parks.Parks.as_view(), name="parks"),
    # ── Workbooks of all parks ──
    path("lists/", totals_lists.TotalsLists.as_view(), name="totals-lists"),
    path("lists/new/", totals_lists.NewTotalsList.as_view(), name="totals-list-new"),
    path("lists/<int:pk>/", totals_lists.OneTotalsList.as_view(), name="totals-list"),
    path(
        "lists/<int:pk>/progress/",
        totals_lists.TotalsListProgress.as_view(),
        name="totals-list-progress",
    ),
    path("lists/<int:pk>/take/", totals_lists.TakeTotalsList.as_view(), name="totals-list-take"),
    path(
        "lists/<int:pk>/resume/",
        totals_lists.ResumeTotalsList.as_view(),
        name="totals-list-resume",
    ),
    path(
        "lists/<int:pk>/marked/",
        totals_lists.MarkedTotalsList.as_view(),
        name="totals-list-marked",
    ),
    # ── One park ──
    path("members/<int:pk>/leave/", register.LeavePark.as_view(), name="member-leave"),
    path("works/<int:pk>/end/", register.EndWorks.as_view(), name="works-end"),
    path("<str:code>/record/", register.RecordPark.as_view(), name="park-record"),
    path("<str:code>/members/", register.Members.as_view(), name="members"),
    path("<str:code>/members/new/", register.AddMember.as_view(), name="member-add"),
    path("<str:code>/works/new/", register.AddWorks.as_view(), name="works-add"),
    path("<str:code>/", parks.OnePark.as_view(), name="park"),
    # ── Its annual totals ──
    path(_TOTALS, totals.OneTotals.as_view(), name="totals"),
    path(f"{_TOTALS}begin/", totals.BeginTotals.as_view(), name="totals-begin"),
    path(f"{_TOTALS}add/", sheets.AddRow.as_view(), name="totals-add"),
    path(f"{_TOTALS}rows/", sheets.Rows.as_view(), name="totals-rows"),
    path(f"{_TOTALS}save/", sheets.Save.as_view(), name="totals-save"),
    path(f"{_TOTALS}template/", totals_lists.TotalsTemplate.as_view(), name="totals-template"),
    path(f"{_TOTALS}<slug:verb>/", totals.ActOnTotals.as_view(), name="totals-act"),
    # ── Its year ──
    path(_YEAR, years.OneYear.as_view(), name="year"),
    path(f"{_YEAR}open/", years.OpenYear.as_view(), name="open"),
    path(f"{_YEAR}targets.pdf", years.TargetSheet.as_view(), name="target-sheet"),
    path(f"{_YEAR}reward.pdf", years.RewardNotice.as_view(), name="reward-notice"),
    path(f"{_YEAR}versions/<int:version>/", years.OneYear.as_view(), name="year-version"),
    path(f"{_YEAR}<slug:verb>/", years.TakeStep.as_view(), name="step"),
]
