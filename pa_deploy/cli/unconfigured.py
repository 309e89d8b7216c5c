"""A deploy without any config, on a terminal: of what `init` would find, if all of it is sure."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping

import click

from pa_deploy.cli.context import Context
from pa_deploy.cli.repository import look, on_a_terminal, rows
from pa_deploy.cli.show import Show
from pa_deploy.detect.project import Detected, Known, find_project
from pa_deploy.errors import InputError, Problem
from pa_deploy.init import CONFIG
from pa_deploy.inputs import BY_NAME, INPUTS

PYPROJECT = "pyproject.toml"
CODE = (".py", ".html")
"""A folder without such files has nothing to deploy."""
OF_ACCOUNT = ("domain", "python-version")
"""Inputs of a web app that say which one it is, and how, but not what it is."""


def with_found(context: Context, flags: Mapping[str, str]) -> Mapping[str, str]:
    """The flags, and with them what was found, if nothing else is said and the user agrees."""
    if _is_configured(context, flags):
        return flags
    folder = context.given.workspace
    tree, warnings = look(folder)
    username = flags.get("username", "") or context.given.environment.text("username")
    own = f"{username.lower()}.pythonanywhere.com" if username else ""
    domain = flags.get("domain", "") or context.given.environment.text("domain") or own
    found = find_project(tree, Known(username, domain))
    can_ask = on_a_terminal() and not context.given.environ.get("CI")
    is_project = any(path.endswith(CODE) for path in tree.paths)
    if not is_project or (not can_ask and _said(context, flags, "python-version")):
        return flags  # the site is only reloaded, or a web app is made
    if not can_ask or warnings or not found.what or not _is_sure(found):
        raise _nothing_said(found)
    ci = context.ci.aside()
    ci.log(f"There is no {CONFIG}. This is {found.what}:")
    Show(ci, as_json=False).rows(rows(found), nothing="")
    if not click.confirm("Deploy it like this?", err=True):
        raise click.Abort
    ci.log("To save these settings, and to deploy each push: pa-deploy init")
    if not username:
        flags = {**flags, "username": click.prompt("Your username on PythonAnywhere", err=True)}
    given = [name for name in OF_ACCOUNT if _said(context, flags, name)]
    texts = {name: text for name, text in _texts(found).items() if name not in given}
    return {**flags, **texts}


def _nothing_said(found: Detected) -> InputError:
    what = f" This is {found.what}." if found.what else ""
    said = f"there is no {CONFIG}, and nothing says what to deploy.{what}"
    advice = "Run `pa-deploy init`, or set `source`. Only to reload the site: pa-deploy reload"
    return InputError((Problem("source", said, advice=advice),))


def _is_configured(context: Context, flags: Mapping[str, str]) -> bool:
    folder = context.given.workspace
    if os.path.lexists(folder / CONFIG) or "config" in flags:
        return True
    try:
        if "pa-deploy" in (folder / PYPROJECT).read_text("utf-8", "replace"):
            return True
    except OSError:
        pass
    of_webapp = [each.name for each in INPUTS if each.scope == "webapp"]
    asked = (name for name in of_webapp if name not in OF_ACCOUNT)
    return any(_said(context, flags, name) for name in (*asked, "config", "environment"))


def _said(context: Context, flags: Mapping[str, str], name: str) -> bool:
    """Whether a flag or the environment says it."""
    said = context.given.with_flags(flags)
    return bool(said.flags.text(name) or said.environment.text(name))


def _is_sure(found: Detected) -> bool:
    """Whether nothing is left to ask, to write or to fill in."""
    findings = found.findings
    given = {each.value.partition("=")[0] for each in findings.values}
    needed = (
        each.name
        for each in findings.variables
        if each.default is None and each.value is None and each.name not in given
    )
    return (
        not found.choices
        and not findings.problems
        and not findings.files
        and findings.shim is None
        and all(each.confidence == "sure" for each in findings.values)
        and not any(needed)
    )


def _texts(found: Detected) -> dict[str, str]:
    """The values as the texts of flags."""
    lists: dict[str, list[str]] = {}
    for each in found.findings.values:
        lists.setdefault(each.input_name, []).append(each.value)
    return {
        name: json.dumps(values) if BY_NAME[name].json_list else "\n".join(values)
        for name, values in lists.items()
    }
