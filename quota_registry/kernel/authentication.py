"""How a program proves who it is: a token of which only a hash is kept."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import authentication, exceptions
from rest_framework.request import Request

from quota_registry.kernel.models import Client


class ClientAuthentication(authentication.BaseAuthentication):
    """``Authorization: Token <token>`` of a client that is neither revoked nor expired."""

    keyword = "Token"

    def authenticate(self, request: Request) -> tuple[Client, str] | None:
        words = authentication.get_authorization_header(request).split()
        if len(words) != 2 or words[0].lower() not in (b"token", b"bearer"):
            return None
        try:
            client = Client.objects.get_from_key(words[1].decode())
        except (Client.DoesNotExist, UnicodeDecodeError) as missing:
            raise exceptions.AuthenticationFailed(_("令牌无效")) from missing
        if client.has_expired:
            raise exceptions.AuthenticationFailed(_("令牌已过期"))
        today = timezone.localdate()
        if client.last_used_on != today:
            Client.objects.filter(pk=client.pk).update(last_used_on=today)
        return client, "token"

    def authenticate_header(self, request: Request) -> str:
        return self.keyword
