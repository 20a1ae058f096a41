"""How a program proves who it is: a token of which only a hash is kept."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import authentication, exceptions
from rest_framework.request import Request

from quota_registry.kernel.models import Client
from quota_registry.kernel.services import clients


class ClientAuthentication(authentication.BaseAuthentication):
    """
    ``Authorization: Bearer <token>`` (or ``Token <token>``) of a client that is neither revoked
    nor expired and whose responsible person is still active.
    """

    keywords = (b"bearer", b"token")

    def authenticate(self, request: Request) -> tuple[Client, str] | None:
        """Return the client, or nothing where no token was sent."""
        words = authentication.get_authorization_header(request).split()
        if not words or words[0].lower() not in self.keywords:
            return None
        try:
            (token,) = (word.decode("ascii") for word in words[1:])
            client = Client.objects.get_from_key(token)
        except (Client.DoesNotExist, ValueError) as missing:
            raise exceptions.AuthenticationFailed(_("令牌无效")) from missing
        if client.has_expired:
            raise exceptions.AuthenticationFailed(_("令牌已过期"))
        if not client.responsible.is_active:
            raise exceptions.AuthenticationFailed(_("令牌的责任人已停用"))
        today = timezone.localdate()
        if client.last_used_on != today:
            clients.note_use(client=client, on=today)
        return client, "token"

    def authenticate_header(self, request: Request) -> str:
        """Say how to come back after a 401."""
        return 'Bearer realm="quota-registry"'
