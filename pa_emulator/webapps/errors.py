"""Errors of web apps."""

from __future__ import annotations

from pa_emulator.choices import (
    DOMAIN_ERROR_TYPE,
    EXISTS_ERROR_TYPE,
    LIMIT_ERROR_TYPE,
    RELOAD_STATUS,
)
from pa_emulator.errors import PythonAnywhereError
from pa_emulator.hosting.pages import server_error


def _limit_text(allowed: int) -> str:
    return f"You cannot create any more webapps - your account only allows {allowed}"


class TooManyWebapps(PythonAnywhereError):
    """400 if the plan allows no more web apps (observed by clients)."""

    def __init__(self, allowed: int) -> None:
        super().__init__(
            {
                "status": "ERROR",
                "error_type": LIMIT_ERROR_TYPE,
                "error_message": _limit_text(allowed),
            }
        )


class DomainNeedsPlan(PythonAnywhereError):
    """400 for a domain other than its own subdomain on a free account."""

    def __init__(self, domain: str) -> None:
        super().__init__(
            {
                "status": "ERROR",
                "error_type": DOMAIN_ERROR_TYPE,
                "error_message": f"Your account cannot have a web app at {domain}: "
                "free accounts can have one only on their own subdomain",
            }
        )


class DomainTaken(PythonAnywhereError):
    """The soft error: 200, and the body says ERROR (official library)."""

    status = 200

    def __init__(self, domain: str) -> None:
        super().__init__(
            {
                "status": "ERROR",
                "error_type": EXISTS_ERROR_TYPE,
                "error_message": f"You already have a web app at {domain}",
            }
        )


class AlreadyEnabled(PythonAnywhereError):
    """400 for enabling an enabled web app, in the words of the limit (observed by clients)."""

    def __init__(self, allowed: int) -> None:
        super().__init__({"error": _limit_text(allowed)})


class WebappDisabled(PythonAnywhereError):
    """500 and a page, for reloading a disabled web app (observed by clients)."""

    status = 500

    def __init__(self) -> None:
        super().__init__(server_error())


class ReloadError(PythonAnywhereError):
    """The errors of a reload. It worked if they are `cname_error` or `slow_startup_error`; it did
    not if they are `virtualenv_error` or `generic_error`.
    """

    status = RELOAD_STATUS

    def __init__(self, error: str) -> None:
        super().__init__({"status": "error", "error": error})


class CertificateRefused(PythonAnywhereError):
    """400 if certificate or key is not valid, or they do not match (observed by clients)."""

    def __init__(self) -> None:
        super().__init__({"error": "The certificate or its private key is not valid"})
