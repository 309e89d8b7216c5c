"""The HTML pages that PythonAnywhere itself answers with. Unknown words are ours."""

from __future__ import annotations

PAGE = """<!DOCTYPE html>
<html>
<head><title>{title}</title></head>
<body>
<h1>{heading}</h1>
<p>{text}</p>
</body>
</html>
"""


def plain(heading: str, text: str) -> str:
    """Return a web server's own page."""
    return PAGE.format(title=heading, heading=heading, text=text)


def server_error() -> str:
    """Return the API's own 500."""
    return PAGE.format(
        title="PythonAnywhere: Server Error",
        heading="Server Error (500)",
        text="Something went wrong on our side.",
    )


def not_found() -> str:
    return PAGE.format(
        title="PythonAnywhere: Page not found",
        heading="Not Found",
        text="There is nothing at this address.",
    )


def console_limit() -> str:
    return PAGE.format(
        title="Console limit reached : PythonAnywhere",
        heading="Console limit reached",
        text="You have reached your maximum number of consoles.",
    )


def too_large() -> str:
    return PAGE.format(
        title="413 Request Entity Too Large",
        heading="413 Request Entity Too Large",
        text="The upload is larger than 100 MiB.",
    )


def coming_soon(reason: str) -> str:
    """For a domain that is not served (help pages); `reason` is a sentence of ours."""
    return PAGE.format(
        title="Coming Soon: PythonAnywhere",
        heading="Coming Soon!",
        text=reason,
    )


def something_wrong(error_code: str) -> str:
    """For a site that fails: `Unhandled Exception`, or `502-backend`."""
    return PAGE.format(
        title="Something went wrong :-(",
        heading="Something went wrong :-(",
        text="This website is hosted by PythonAnywhere, an online hosting environment. "
        "There was an error loading it. There may be a bug in its code; if it is yours, "
        f"look at its error log.</p>\n<p>Error code: {error_code}",
    )


def unauthorized() -> str:
    return PAGE.format(
        title="401 Authorization Required",
        heading="401 Authorization Required",
        text="This site needs a username and a password.",
    )


def moved() -> str:
    return PAGE.format(title="302 Found", heading="302 Found", text="This page has moved.")


def no_answer() -> str:
    return plain("504 Gateway Time-out", "The site did not answer in time.")


def no_hosting() -> str:
    """For every site, if the emulator runs none."""
    return plain("503 Service Unavailable", "This emulator does not run web apps.")


def malformed_body() -> str:
    return plain("400 Bad Request", "The body of the request is malformed or incomplete.")


def malformed_path() -> str:
    return plain("400 Bad Request", "The path of the request leads out of the site.")


def headers_too_large() -> str:
    return PAGE.format(
        title="400 Request Header Or Cookie Too Large",
        heading="400 Bad Request",
        text="Request Header Or Cookie Too Large",
    )
