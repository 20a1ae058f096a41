"""One function per paper of the desk: rows in, a PDF out, in the language active now."""

from __future__ import annotations

from datetime import date

from django.utils.translation import get_language

from allocation.models import Voucher
from allocation.papers import voucher as paper_of_voucher
from allocation.selectors import issued
from quota_registry.kernel import paper


def voucher_pdf(voucher: Voucher, *, on: date, language: str | None = None) -> bytes:
    """Print a voucher as it was issued, with where it stands today."""
    content = paper_of_voucher.content(
        issued.of(voucher),
        code=voucher.code,
        language=language or get_language() or "zh-hans",
    )
    return paper.render(paper_of_voucher.TEMPLATE, content, printed_on=on)
