"""`pa-emulator verify` from the first look to the report."""

from __future__ import annotations

import io
import secrets
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.console import Console

from pa_emulator.verify import progress, report
from pa_emulator.verify.account import TokenRefused, look
from pa_emulator.verify.cases import load, unseen
from pa_emulator.verify.intent import intent
from pa_emulator.verify.ledger import Ledger
from pa_emulator.verify.leftovers import leftovers
from pa_emulator.verify.listing import calls
from pa_emulator.verify.made import Made
from pa_emulator.verify.options import BadOption, Options, parse
from pa_emulator.verify.pace import CALLS, Clock, Pace
from pa_emulator.verify.record import CannotRecord, begin
from pa_emulator.verify.runner import DIFFERS, Runner, chosen, why_not
from pa_emulator.verify.server import Server
from pa_emulator.verify.stop import Stop, Stopped
from pa_emulator.verify.unanswered import Unanswered
from pa_emulator.verify.undo import finish, in_time, left_of, shown
from pa_emulator.written_file import CannotWrite

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pa_emulator.verify.account import Account
    from pa_emulator.verify.cases import Case
    from pa_emulator.verify.leftovers import Leftovers
    from pa_emulator.verify.record import Record
    from pa_emulator.verify.server import Target
    from pa_emulator.verify.undo import Left

BAD_INPUT, STOPPED, REFUSED, LEFT, UNWRITTEN = 2, 3, 4, 5, 6


class _CannotBegin(Exception):
    """The run cannot begin. The message is the reason, `code` the exit code."""

    def __init__(self, message: str, code: int = BAD_INPUT) -> None:
        super().__init__(message)
        self.code = code


def run(argv: Sequence[str], clock: Clock | None = None) -> int:
    """Return the exit code; `clock` is for tests."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(
            stream, io.TextIOWrapper
        ):  # a character that the terminal cannot show must not end the run
            stream.reconfigure(errors="backslashreplace")
    cases = load()
    services = tuple(dict.fromkeys(case.service for case in cases))
    try:
        options = parse(argv, services)
        wanted = chosen(cases, options.services)
        if options.dry_run:
            return _listed(options, wanted)
        return _Verify(options, wanted, clock or Clock()).run()
    except BadOption as error:
        return _ended(BAD_INPUT, str(error))
    except _CannotBegin as error:
        return _ended(error.code, str(error))
    except TokenRefused as error:
        advice = "Check --username, and that the token belongs to this account and server."
        return _ended(REFUSED, f"the server {error}. {advice}")
    except Unanswered as error:
        message = f"the server does not answer: {error}. This run made nothing. {error.advice}"
        return _ended(STOPPED, message)
    except Stopped:
        return _ended(STOPPED, "stopped. This run made nothing.")
    except KeyboardInterrupt:
        return _ended(STOPPED, "stopped.")


def _ended(code: int, message: str) -> int:
    sys.stderr.write(f"pa-emulator verify: {message}\n")
    return code


def _listed(options: Options, cases: Sequence[Case]) -> int:
    """Print all calls that a run could make."""
    lines = list(calls(options.target, cases, slow=options.slow))
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return 0


@dataclass(slots=True)
class _Verify:
    options: Options
    cases: Sequence[Case]
    clock: Clock

    def run(self) -> int:
        target = self.options.target
        server = Server(target, self._pace())
        try:
            if target.is_emulator and not server.has_control_surface():
                raise BadOption(
                    f"--against: no pa-emulator answers at {target.url}. Pass the address that "
                    'it prints as "api" when it is ready; with --tls it begins with https://'
                )
            return self._checked(server, self._agreed(server))
        finally:
            server.close()

    def _agreed(self, server: Server) -> Account:
        """Look at the account, ask for a yes to the run, and return the account.

        Raises Stopped.
        """
        try:
            account = self._tidied(server)
            target = server.target
            tried = [case for case in self.cases if not self._why_not(case, account)]
            self._confirm(intent(target, account, tried, len(self.cases)))
        except KeyboardInterrupt:
            raise Stopped from None
        return account

    def _pace(self) -> Pace:
        calls = 0 if self.options.target.is_emulator else CALLS
        return Pace(calls, self.clock, progress.to_stderr)

    def _why_not(self, case: Case, account: Account) -> str:
        return why_not(case, self.options.target, account, slow=self.options.slow)

    def _tidied(self, server: Server) -> Account:
        """Look at the account, and offer to remove what an earlier run left."""
        account = look(server)
        found = leftovers(server, account)
        try:
            if found.unproven:
                sys.stderr.write(_unproven_text(found.unproven))
            if not found.ours:
                return account
            names = "".join(f"  {step.what}\n" for step in found.ours)
            sys.stderr.write(f"An earlier run left this behind:\n{names}")
            if not self._says_yes("Remove it now?"):
                return account
            _remove(found, server.target)
            return look(server)
        finally:
            found.close()

    def _confirm(self, text: str) -> None:
        if self.options.target.is_emulator:
            return
        sys.stderr.write(text)
        if not self._says_yes("Continue?"):
            raise _CannotBegin("not confirmed. This run made nothing.")

    def _says_yes(self, question: str) -> bool:
        if self.options.yes or self.options.target.is_emulator:
            return True
        if not sys.stdin.isatty():
            raise _CannotBegin(
                "cannot ask for confirmation (no terminal). Pass --yes to confirm. "
                "This run made nothing."
            )
        sys.stderr.write(f"{question} [y/N] ")
        sys.stderr.flush()
        return sys.stdin.readline().strip().lower() in {"y", "yes"}

    def _checked(self, server: Server, account: Account) -> int:
        """Try the cases, undo all, and report."""
        began = self.clock.now()
        record = _begun(server.target)
        ledger = _ledger(server, account, record)
        runner = Runner(server, ledger, slow=self.options.slow)
        stop = Stop(progress.to_stderr)
        stopped = ""
        with stop.watching():
            try:
                with stop.armed():
                    runner.run(self.cases)
            except Stopped:
                stopped = "interrupted"
            except Unanswered as error:
                stopped = f"the server does not answer ({error})"
            except Exception as error:
                stopped = f"{type(error).__name__}: {getattr(error, 'strerror', None) or error}"
            stop.undo()
            server.is_over = lambda: stop.has_given_up
            left = finish(server, ledger, in_time(lambda: stop.has_given_up, self.clock))
            record.close(is_done=not left)
            return self._reported(
                report.Run(
                    target=server.target,
                    plan=account.plan,
                    root=ledger.root,
                    results=runner.results,
                    left=left,
                    calls=server.calls,
                    seconds=self.clock.now() - began,
                    stopped=stopped,
                )
            )

    def _reported(self, found: report.Run) -> int:
        report.show(found, Console(highlight=False))
        is_written = self._is_written(found)
        if found.stopped:
            sys.stderr.write(f"pa-emulator verify: stopped early: {found.stopped}.\n")
        if found.left:
            return _ended(LEFT, _left_text(found.left).rstrip())
        if found.stopped:
            return STOPPED
        return int(found.count(DIFFERS) > 0) if is_written else UNWRITTEN

    def _is_written(self, found: report.Run) -> bool:
        """Write the report; return False if that fails. The findings are shown anyway."""
        try:
            if self.options.report:
                self.options.report.write(report.as_json(found, unseen()))
        except CannotWrite as error:
            sys.stderr.write(f"pa-emulator verify: {error}\n")
            return False
        return True


def _begun(target: Target) -> Record:
    """Begin the record of what the run makes. If that fails, nothing is made."""
    try:
        return begin(Made(target.url, target.username, secrets.token_hex(4)))
    except CannotRecord as error:
        raise _CannotBegin(f"{error}. This run made nothing.") from error


def _ledger(server: Server, account: Account, record: Record) -> Ledger:
    """Return a run's ledger, with a domain without a web app and a name that no user has."""
    name = record.made.name
    # One of the account's own subdomains, as `something-alice.pythonanywhere.com` is.
    own, _, rest = server.target.domain.partition(".")
    nowhere = f"nothing{name}-{own}.{rest}"
    return Ledger(server.target, account, record.made, nowhere, f"nobody{name}", record.save)


def _remove(found: Leftovers, target: Target) -> None:
    """Remove what an earlier run left. Raises _CannotBegin if any of it is still there."""
    try:
        found.remove()
    except KeyboardInterrupt:
        removed = "".join(f"  {shown(what)}\n" for what in found.removed)
        text = f"stopped while removing what an earlier run left. Removed:\n{removed}"
        left = [step for step in found.ours if step.what not in found.removed]
        raise _CannotBegin(text + _left_text(left_of(target, left)), LEFT) from None
    if found.ours or any(each.others for each in found.found.values()):
        still = (*left_of(target, found.ours), *found.unproven)
        raise _CannotBegin(_left_text(still).rstrip(), LEFT)


def _unproven_text(left: Sequence[Left]) -> str:
    lines = "".join(f"  {each.what}\n    {each.command}\n" for each in left)
    return (
        "An earlier run may have made this, but this machine has no record of it, so it stays. If "
        f"you do not need it, remove it by hand (PA_TOKEN is the API token):\n{lines}"
    )


def _left_text(left: Sequence[Left]) -> str:
    lines = "".join(f"  {each.what}\n    {each.command}\n" for each in left)
    return (
        "this may still be there. Run the command again to remove it, "
        f"or remove it by hand (PA_TOKEN is the API token):\n{lines}"
    )
