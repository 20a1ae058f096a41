"""
The watch's pages, in the namespace ``monitoring``; the modules of addresses say their own.

    imports · import-new · import-template · import · import-progress · import-file ·
    import-accept · import-discard · import-resume
"""

from django.urls import path

from monitoring import order_urls, warning_urls
from monitoring.views import import_acts, imports

app_name = "monitoring"

urlpatterns = [
    # ── Readings ──
    path("readings/", imports.Imports.as_view(), name="imports"),
    path("readings/new/", imports.NewImport.as_view(), name="import-new"),
    path(
        "readings/templates/<slug:which>.<slug:ending>",
        imports.ImportTemplate.as_view(),
        name="import-template",
    ),
    path("readings/<int:pk>/", imports.OneImport.as_view(), name="import"),
    path("readings/<int:pk>/progress/", imports.ImportProgress.as_view(), name="import-progress"),
    path("readings/<int:pk>/file/<slug:which>/", imports.ImportFile.as_view(), name="import-file"),
    path("readings/<int:pk>/accept/", import_acts.AcceptImport.as_view(), name="import-accept"),
    path("readings/<int:pk>/discard/", import_acts.DiscardImport.as_view(), name="import-discard"),
    path("readings/<int:pk>/resume/", import_acts.ResumeImport.as_view(), name="import-resume"),
    *order_urls.urlpatterns,
    *warning_urls.urlpatterns,
]
