"""`pa-emulator verify` from the first look to the report."""

from __future__ import annotations

import io
import secrets
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.console import Console

from pa_emulator.verify import report
from pa_emulator.verify.account import RefusedError, look
from pa_emulator.verify.cases import load, unseen
from pa_emulator.verify.ledger import Ledger
from pa_emulator.verify.listing import calls
from pa_emulator.verify.options import OptionError, Options, parse
from pa_emulator.verify.pace import CALLS, Clock, Pace
from pa_emulator.verify.runner import DIFFERS, Runner, chosen, why_not
from pa_emulator.verify.server import NoAnswerError, Server
from pa_emulator.verify.stop import Stop, StoppedError
from pa_emulator.verify.undo import carry_out, finish, folder_of, left_of, leftovers
from pa_emulator.written_file import CannotWriteError, WrittenFile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pa_emulator.verify.account import Account
    from pa_emulator.verify.cases import Case
    from pa_emulator.verify.undo import Left

BAD_INPUT, STOPPED, REFUSED, LEFT = 2, 3, 4, 5


class _UnconfirmedError(Exception):
    """Nobody has said yes."""


def run(argv: Sequence[str], clock: Clock | None = None) -> int:
    """Return the exit code; `clock` is for tests."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(
            stream, io.TextIOWrapper
        ):  # a sign that the terminal lacks is no reason to end
            stream.reconfigure(errors="backslashreplace")
    cases = load()
    services = tuple(dict.fromkeys(case.service for case in cases))
    try:
        options = parse(argv, services)
        wanted = chosen(cases, options.services)
        if options.dry_run:
            return _listed(options, wanted)
        return _Verify(options, wanted, clock or Clock()).run()
    except (OptionError, _UnconfirmedError) as error:
        return _ended(BAD_INPUT, str(error))
    except RefusedError as error:
        advice = "Check --username, and that the token is of this account and server."
        return _ended(REFUSED, f"the server {error}. {advice}")
    except NoAnswerError as error:
        return _ended(STOPPED, f"the server does not answer: {error}. Nothing was changed.")
    except KeyboardInterrupt:
        return _ended(STOPPED, "stopped. Nothing was changed.")


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
        server = Server(target, Pace(0 if target.is_emulator else CALLS, self.clock))
        try:
            if target.is_emulator and not server.has_control_surface():
                raise OptionError(f"--against: no pa-emulator answers at {target.url}")
            account = self._tidied(server)
            tried = [case for case in self.cases if not self._why_not(case, account)]
            self._confirm(_intent(self.options, account, tried))
            return self._checked(server, account)
        finally:
            server.close()

    def _why_not(self, case: Case, account: Account) -> str:
        return why_not(case, self.options.target, account, slow=self.options.slow)

    def _tidied(self, server: Server) -> Account:
        """Look at the account, and offer to remove what an earlier run has left."""
        account = look(server)
        steps = leftovers(server, account)
        if not steps:
            return account
        names = "".join(f"  {step.what}\n" for step in steps)
        sys.stderr.write(f"An earlier run has left behind:\n{names}")
        if not self._says_yes("Remove it now?"):
            return account
        failed = carry_out(server, steps, lambda: False)
        if failed:
            sys.stderr.write(_left_text(left_of(server.target, failed)))
        return look(server)

    def _confirm(self, text: str) -> None:
        if self.options.target.is_emulator:
            return
        sys.stderr.write(text)
        if not self._says_yes("Go on?"):
            raise _UnconfirmedError("not confirmed. Nothing was made.")

    def _says_yes(self, question: str) -> bool:
        if self.options.yes or self.options.target.is_emulator:
            return True
        if not sys.stdin.isatty():
            raise _UnconfirmedError(
                "cannot ask for confirmation (no terminal). Pass --yes to confirm. "
                "Nothing was changed."
            )
        sys.stderr.write(f"{question} [y/N] ")
        sys.stderr.flush()
        return sys.stdin.readline().strip().lower() in {"y", "yes"}

    def _checked(self, server: Server, account: Account) -> int:
        """Try the cases, undo all, and report."""
        began = self.clock.now()
        ledger = Ledger(server.target, account, *_names(server))
        runner = Runner(server, ledger, slow=self.options.slow)
        stop = Stop()
        stopped = ""
        with stop.watching():
            try:
                stop.arm()
                runner.run(self.cases)
                stop.disarm()
            except StoppedError:
                stopped = "interrupted"
                sys.stderr.write("Stopped. Undoing what this run made.\n")
            except NoAnswerError as error:
                stop.disarm()
                stopped = f"the server does not answer ({error})"
            left = finish(server, ledger, lambda: stop.has_given_up)
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
        if self.options.report:
            _write(self.options.report, report.as_json(found, unseen()))
        if found.stopped:
            sys.stderr.write(f"pa-emulator verify: stopped early: {found.stopped}.\n")
        if found.left:
            sys.stderr.write(_left_text(found.left))
            return LEFT
        if found.stopped:
            return STOPPED
        return int(found.count(DIFFERS) > 0)


def _write(file: WrittenFile, text: str) -> None:
    """A report that cannot be written changes nothing of what was found."""
    try:
        file.write(text)
    except CannotWriteError as error:
        sys.stderr.write(f"pa-emulator verify: {error}\n")


def _names(server: Server) -> tuple[str, str, str]:
    """The run's folder, a domain at which nothing is, and a name that nobody has."""
    name = secrets.token_hex(4)
    # One of the account's own subdomains, as `something-alice.pythonanywhere.com` is.
    own, _, rest = server.target.domain.partition(".")
    return folder_of(server.target, name), f"nothing{name}-{own}.{rest}", f"nobody{name}"


def _intent(options: Options, account: Account, tried: Sequence[Case]) -> str:
    target = options.target
    makes = {
        "webapps": f"a web app at {target.domain}",
        "websites": f"a website (ASGI) at {target.domain}",
        "consoles": "consoles, which are not started",
        "schedule": "scheduled tasks",
        "always_on": "always-on tasks",
    }
    needs = {case.needs.removeprefix("new ") + "s" for case in tried if case.needs}
    made = needs | {each.parts[0] for case in tried for each in case.requests if _is_made(each)}
    things = [f"a folder {folder_of(target, 'XXXXXXXX')}"]
    things += [text for kind, text in makes.items() if kind in made]
    lines = "".join(f"  - {thing}\n" for thing in things)
    return (
        f"This tries {len(tried)} facts on the account {target.username} of {target.host}"
        f" ({account.plan or 'unknown'} plan).\nIt makes, and removes at the end:\n{lines}"
        "It touches nothing else. --dry-run lists all calls.\n"
    )


def _is_made(request: object) -> bool:
    return getattr(request, "method", "") == "POST" and len(getattr(request, "parts", ())) == 1


def _left_text(left: Sequence[Left]) -> str:
    lines = "".join(f"  {each.what}\n    {each.command}\n" for each in left)
    return (
        "pa-emulator verify: this may still be there. Run the command again, which offers to "
        f"remove it, or remove it by hand (PA_TOKEN is the API token):\n{lines}"
    )
