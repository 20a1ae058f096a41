"""
The desk's pages, in the namespace ``allocation``.

    application
"""

from django.urls import path

from allocation.views import applications

app_name = "allocation"

urlpatterns = [
    path("applications/<slug:number>/", applications.OneApplication.as_view(), name="application"),
]
