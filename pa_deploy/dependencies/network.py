"""Faults between this machine and a package index, as uv words them."""

from __future__ import annotations

import re

from pa_deploy.dependencies.wheel_faults import wheel_fault
from pa_deploy.errors import DeployError, IndexUnreachable, InputError, Problem
from pa_deploy.urls import host_of

STATUS = re.compile(r"HTTP status (?:client|server) error \((\d{3}).*?\) for url \(([^\s)]+)")
FAILED = re.compile(
    r"(?:error sending request for url \(|Failed to fetch: `?|for url \()([^\s)`]+)"
)
REFUSED = re.compile(
    r"An index(?: URL)? \(([^\s)]+)\) (?:could not be queried due to a lack|returned a 403)"
    r"|Missing credentials for ([^\s)`]+)"
)
NO_INDEX = re.compile(
    r"(?:Missing `Content-Type` header for|unexpected (?:JSON|HTML) from|"
    r"Unsupported `Content-Type` \S+ for|redirect\S* (?:for url|from)) [`(]?([^\s`)]+)"
)
BROKEN_LINK = re.compile(r"Could not parse absolute URL|not a valid URL|invalid port number")
BROKEN_WHEEL = re.compile(
    r"Failed to (?:extract archive|read zip|unzip)|Invalid zip file|Bad (?:CRC|\w+ size)"
)
BROKEN_METADATA = re.compile(
    r"(?:Metadata|METADATA) (?:field|file)|[Ii]nvalid [Mm]etadata|does not match (?:the )?given"
    r"|[Mm]issing \.dist-info|does not match filename|(?:has|is) an invalid package format"
    r"|metadata for the wrong package"
)
OF_PACKAGE = re.compile(
    r"Failed to (?:download|read|parse|install)(?: \S+){0,4} `([^`\s]+)"
    r"|The structure of `([^`\s]+)`|Failed to install: ([^\s-]+)-"
    r"|wrong package: expected distribution metadata for (\S+?),? "
)
CAUSES = (
    (
        r"dns error|lookup address",
        "Its name cannot be resolved.",
        "Correct the index's URL, or check that this machine can reach a DNS server.",
    ),
    (
        r"tunnel error|unsuccessful tunnel|proxy",
        "The proxy blocked the connection.",
        "Correct HTTPS_PROXY, or exempt the host: NO_PROXY={host}.",
    ),
    (
        r"certificate|UnknownIssuer|self.signed",
        "This machine does not trust its certificate. A company's proxy may be the cause.",
        "Set SSL_CERT_FILE (or REQUESTS_CA_BUNDLE) to the file with your authority's certificate.",
    ),
    (
        r"corrupt message|InvalidContentType|HandshakeFailure|fatal alert",
        "It does not use TLS at this address.",
        "Correct the index's URL: `http://` or another port may be right.",
    ),
    (
        r"timed out|timeout",
        "It did not answer in time.",
        "Run again. If it is just slow, set UV_HTTP_TIMEOUT (seconds).",
    ),
    (
        r"Connection refused|unreachable|No route",
        "Nothing answers at that address, or a firewall blocks it.",
        "Correct the index's URL, or set HTTPS_PROXY if this machine needs a proxy.",
    ),
)


def network_fault(text: str, file: str) -> DeployError | None:
    """The network failure in the text of uv, or None. URLs in it have no passwords."""
    status = STATUS.search(text)
    if status:
        return _answered(int(status[1]), status[2], text, file)
    refused = REFUSED.search(text)
    if refused:
        return _no_credentials(refused[1] or refused[2], file)
    no_index = NO_INDEX.search(text)
    if no_index:
        said = (
            f"The package index at {host_of(no_index[1])} did not answer as a package index does."
        )
        cause = "A login page, a proxy or another site may have answered."
        return IndexUnreachable(said, cause=cause, advice=f"Correct the index's URL in {file}.")
    damaged = _damaged(text, file)
    if damaged:
        return damaged
    failed = FAILED.search(text)
    return _no_answer(host_of(failed[1]), text) if failed else None


def _damaged(text: str, file: str) -> DeployError | None:
    """Failures for invalid answers of an index, and for a wheel that cannot be installed."""
    link = BROKEN_LINK.search(text)
    package = OF_PACKAGE.search(text)
    name = f"`{package[package.lastindex or 0]}`" if package else "a package"
    if link:
        said = f"A page of the package index has a link for {name} that is not a URL."
        return IndexUnreachable(
            said, advice=f"Correct the index's URL in {file}, or tell the owner of the index."
        )
    fault = wheel_fault(text, name, file)
    if fault:
        return fault
    is_local = " @ file:" in text
    if BROKEN_WHEEL.search(text) and not is_local:
        said = f"The package index sent a file for {name} that is not a complete wheel."
        cause = "A login page, a proxy or a broken connection may be the cause."
        return IndexUnreachable(said, cause=cause, advice="Run again; nothing was changed.")
    if BROKEN_WHEEL.search(text) or BROKEN_METADATA.search(text):
        said = f"the wheel of {name} is damaged."
        advice = f"List another version of it in {file}, or replace the wheel."
        return InputError((Problem("requirements", said, advice=advice),))
    return None


def _server(text: str, host: str) -> str:
    """How a sentence begins: a wheel that is listed by its URL may come from anywhere."""
    return f"The server {host}" if " @ http" in text else f"The package index at {host}"


def _answered(status: int, url: str, text: str, file: str) -> DeployError:
    host = host_of(url)
    if status in (401, 403):
        return _no_credentials(url, file)
    if status == 407:
        said = f"The proxy on the way to {host} needs a user name and a password (407)."
        return IndexUnreachable(
            said, advice="Put them into HTTPS_PROXY: http://USER:PASSWORD@PROXY."
        )
    if status in (408, 425, 429) or status >= 500:
        said = f"{_server(text, host)} failed with {status}."
        cause = "It got too many requests." if status == 429 else "The server itself has a problem."
        return IndexUnreachable(said, cause=cause, advice="Run again later; nothing was changed.")
    if status != 404:
        said = f"{_server(text, host)} answered {status}, which an index never should."
        cause = "Another site, a proxy or a firewall may have answered."
        return IndexUnreachable(said, cause=cause, advice=f"Correct the index's URL in {file}.")
    said = f"{host} answered {status} for a file that {file} lists."
    advice = f"Correct its URL in {file}."
    return InputError((Problem("requirements", said, advice=advice),))


def _no_credentials(url: str, file: str) -> InputError:
    said = f"the package index at {host_of(url)} refuses to answer without valid credentials."
    advice = (
        "Name the index and its credentials in variables: UV_INDEX=private=URL, "
        "UV_INDEX_PRIVATE_USERNAME, UV_INDEX_PRIVATE_PASSWORD. For an index that "
        f"{file} names: `https://${{INDEX_USER}}:${{INDEX_PASSWORD}}@{host_of(url)}/…`, with these "
        "variables set."
    )
    return InputError((Problem("requirements", said, advice=advice),))


def _no_answer(host: str, text: str) -> IndexUnreachable:
    said = f"{_server(text, host)} did not answer."
    for pattern, cause, advice in CAUSES:
        if re.search(pattern, text, re.IGNORECASE):
            return IndexUnreachable(said, cause=cause, advice=advice.format(host=host))
    cause = "The connection was closed before the answer was complete."
    return IndexUnreachable(said, cause=cause, advice="Run again; nothing was changed.")
