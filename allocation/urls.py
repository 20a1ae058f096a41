"""
The desk's pages, in the namespace ``allocation``.

    projects  project-new  project  project-edit  project-approve  project-file
    applications  application-new  application  application-edit  application-supplement
    application-act
"""

from django.urls import path

from allocation import dispatch_urls, trade_urls, voucher_urls
from allocation.views import (
    application_acts,
    application_page,
    application_writing,
    applications,
    project_writing,
    projects,
)

app_name = "allocation"

_PROJECT = "projects/<slug:number>/"
_APPLICATION = "applications/<slug:number>/"

urlpatterns = [
    path("projects/", projects.Projects.as_view(), name="projects"),
    path("projects/new/", project_writing.NewProject.as_view(), name="project-new"),
    path(_PROJECT, projects.OneProject.as_view(), name="project"),
    path(f"{_PROJECT}edit/", project_writing.EditProject.as_view(), name="project-edit"),
    path(
        f"{_PROJECT}strategic/", project_writing.ApproveStrategic.as_view(), name="project-approve"
    ),
    path(f"{_PROJECT}file/", project_writing.StrategicFile.as_view(), name="project-file"),
    path(f"{_PROJECT}apply/", application_writing.NewApplication.as_view(), name="application-new"),
    path("applications/", applications.Applications.as_view(), name="applications"),
    path(_APPLICATION, application_page.OneApplication.as_view(), name="application"),
    path(
        f"{_APPLICATION}edit/",
        application_writing.WriteApplication.as_view(),
        name="application-edit",
    ),
    path(
        f"{_APPLICATION}supplement/",
        application_writing.SupplementApplication.as_view(),
        name="application-supplement",
    ),
    path(
        f"{_APPLICATION}act/<slug:verb>/",
        application_acts.ActOnApplication.as_view(),
        name="application-act",
    ),
    *voucher_urls.urlpatterns,
    *trade_urls.urlpatterns,
    *dispatch_urls.urlpatterns,
]
