"""How far a job is, as a part of a page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise

from quota_registry.kernel.models import Job
from quota_registry.kernel.services import jobs


def progress_part(request: HttpRequest, job: Job | None, *, label: str | Promise) -> HttpResponse:
    """Show how far the worker is; when it has done, the page is shown anew."""
    if job is None or not jobs.runs(job=job):
        return HttpResponse(headers={"HX-Refresh": "true"})
    progress = jobs.progress(job=job)
    return render(
        request,
        "components/progress.html",
        {"url": request.path, "done": progress.done, "total": progress.total, "label": label},
    )
