"""From an answer to a value or an error: statuses, and the many shapes of error bodies."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any, TypeVar

from pa_deploy.errors import (
    DeployError,
    Forbidden,
    NotFound,
    Refused,
    ServerFailed,
    Unauthorized,
    Unclear,
    Unreachable,
)
from pa_deploy.transport import Answer, Call, Transport

Value = TypeVar("Value")

LONGEST_REASON = 300
ACCOUNT = re.compile(r"/user/([^/]+)/")
ERROR_KEYS = ("detail", "error_message", "error", "message")


def ask(transport: Transport, call: Call, build: Callable[[Any], Value]) -> Value:
    """Send, insist on success, and build the value from the decoded JSON."""
    return decode(call, check(call, transport.send(call)), build)


def ask_webapp(transport: Transport, call: Call, build: Callable[[Any], Value]) -> Value:
    """As `ask`, for what belongs to one web app."""
    return decode(call, check_webapp(call, transport.send(call)), build)


def decode(call: Call, answer: Answer, build: Callable[[Any], Value]) -> Value:
    """What `build` makes of the JSON. A success of unknown shape says nothing certain."""
    try:
        return build(answer.json())
    except (KeyError, TypeError, ValueError, AttributeError):
        kind = Unreachable if call.repeatable else Unclear
        raise kind(
            f"pa-deploy cannot read PythonAnywhere's answer to {call.what}.",
            cause=f"The answer is {_shape(answer)}. A proxy may have sent it, or the API has "
            "changed.",
            advice="Check `host` and your proxy settings. If they are right, update pa-deploy.",
        ) from None


def _shape(answer: Answer) -> str:
    """What kind of JSON it is; no value of it, because there may be a password among them."""
    try:
        body = answer.json()
    except ValueError:
        return "not JSON"
    if isinstance(body, list):
        return f"a list of {len(body)}"
    if isinstance(body, dict):
        keys = ", ".join(sorted(body)[:20])
        return f"an object with the keys {keys or '(none)'}"
    return "a single value"


def many(build: Callable[[Any], Value]) -> Callable[[Any], tuple[Value, ...]]:
    """From how to build one to how to build a whole list of them; anything else is no list."""

    def build_all(body: Any) -> tuple[Value, ...]:  # noqa: ANN401 - whatever the server sent
        if not isinstance(body, list):
            raise TypeError(body)
        return tuple(build(item) for item in body)

    return build_all


def check(call: Call, answer: Answer) -> Answer:
    """The answer itself if its status is 2xx, else the error that its status stands for."""
    if answer.ok:
        return answer
    raise error_for(call, answer)


def check_webapp(call: Call, answer: Answer) -> Answer:
    """As `check`, for what belongs to one web app: if that is missing, the answer is 403 or 404.

    Clients have seen 403, as if the web app were someone else's; the official client of 2026 takes
    404 alone for a missing one.
    """
    if answer.ok:
        return answer
    error = error_for(call, answer)
    if isinstance(error, Forbidden | NotFound):
        raise no_webapp(error.what, answer.status)
    raise error


def no_webapp(what: str, status: int) -> NotFound:
    """The error for a 403 or a 404 to a question about one web app."""
    return NotFound(
        what,
        cause="There is no such web app on this account."
        if status == 404
        else "There is no such web app on this account, or your plan does not allow this.",
        advice="Check `domain` and `username`. To see your web apps: pa-deploy webapps list",
    )


def error_for(call: Call, answer: Answer) -> DeployError:
    what = f"PythonAnywhere answered {answer.status} to {call.what}: {reason(answer)}"
    match answer.status:
        case 401:
            return Unauthorized(
                f"PythonAnywhere does not accept this token. It answered 401 to {call.what}: "
                f"{reason(answer)}",
                cause="The token is wrong or revoked, or it belongs to the other PythonAnywhere "
                "system (www and eu have separate accounts).",
                advice="Check `host`. If it is right, create a new token on the Account page (tab "
                "API token). Store it in PA_TOKEN, or in the secret that `token` reads in your "
                "workflow.",
            )
        case 403:
            return _forbidden(call, answer, what)
        case 404:
            return NotFound(what, advice="Check the path, number or name that you gave.")
        case status if status >= 500:
            return ServerFailed(
                what,
                cause="PythonAnywhere had an internal error. It also answers 500 if the account "
                "does not exist.",
                advice="Check `username` and `host`, then run again.",
            )
        case _:
            return Refused(
                what,
                cause="PythonAnywhere does not accept a value of this request.",
                advice="Correct the input that the answer names, or choose a value that the Web "
                "tab offers.",
            )


def _forbidden(call: Call, answer: Answer, what: str) -> Forbidden:
    """What a 403 means depends on what was asked for; and PythonAnywhere sends it as JSON."""
    advice = "Check that `username` is the account that the token was made for."
    if not answer.is_json:
        return Forbidden(
            what,
            cause="The answer is not JSON. A proxy or a firewall may have sent it.",
            advice=f"Check your proxy settings and `host`. {advice}",
        )
    if "/files/" in call.path:
        return Forbidden(
            what,
            cause="This account may not use that path, or the token is for another account.",
            advice=f"Check the path. {advice}",
        )
    if "/consoles/" in call.path:
        return Forbidden(
            what,
            cause="The console belongs to somebody else, or the token is for another account.",
            advice=f"List your consoles: pa-deploy consoles list. {advice}",
        )
    account = ACCOUNT.search(call.path)
    return Forbidden(
        what,
        cause=f"The token is not for the account {account[1]}." if account else "",
        advice="Set `username` to the account that the token was made for, or use a token of that "
        "account.",
    )


def reason(answer: Answer) -> str:
    """One sentence out of whatever the body is: JSON of several shapes, an HTML page, text.

    Secrets go when the text is as it was written, and again when it is as it will be read.
    """
    try:
        said = _from_json(answer.json())
    except ValueError:
        said = _from_page(answer.redact(answer.text()))
    line = answer.redact(" ".join(answer.redact(said).split())) or "(no reason given)"
    return line if len(line) <= LONGEST_REASON else line[:LONGEST_REASON] + "…"


def _from_json(body: Any) -> str:  # noqa: ANN401 - whatever the server sent
    """Keys as clients have seen them: detail, error_message, error, message, or a field map."""
    if isinstance(body, str):
        return body
    if isinstance(body, list):
        return " ".join(_from_json(item) for item in body)
    if not isinstance(body, dict):
        return ""
    for key in ERROR_KEYS:
        if isinstance(body.get(key), str):
            return str(body[key])
    fields = ((name, _from_json(value)) for name, value in body.items())
    return "; ".join(
        said if name == "non_field_errors" else f"{name}: {said}" for name, said in fields if said
    )


def _from_page(text: str) -> str:
    title = re.search(r"<title[^>]*>(.*?)</title>", text, re.IGNORECASE | re.DOTALL)
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", text, re.IGNORECASE | re.DOTALL)
    found = title or heading
    return html.unescape(re.sub(r"<[^>]+>", " ", found[1] if found else text))
