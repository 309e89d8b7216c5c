"""Why a call got no answer, and what to do about it."""

from __future__ import annotations

import requests

FAULTS: tuple[tuple[str, str, str], ...] = (
    (
        "WRONG_VERSION_NUMBER",
        "it does not speak https",
        "For an emulator without --tls, pass --against http://…; else check the port.",
    ),
    (
        "CERTIFICATE_VERIFY_FAILED",
        "its certificate is not trusted",
        'Set REQUESTS_CA_BUNDLE to the file of its authority. An emulator prints it as "ca".',
    ),
    (
        "Name or service not known",
        "its name is not found",
        "Check your network connection and --host.",
    ),
    ("NameResolutionError", "its name is not found", "Check your network connection and --host."),
    (
        "Connection refused",
        "no connection: nothing listens at this port",
        "Check the port, and that the server runs. An emulator prints its address.",
    ),
)
"""A part of an error's text, what happened, and the next step."""


class Unanswered(Exception):
    """The server could not be reached, or hung up. `advice` is the next step."""

    def __init__(self, reason: str, advice: str = "Try again later.") -> None:
        super().__init__(reason)
        self.advice = advice


def unanswered(error: OSError) -> Unanswered:
    """Say what happened, without the address: it contains the username."""
    if isinstance(error, requests.exceptions.ProxyError):
        return Unanswered("the proxy does not let it through", "Check HTTPS_PROXY and NO_PROXY.")
    for mark, reason, advice in FAULTS:
        if mark in str(error):
            return Unanswered(reason, advice)
    if isinstance(error, requests.exceptions.SSLError):
        return Unanswered(
            "https failed", "Check the address. A proxy may also intercept the connection."
        )
    if isinstance(error, requests.Timeout):
        return Unanswered("no answer in time", "Check your network connection, or try again later.")
    if isinstance(error, requests.ConnectionError):
        return Unanswered(
            "no connection, or the server hung up",
            "Check your network connection. If the server speaks https, as an emulator with "
            "--tls does, pass its https address.",
        )
    if not isinstance(error, requests.RequestException):
        return Unanswered(
            "the trusted certificates cannot be read",
            "Check that REQUESTS_CA_BUNDLE (or CURL_CA_BUNDLE) names a file that exists.",
        )
    return Unanswered(type(error).__name__, "Check --host, HTTPS_PROXY and NO_PROXY.")
