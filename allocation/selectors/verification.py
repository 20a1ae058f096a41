"""What the public may ask about a voucher: by its number and its code, and nothing without both."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from allocation.models import Voucher
from quota_registry.kernel import counters
from quota_registry.kernel.refusals import Refusal

LONGEST: Final = 40
"""Nothing that is longer is a number or a code."""

_GROUP: Final = 4
# As long as a code, and none: nothing that is typed becomes a question mark.
_NO_CODE: Final = "?" * 12


class NotVerified(Refusal):
    """No voucher has this number and this code; which of the two is wrong, nobody is told."""

    code = "not_verified"
    status = 404
    message = _("没有编号与验证码相符的凭证，请核对后再查")


class AskedTooOften(Refusal):
    """An address asked about vouchers more often than somebody with papers in hand would."""

    code = "throttled"
    status = 429
    message = _("查验过于频繁，请在%(seconds)s秒后再试")


def verify(*, number: str, code: str, address: str | None) -> Voucher:
    """
    Find the voucher of this number and code, asked for from *address*.

    Every question counts, right or wrong, so that nobody tries codes one after the other; a wrong
    code and a number that does not exist are answered alike.

    :raises AskedTooOften: beyond the minute's number of questions of an address.
    :raises NotVerified: if no voucher has both.
    """
    seconds = counters.too_often(f"verify:{address}", most=settings.QUOTA_VERIFICATIONS_PER_MINUTE)
    if seconds:
        raise AskedTooOften(seconds=seconds)
    row = Voucher.objects.filter(number=number.strip()[:LONGEST]).values_list("pk", "code").first()
    pk, known = row or (None, _NO_CODE)
    # Compared also where there is no such number, and in a time that tells nothing of the code.
    right = constant_time_compare(plain(code), known)
    if pk is None or not right:
        raise NotVerified
    found: Voucher = Voucher.objects.select_related("application").get(pk=pk)
    return found


def plain(code: str) -> str:
    """Take a code as people type it: with its hyphens or without, in small letters or large."""
    return "".join(sign for sign in code[:LONGEST].upper() if sign.isalnum())


def spoken(code: str) -> str:
    """Write a code so that it can be read aloud and copied by hand: in groups of four."""
    return "-".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP))


def address_of(number: str, code: str) -> str:
    """Give the address that a voucher's QR code leads to, from anywhere."""
    asked = urlencode({"number": number, "code": code})
    return f"{settings.QUOTA_URL}{reverse('public-voucher')}?{asked}"
