"""Files that somebody handed in: streamed with permission, treated as hostile, written down."""

from __future__ import annotations

from django.http import FileResponse

from quota_registry.kernel.models import StoredFile
from quota_registry.kernel.services import audit, files
from quota_registry.kernel.views.base import PermittedView

SHOWN = ("application/pdf", "image/")
"""Media types that a browser may show; everything else is saved."""


class StreamedFile(PermittedView):
    """A stored file, for whoever the view lets in; that it was opened is written down."""

    def stream(self, file: StoredFile, subject: str) -> FileResponse:
        """Answer *file*, which belongs to *subject*, so that nothing in it can run."""
        audit.record(verb="file.opened", by=self.person, subject=subject, file=file.name)
        response = FileResponse(
            files.open_bytes(file),
            as_attachment=not file.media_type.startswith(SHOWN),
            filename=file.name,
            content_type=file.media_type,
        )
        response["X-Content-Type-Options"] = "nosniff"
        response["Content-Security-Policy"] = "sandbox; default-src 'none'"
        return response
