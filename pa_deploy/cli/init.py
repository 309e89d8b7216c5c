"""`pa-deploy init`: write the config file and the workflow of a repository."""

from __future__ import annotations

import shlex
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from pa_deploy.bundle import default_branch, remote_url
from pa_deploy.cli.context import Context
from pa_deploy.cli.init_account import read_account
from pa_deploy.cli.init_files import write_all
from pa_deploy.cli.init_told import line, tell
from pa_deploy.cli.options import JSON_FLAG, flags, input_flags
from pa_deploy.cli.parsing import Command
from pa_deploy.cli.repository import look, on_a_terminal, rows, secrets
from pa_deploy.cli.show import Show
from pa_deploy.cli.talk import Talk
from pa_deploy.detect import Choice, Finding, Tree
from pa_deploy.detect.project import Detected, Known, find_project
from pa_deploy.errors import InputError, Problem
from pa_deploy.init import CONFIG, ci_file, config_text, with_shim
from pa_deploy.inputs import BY_NAME
from pa_deploy.settings import find_workspace

INPUTS = ("username", "host", "domain", "source", "app", "python-version")
"""What the user may say beforehand."""
EU = "eu.pythonanywhere.com"
ACCOUNT = ("username", "host", "domain")
ACCESS = ("token", "token-file", "allow-host")
OF_REPOSITORY = ("source", "app", "python-version")
"""What has no effect with --from-account, as ACCESS has none without."""


@click.command("init", cls=Command)
@input_flags(*INPUTS, *ACCESS)
@JSON_FLAG
@click.option("--force", is_flag=True, help="Overwrite existing files that differ.")
@click.option("--yes", is_flag=True, help="Ask nothing. Add pa_settings.py if it is needed.")
@click.option("--dry-run", is_flag=True, help="Show what would be written. Write nothing.")
@click.option("--from-account", "is_from_account", is_flag=True,
              help="Write the config of a web app that is on PythonAnywhere already.")  # fmt: skip
@click.pass_obj
def init(
    context: Context,
    /,
    *,
    as_json: bool,
    force: bool,
    yes: bool,
    dry_run: bool,
    is_from_account: bool,
    **given: Any,  # noqa: ANN401
) -> int:
    """Write the config file for this repository.

    It finds out what the repository is, and writes pa-deploy.toml and a workflow. It reads files
    and runs none of them. A comment beside each value says where it was found. With --from-account
    it reads the web app instead of the repository, and needs the API token.
    Existing files stay as they are, unless you agree or pass --force.
    """
    ci = context.ci.aside()
    texts = flags(given)
    _insist_on_use(texts, is_from_account=is_from_account)
    said = _said(context, texts)
    talk = Talk(ci, can_ask=not yes and not as_json and on_a_terminal())
    folder = context.given.workspace
    _insist_on_top(context, folder)
    tree, warnings = look(folder)
    for warning in warnings:
        ci.warning(warning)
    choice = Choice(said.get("source", ""), said.get("app", ""))
    known = _known(said, talk, choice)
    if is_from_account:
        of_account = {name: said[name] for name in ACCOUNT if name in said}
        whose = {**texts, **of_account, "username": known.username}
        asked = {BY_NAME[name].field: text for name, text in whose.items()}
        found, domain = read_account(context, asked, talk, as_json=as_json)
        said = {**said, "domain": "" if domain == _own_domain(known.username, said) else domain}
    else:
        found = _settled(tree, known, talk)
        found = _with_version(_with_offer(found, talk, yes=yes), said.get("python-version", ""))
    show = Show(ci, as_json)
    if not as_json:
        ci.log(f"This is {found.what}.")
        show.rows(rows(found), nothing="")
    workflow = ci_file(tree, remote_url(folder), default_branch(folder), secrets(found))
    whose = {**said, "username": known.username, "host": _site(said)}
    account = {name: whose[name] for name in ACCOUNT if whose.get(name)}
    texts = {CONFIG: config_text(found, account)}
    texts |= {each.path: each.text for each in found.findings.files}
    if workflow and workflow.path:
        texts[workflow.path] = workflow.text
    try:
        written = write_all(folder, texts, talk, force=force, dry_run=dry_run)
    except InputError:
        if as_json:
            tell(found, known, workflow, (), show)
        raise
    tell(found, known, workflow, written, show)
    return 0


def _insist_on_use(given: Mapping[str, str], *, is_from_account: bool) -> None:
    """Raise InputError for flags that would have no effect."""
    unused = OF_REPOSITORY if is_from_account else ACCESS
    said = f"It has no effect {'with' if is_from_account else 'without'} --from-account."
    advice = "Leave out one of the two." if is_from_account else "Leave it out, or add that flag."
    problems = tuple(Problem(name, said, advice=advice) for name in unused if name in given)
    if problems:
        raise InputError(problems)


def _said(context: Context, given: Mapping[str, str]) -> dict[str, str]:
    """What flags, the environment and an earlier `init` say, checked; raises InputError."""
    said: dict[str, str] = {}
    kept = _kept(context.given.workspace)
    problems = []
    for name in INPUTS:
        one = BY_NAME[name]
        texts = [given.get(name, ""), *(context.given.environ.get(n, "") for n in one.environment)]
        texts.append(kept.get(name, ""))
        text = next((each.strip() for each in texts if each.strip()), "")
        reading = one.read(text) if text else None
        for _, message, advice in reading.complaints if reading else ():
            problems.append(Problem(name, message, advice=advice))
        if text:
            said[name] = str(reading.value) if reading and name == "python-version" else text
    if problems:
        raise InputError(tuple(problems))
    return said


def _kept(folder: Path) -> dict[str, str]:
    """Whose web app it is, as the config file that is there says."""
    file = folder / CONFIG
    try:
        table = tomllib.loads(file.read_text("utf-8")) if file.is_file() else {}
    except (OSError, ValueError):
        return {}
    return {name: table[name] for name in ACCOUNT if isinstance(table.get(name), str)}


def _insist_on_top(context: Context, folder: Path) -> None:
    top = find_workspace(context.given.environ, folder)
    if top != folder.resolve():
        said = f"{folder} is not the top of its repository."
        raise InputError((Problem("init", said, advice=f"Run init at the top: cd {top}"),))


def _known(said: Mapping[str, str], talk: Talk, choice: Choice) -> Known:
    username = said.get("username", "")
    if not username and talk.can_ask:
        username = talk.ask("Your username on PythonAnywhere")
        _, message, advice = next(iter(BY_NAME["username"].read(username).complaints), (0, "", ""))
        if message:
            raise InputError((Problem("username", message, advice=advice),))
    return Known(username, said.get("domain", _own_domain(username, said)), choice)


def _own_domain(username: str, said: Mapping[str, str]) -> str:
    """The domain that the account has by itself."""
    site = _site(said) or "pythonanywhere.com"
    return f"{username.lower()}.{site}" if username else ""


def _site(said: Mapping[str, str]) -> str:
    """The host, if it is the other system of PythonAnywhere: a test server is not written down."""
    return EU if said.get("host", "").removeprefix("https://") == EU else ""


def _settled(tree: Tree, known: Known, talk: Talk) -> Detected:
    """What the project is; of several equals the one that the user takes. Raises InputError."""
    found = find_project(tree, known)
    if not found.what:
        raise InputError(found.findings.problems)
    if not found.choices:
        return found
    if not talk.can_ask:
        raise InputError(tuple(_choices(found.choices)))
    named = [f"{_named(choice)}  ({place})" for choice, place in found.choices]
    chosen = found.choices[talk.choose("Several web apps were found:", named)][0]
    return replace(find_project(tree, replace(known, choice=chosen)), choices=())


def _named(choice: Choice) -> str:
    return " in ".join(each for each in (choice.app, choice.source) if each)


def _choices(choices: Sequence[tuple[Choice, str]]) -> Iterator[Problem]:
    """A problem for each candidate, with the command that takes it."""
    for choice, place in choices:
        words = ["--source", choice.source] if choice.source else []
        words += ["--app", choice.app] if choice.app else []
        said = f"{_named(choice)} ({place}) is one of several apps that you may mean."
        yield Problem("app", said, advice=f"To take this one: pa-deploy init {shlex.join(words)}")


def _with_offer(found: Detected, talk: Talk, *, yes: bool) -> Detected:
    """With the settings module that init can add, if the user wants it. It is shown before."""
    shim = found.findings.shim
    if shim is None:
        return found
    talk.ci.log("The settings lack something that PythonAnywhere needs:")
    for problem in shim.settles:
        talk.ci.log(f"  {line(problem)}")
    talk.ci.log("These lines in a file of their own would add it. Your own files stay as they are:")
    for path, text in shim.files:
        talk.ci.log(f"--- {path}\n{text}")
    if yes or (talk.can_ask and talk.confirm("Add this?")):
        return with_shim(found)
    if not talk.can_ask:
        talk.ci.log("To add this: pa-deploy init --yes")
    return found


def _with_version(found: Detected, version: str) -> Detected:
    if not version:
        return found
    given = Finding("python-version", version, "given")
    values = tuple(
        given if each.input_name == "python-version" else each for each in found.findings.values
    )
    return replace(found, findings=replace(found.findings, values=values))
