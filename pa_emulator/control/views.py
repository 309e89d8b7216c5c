"""`/_emulator/`: the request log, faults, reset, users, consoles, the clock. No token is needed."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from rest_framework.exceptions import NotFound, ParseError, PermissionDenied, ValidationError
from rest_framework.response import Response

from pa_emulator import database
from pa_emulator.accounts.models import Account, clash, ensure_account, new_token
from pa_emulator.config import PLANS, is_token, is_username
from pa_emulator.consoles.models import Console
from pa_emulator.faults.rules import parse
from pa_emulator.parsers import JsonParser
from pa_emulator.paths import wipe
from pa_emulator.rest import JsonAlways, MachineView
from pa_emulator.students.models import Student

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rest_framework.parsers import BaseParser
    from rest_framework.request import Request

    from pa_emulator.machine import Machine


WANTED = 'Send a JSON object as the body, such as {"key": "value"}.'
LONGEST_ADVANCE = 10 * 366 * 86400
LAST_TIMESTAMP = datetime(9000, 1, 1, tzinfo=UTC).timestamp()
"""Far from the last date, so that a date counted from now stays within."""
# Only one call at a time makes or removes accounts: a reset removes their folders.
_of_accounts = threading.Lock()


class _JsonWhateverItSays(JsonAlways):
    """Bodies are JSON, whatever their content type: `curl -d` sends a form's."""

    def select_parser(self, request: Request, parsers: Sequence[BaseParser]) -> BaseParser | None:  # noqa: ARG002
        return parsers[0]


class ControlView(MachineView):
    """Calls for the person who runs the emulator: no authentication, no rate limit."""

    content_negotiation_class = _JsonWhateverItSays
    parser_classes = (JsonParser,)

    def initial(self, request: Request, **kwargs: object) -> None:
        """Refuse calls that a page of another site makes from a browser on this machine."""
        super().initial(request, **kwargs)
        origin = request.headers.get("Origin")
        if origin is not None and _host_of(origin) != request.get_host():
            raise PermissionDenied


def _host_of(origin: str) -> str | None:
    """Return host and port; None if the origin is not an address."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


class RequestsView(ControlView):
    """The log of API calls, oldest first."""

    def get(self, _request: Request) -> Response:
        return Response(self.machine.journal.as_data())

    def delete(self, _request: Request) -> Response:
        self.machine.journal.clear()
        return Response(status=204)


class FaultsView(ControlView):
    """Add a fault, or forget all."""

    def post(self, request: Request) -> Response:
        try:
            self.machine.faults.add(parse(_mapping(request)))
        except ValueError as error:
            raise ValidationError({"detail": str(error)}) from error
        return Response({"status": "OK"}, status=201)

    def delete(self, _request: Request) -> Response:
        self.machine.faults.clear()
        return Response(status=204)


class ResetView(ControlView):
    """Go back to one empty account: reset rows, files, sites, log, faults and clock."""

    def post(self, _request: Request) -> Response:
        with _of_accounts:
            _reset(self.machine)
        return Response({"status": "OK"})


def _reset(running: Machine) -> None:
    # Rows first: a site or console starts only if it has a row. Then stop those that run.
    database.empty()
    running.stop_all()
    wipe(running.config.root)
    running.clock.reset()
    running.timetable.look()  # else it would wait for a day that it has seen already
    running.faults.clear()
    running.buckets.clear()
    running.journal.clear()
    config = running.config
    ensure_account(config.root, config.username, config.token, config.plan)


class UsersView(ControlView):
    """Add an account, or change the token or plan of one."""

    def post(self, request: Request) -> Response:
        data = _mapping(request)
        username, plan = data.get("username"), data.get("plan", self.machine.config.plan)
        token = new_token() if data.get("token") is None else data["token"]
        if not isinstance(username, str) or not is_username(username):
            raise ValidationError({"detail": "username: use letters and digits, at most 30"})
        if not isinstance(token, str) or not is_token(token):
            raise ValidationError(
                {"detail": "token: use printable ASCII without spaces, at most 200 characters"}
            )
        if not isinstance(plan, str) or plan not in PLANS:
            raise ValidationError({"detail": f"plan: use one of {', '.join(PLANS)}"})
        with _of_accounts:
            problem = clash(username, token)
            if problem:
                raise ValidationError({"detail": problem})
            account = ensure_account(self.machine.config.root, username, token, plan)
        return Response(
            {"username": account.username, "token": account.token, "plan": plan}, status=201
        )


class OpenView(ControlView):
    """Do what a browser does: start a console's program."""

    def post(self, _request: Request, number: int) -> Response:
        self.machine.room.open(number, _console)
        return Response({"status": "OK"})


class ShareConsoleView(ControlView):
    """Share a console with another account, as the console's page does."""

    def post(self, request: Request, number: int) -> Response:
        other = _account(_mapping(request), "with")
        _console(number).shared_with.add(other)
        return Response({"status": "OK"})


def _console(number: int) -> Console:
    console = Console.objects.filter(pk=number).select_related("account").first()
    if console is None:
        raise NotFound
    found: Console = console
    return found


class StudentsView(ControlView):
    """Make an account the student of another, as the student's Account page does."""

    def post(self, request: Request) -> Response:
        data = _mapping(request)
        student, teacher = (_account(data, key) for key in ("student", "teacher"))
        if student == teacher:
            raise ValidationError({"detail": "teacher: name an account other than the student"})
        Student.objects.update_or_create(account=student, defaults={"teacher": teacher})
        return Response({"student": student.username, "teacher": teacher.username}, status=201)


def _account(data: dict[str, Any], key: str) -> Account:
    account = Account.objects.filter(username=str(data.get(key))).first()
    if account is None:
        raise ValidationError({"detail": f"{key}: name an account that exists"})
    found: Account = account
    return found


class RateLimitView(ControlView):
    """Forget the calls that the rate limit counts; the clock stays as it is."""

    def delete(self, _request: Request) -> Response:
        self.machine.buckets.clear()
        return Response(status=204)


class ClockView(ControlView):
    """Move the clock forward: the rate limit, `expiry` and reload's ping go by it."""

    def post(self, request: Request) -> Response:
        seconds = _mapping(request).get("advance")
        if not isinstance(seconds, (int, float)) or not 0 <= seconds <= LONGEST_ADVANCE:
            raise ValidationError({"detail": "advance: pass seconds, from 0 to ten years"})
        if self.machine.clock.timestamp() + seconds > LAST_TIMESTAMP:
            raise ValidationError({"detail": "advance: the clock cannot go beyond the year 9000"})
        self.machine.clock.advance(seconds)
        self.machine.timetable.look()
        return Response({"now": self.machine.clock.now().isoformat()})


def _mapping(request: Request) -> dict[str, Any]:
    try:
        data = request.data
    except ParseError as error:
        raise ParseError(f"{error.detail}. {WANTED}") from error
    if not isinstance(data, dict):
        raise ValidationError({"detail": WANTED})
    return dict(data.items())
