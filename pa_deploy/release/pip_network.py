"""Why pip could not reach an index or a repository, found in what it has printed."""

from __future__ import annotations

import re

from pa_deploy.release.explained import Explained

INDEX = "the package index"

FAULTS = (
    (
        r"Tunnel connection failed: 403|403 from proxy|Proxy\w*Error[^\n]*403",
        (
            "The proxy of PythonAnywhere blocked the connection. A free account reaches only the "
            "hosts on PythonAnywhere's allow-list."
        ),
        (
            "Use an index or a host on that list (PythonAnywhere's help page about free accounts "
            "links it), or commit wheels and set `dependencies: ship`."
        ),
    ),
    (
        r"ProxyError|Tunnel connection failed|from proxy after CONNECT",
        "The proxy on the way there did not let the connection through.",
        "Deploy again later. Nothing was changed.",
    ),
    (
        (
            r"Name or service not known|name resolution|Failed to resolve|NameResolutionError"
            r"|nodename nor servname|getaddrinfo failed|Could not resolve host|No address assoc"
        ),
        "Its name cannot be resolved there.",
        "Check the URL. If it is correct, deploy again later. Nothing was changed.",
    ),
    (
        (
            r"CERTIFICATE_VERIFY_FAILED|certificate verify failed|SSLError|SSL certificate problem"
            r"|problem confirming the ssl certificate|TLSV1_ALERT|WRONG_VERSION_NUMBER"
        ),
        "PythonAnywhere does not trust its certificate, or it does not use TLS at this address.",
        "Check the URL. An index with a certificate of your own needs `--trusted-host HOST`.",
    ),
    (
        (
            r"No route to host|Network is unreachable|Connection refused|Connection reset"
            r"|ConnectTimeoutError|[Tt]imed out|Failed to connect to|Connection aborted"
            r"|RemoteDisconnected|IncompleteRead|connection broken|Failed to establish a new"
        ),
        "Nothing answers at that address from there, or too slowly.",
        "Check the URL. If it is correct, deploy again later. Nothing was changed.",
    ),
)
SERVER_FAILED = re.compile(
    r"too many (5\d\d|429) error responses|HTTP error (5\d\d|429) while getting"
    r"|\b(5\d\d|429) (?:Server|Client) Error|returned error: (5\d\d|429)"
)
NOT_ALLOWED = re.compile(
    r"\b(40[137]) (?:Client )?Error|HTTP error (40[137]) while getting|Credentials not correct"
    r"|returned error: (40[137])"
)
LATER = re.compile(
    r"Failed building wheel|Failed to build|conflicting dependencies"
    r"|(?:Preparing metadata|Getting requirements|egg_info|Building wheel)[^\n]*"
    r"(?:error|did not run)"
)
"""What comes after everything was fetched, or all of one package."""
FETCHING = re.compile(r"installing build dependencies[^\n]*(?:error|did not run)", re.IGNORECASE)
HOSTS = (
    r"\(host='([^']+)'",
    r"Failed to resolve '([^']+)'",
    r"(?:url:?|URL|getting|indexes:|unable to access|Cloning|for) '?https?://(?:[^/\s@']*@)?([^/\s'?#,]+)",
    r"Connection to (\S+) timed out",
    r"Could not resolve host: (\S+)",
)


def explain_network(text: str) -> Explained | None:
    if _has_come_through(text):
        return None
    failed = SERVER_FAILED.search(text)
    if failed:
        status = next(filter(None, failed.groups()))
        return Explained(
            f"PythonAnywhere could not reach {_host(text)}: it answered {status}",
            "It got too many requests." if status == "429" else "The server itself has a problem.",
            "Deploy again later. Nothing was changed.",
        )
    for pattern, cause, advice in FAULTS:
        if re.search(pattern, text):
            return Explained(f"PythonAnywhere could not reach {_host(text)}", cause, advice)
    if NOT_ALLOWED.search(text):
        return Explained(
            f"{_host(text)} refuses to answer without valid credentials",
            "The index needs a user name and a password, or a token.",
            "Give the whole URL in the input `env`: `PIP_INDEX_URL=https://USER:PASSWORD@HOST/…`. "
            "Or write `${INDEX_PASSWORD}` in the requirements, and set INDEX_PASSWORD in `env`.",
        )
    return None


def _has_come_through(text: str) -> bool:
    """Whether pip went on after trouble with the network, and has failed for another reason."""
    return bool(LATER.search(text)) and not FETCHING.search(text)


def _host(text: str) -> str:
    """The host that was not reached, as far as pip tells."""
    for pattern in HOSTS:
        found = re.findall(pattern, text)
        if found:
            return str(found[-1])
    return INDEX


# --- repositories

NO_REPOSITORY = re.compile(
    r"(?:repository '([^']+)' not found|could not read (?:Username|Password) for '([^']+)')"
)
NO_REVISION = re.compile(r"pathspec '([^']+)' did not match|couldn't find remote ref (\S+)")


def explain_repository(text: str) -> Explained | None:
    missing = NO_REPOSITORY.search(text)
    if missing:
        where = re.sub(r"(?<=://)[^/@]*@", "", missing[1] or missing[2])
        return Explained(
            f"there is no repository at {where} that everybody can read",
            "Its URL is wrong, or it is private.",
            "Correct the URL. For a private one, write `git+https://${INDEX_TOKEN}@HOST/…`, and "
            "set INDEX_TOKEN in the input `env`.",
        )
    revision = NO_REVISION.search(text)
    if revision:
        return Explained(
            f"the repository has no branch, tag or commit {revision[1] or revision[2]}",
            "It was renamed or removed.",
            "Correct the part after the `@` in the requirements.",
        )
    return None
