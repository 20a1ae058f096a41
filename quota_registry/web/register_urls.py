"""
The first page, search, and the register's pages (基础信息), with what fields look up.

    home · todo · search · places · place · polluters · polluter · polluter-new ·
    polluter-rename · polluter-confirm · permit-record · polluter-list-new ·
    polluter-list-template · polluter-list · polluter-list-take · polluter-list-marked · permits ·
    look-up-polluters · look-up-codes ·
    look-up-permits
"""

from django.urls import path

from quota_registry.web.views import home, look_ups, permits, places, polluter_lists, polluters

urlpatterns = [
    path("", home.Home.as_view(), name="home"),
    path("todo/", home.ToDo.as_view(), name="todo"),
    path("search/", home.Search.as_view(), name="search"),
    path("places/", places.Places.as_view(), name="places"),
    path("places/<slug:code>/", places.OnePlace.as_view(), name="place"),
    path("polluters/", polluters.Polluters.as_view(), name="polluters"),
    path("polluters/new/", polluters.NewPolluter.as_view(), name="polluter-new"),
    path(
        "polluters/lists/new/", polluter_lists.NewPolluterList.as_view(), name="polluter-list-new"
    ),
    path(
        "polluters/lists/template/",
        polluter_lists.PolluterTemplate.as_view(),
        name="polluter-list-template",
    ),
    path(
        "polluters/lists/<int:pk>/", polluter_lists.OnePolluterList.as_view(), name="polluter-list"
    ),
    path(
        "polluters/lists/<int:pk>/take/",
        polluter_lists.TakePolluterList.as_view(),
        name="polluter-list-take",
    ),
    path(
        "polluters/lists/<int:pk>/progress/",
        polluter_lists.PolluterListProgress.as_view(),
        name="polluter-list-progress",
    ),
    path(
        "polluters/lists/<int:pk>/resume/",
        polluter_lists.ResumePolluterList.as_view(),
        name="polluter-list-resume",
    ),
    path(
        "polluters/lists/<int:pk>/marked/",
        polluter_lists.MarkedPolluterList.as_view(),
        name="polluter-list-marked",
    ),
    path("polluters/<slug:uscc>/", polluters.OnePolluter.as_view(), name="polluter"),
    path(
        "polluters/<slug:uscc>/rename/", polluters.RenamePolluter.as_view(), name="polluter-rename"
    ),
    path(
        "polluters/<slug:uscc>/confirm/",
        polluters.ConfirmPolluter.as_view(),
        name="polluter-confirm",
    ),
    path("polluters/<slug:uscc>/permit/", permits.RecordPermit.as_view(), name="permit-record"),
    path("permits/", permits.Permits.as_view(), name="permits"),
    path("look-up/polluters/", look_ups.LookUp.as_view(), name="look-up-polluters"),
    path("look-up/codes/", look_ups.LookUpCode.as_view(), name="look-up-codes"),
    path("look-up/permits/", look_ups.LookUpPermit.as_view(), name="look-up-permits"),
]
