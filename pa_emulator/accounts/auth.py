"""Token authentication, and the rule that a token opens its own account only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from rest_framework.authentication import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission

from pa_emulator.accounts.errors import NoSuchUser
from pa_emulator.accounts.models import Account

if TYPE_CHECKING:
    from rest_framework.request import Request


class TokenOfAccount(TokenAuthentication):
    """`Authorization: Token …`; a bad one is 401 `Invalid token.` (observed by clients)."""

    def authenticate_credentials(self, key: str) -> tuple[Account, str]:
        account = Account.objects.filter(token=key).first()
        if account is None:
            raise AuthenticationFailed("Invalid token.")
        return (account, key)


class _ViewOfUser(Protocol):
    """A view whose URL names a user."""

    username: str


class OwnAccount(BasePermission):
    """403 for another user's URL, 500 for a user that does not exist."""

    def has_permission(self, request: Request, view: _ViewOfUser) -> bool:
        username = view.username.lower()
        if username == request.user.username.lower():
            return True
        if not Account.objects.filter(username__iexact=username).exists():
            raise NoSuchUser
        return False
