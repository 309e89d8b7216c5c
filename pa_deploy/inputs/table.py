"""Every input, declared once.

The action's `inputs:` block, the flags, the environment names and the table in docs/reference.md
all come from here. The fields of `Values` are the inputs: `static_files` is `static-files`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any, get_args

from pa_deploy.inputs import parse, releases, rows
from pa_deploy.inputs.app import app as read_app
from pa_deploy.inputs.input import Input, Scope
from pa_deploy.model import (
    Mode,
    PasswordProtection,
    Reload,
    Secret,
    SharedFile,
    StaticFile,
    StaticHeader,
)

MODES: tuple[str, ...] = get_args(Mode)
RELOADS: tuple[str, ...] = get_args(Reload)


def _declare(
    help_md: str,
    parse: Callable[[str], object],
    *,
    scope: Scope,
    **rest: Any,  # noqa: ANN401 - fields of Input
) -> Any:  # noqa: ANN401 - as dataclasses.field
    return field(default=None, metadata={"help": help_md, "parse": parse, "scope": scope, **rest})


def _secret(value: str) -> Secret:
    return Secret(parse.token(value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """The parsed value of each input; None where it is unset and has no default."""

    token: Secret = _declare(
        "API token of the account (Account page, tab *API token*). Keep it in a secret.",
        _secret,
        scope="nowhere",
        stored_as="PYTHONANYWHERE_TOKEN",
        required=True,
        secret=True,
        also=("API_TOKEN",),
    )
    token_file: str | None = _declare(
        "A file with the token, in place of `token`; relative to the workspace.",
        parse.text,
        scope="nowhere",
        not_in_file="The token belongs to whoever runs pa-deploy, and so does its file",
    )
    username: str = _declare(
        "The account's name.",
        parse.username,
        scope="run",
        required=True,
        also=("PYTHONANYWHERE_USERNAME",),
    )
    host: str = _declare(
        "`eu.pythonanywhere.com` for accounts on the EU system. Any other host must be repeated "
        "in `allow-host`; plain `http://` is for loopback addresses only.",
        parse.text,
        scope="run",
        default="www.pythonanywhere.com",
        also=("PYTHONANYWHERE_SITE",),
    )
    allow_host: str | None = _declare(
        "The host that the token may be sent to, where it is not one of PythonAnywhere's two.",
        parse.text,
        scope="nowhere",
        not_in_file="Whoever can change the file could then send the token to a host of their own",
    )
    domain: str | None = _declare(
        "The web app's domain. Left out: `<username>.pythonanywhere.com`, or "
        "`<username>.eu.pythonanywhere.com` on the EU system.",
        parse.domain,
        scope="webapp",
    )
    python_version: str | None = _declare(
        "`3.13`, `python313` or `python3.13`; quote it in YAML. Needed only to create the web app.",
        parse.python_version,
        scope="webapp",
    )
    virtualenv: str | None = _declare(
        "An absolute path, `~/…`, or a bare name that stands for `~/.virtualenvs/NAME`; "
        "`none` takes the web app's virtualenv away.",
        parse.text_or_none,
        scope="webapp",
    )
    source_directory: str | None = _declare(
        "The directory that the Web tab links to as *source code*: absolute or `~/…`; `none` takes "
        "the link away.",
        parse.text_or_none,
        scope="webapp",
    )
    working_directory: str | None = _declare(
        "The directory that the web app runs in: absolute or `~/…`.",
        parse.working_directory,
        scope="webapp",
    )
    force_https: bool | None = _declare(
        "`true` or `false`: send visitors of `http://` to `https://`.",
        parse.boolean,
        scope="webapp",
    )
    password_protection: PasswordProtection | None = _declare(
        "`user:password` that every visitor is asked for, or `none`: the site is open. Keep it in "
        "a secret.",
        parse.password_protection,
        scope="nowhere",
        secret=True,
    )
    static_files: tuple[StaticFile, ...] | None = _declare(
        "Static file mappings, a line each: `URL = PATH` (absolute, `~/…`, or, with `source`, "
        "relative to the live release), or one JSON object, or a JSON list of objects with `url` "
        "and `path`. Their order counts: the first that has the file serves it. `none`: there must "
        "be none.",
        rows.static_files_in_release,
        scope="webapp",
        row=r"/[^\s=]*\s*=",
    )
    static_headers: tuple[StaticHeader, ...] | None = _declare(
        "Response headers for static files, a line each: `URL Name: value`, or one JSON list of "
        "objects with `url`, `name` and `value`. `none`: there must be none.",
        rows.static_headers,
        scope="webapp",
        row=r"/\S*\s+[^\s:]+\s*:",
    )
    prune: bool = _declare(
        "Also delete the mappings and headers that are not listed (only of those two inputs that "
        "are given).",
        parse.boolean,
        scope="webapp",
        default="false",
    )
    wsgi_file: str | None = _declare(
        "A file to install as the web app's WSGI file; relative to the workspace.",
        parse.text,
        scope="webapp",
    )
    share_files: tuple[SharedFile, ...] | None = _declare(
        "Files and directories on PythonAnywhere to share with everybody who has the link, a path "
        "(absolute or `~/…`) a line, or one JSON list; the links are the output `shared-urls`. "
        "Others stay as they are.",
        rows.shared_files,
        scope="webapp",
        row=r"~?/",
    )
    create: bool = _declare(
        "Create the web app if it does not exist.",
        parse.boolean,
        scope="webapp",
        default="true",
    )
    mode: Mode = _declare(
        "`apply` makes the changes; `plan` shows them and writes nothing; `check` does too, and "
        "fails with exit code 3 if there are any.",
        parse.one_of(*MODES),
        scope="run",
        default="apply",
        choices=MODES,
    )
    expect_digest: str | None = _declare(
        "Go on only if the plan has this digest, which an earlier run with `mode: plan` gave as an "
        "output; otherwise fail with exit code 10 and write nothing.",
        parse.digest,
        scope="nowhere",
        not_in_file="A digest belongs to one plan, and the file is there for every run",
        never_blank=True,
    )
    reload: Reload = _declare(
        "`always`; `auto`: only if this run changed something; `never`.",
        parse.one_of(*RELOADS),
        scope="webapp",
        default="always",
        choices=RELOADS,
    )
    health_check: str | None = _declare(
        "The path or URL to ask for at the end of a run; `none` asks nothing, nor does a run with "
        "`reload: never`.",
        parse.health_check,
        scope="webapp",
        default="/",
    )
    health_status: tuple[tuple[int, int], ...] = _declare(
        "The HTTP statuses that count as healthy. Redirects are not followed; one to itself never "
        "is healthy.",
        parse.statuses,
        scope="webapp",
        default="200-399",
    )
    health_text: str | None = _declare(
        "Text that the healthy answer must contain.",
        parse.text,
        scope="webapp",
    )
    health_timeout: float = _declare(
        "How many seconds the site may take to become healthy.",
        parse.positive_seconds,
        scope="webapp",
        default="60",
    )
    rollback: bool = _declare(
        "Put the former configuration back, and reload, if the site is not healthy after a change. "
        "A web app that was created is not deleted.",
        parse.boolean,
        scope="webapp",
        default="true",
    )
    lock: bool = _declare(
        "Let no other pa-deploy change the web app meanwhile, by a lock on PythonAnywhere. It is "
        "taken only where something is to be written.",
        parse.boolean,
        scope="webapp",
        default="true",
    )
    lock_timeout: float = _declare(
        "How many seconds to wait for another run that has the lock.",
        parse.positive_seconds,
        scope="webapp",
        default="300",
    )
    timeout: float = _declare(
        "How many seconds the whole run may take, waits for the rate limit included.",
        parse.positive_seconds,
        scope="run",
        default="600",
    )
    summary: bool = _declare(
        "Write the job summary.",
        parse.boolean,
        scope="run",
        default="true",
    )
    report: str | None = _declare(
        "A file to write the outcome to, as JSON; relative to the workspace.",
        parse.text,
        scope="run",
    )
    config: str | None = _declare(
        "A file that holds inputs, as TOML; relative to the workspace. Left out: `pa-deploy.toml`, "
        "or the table `[tool.pa-deploy]` of `pyproject.toml`, where there is one.",
        parse.text,
        scope="nowhere",
        not_in_file="It says which file is read",
    )
    environment: str | None = _declare(
        "The name of an environment of that file: its table `[environments.NAME]` is laid over the "
        "file's top level.",
        parse.text,
        scope="nowhere",
        not_in_file="It chooses a table of the file",
    )
    outputs_file: str | None = _declare(
        "A file to write the outputs to, as lines `PA_DEPLOY_URL=…`; relative to the workspace. "
        "Each value is one line without quotes, a line end in it is written `\\n`, and where the "
        "file would reach 5 KiB, which GitLab refuses, the longest value is left empty.",
        parse.text,
        scope="run",
    )
    summary_file: str | None = _declare(
        "A file to write the summary to, as Markdown; relative to the workspace.",
        parse.text,
        scope="run",
    )
    debug: bool = _declare(
        "Log every request and its answer: method, path, status, seconds, bytes, and the body of "
        "an error. Secrets are hidden. On GitHub, *Re-run jobs* with *Enable debug logging* does "
        "the same.",
        parse.boolean,
        scope="run",
        default="false",
    )
    record: str | None = _declare(
        "A file to write every request and its answer to, as JSON lines that you can attach to a "
        "public report; relative to the workspace. It has no secrets, no contents of files, and no "
        "names of yours.",
        parse.text,
        scope="run",
    )
    source: str | None = _declare(
        "The folder of your code, relative to the workspace. It is shipped as a release. Left out: "
        "what `.gitignore` ignores, virtualenvs, caches, and files named like secrets (`.env`, "
        "`id_rsa`, …).",
        parse.text,
        scope="webapp",
    )
    app: str | None = _declare(
        "The WSGI application in that folder, as `module:name`, for example "
        "`mysite.wsgi:application`. Left out: the site has static files only.",
        read_app,
        scope="webapp",
    )
    python_path: tuple[str, ...] = _declare(
        "Folders of the release, one per line, in which Python looks for modules first. Example: "
        "`src`.",
        releases.python_path,
        scope="webapp",
    )
    include: tuple[str, ...] = _declare(
        "Patterns as in `.gitignore`, one per line. Files that match are shipped even if they are "
        "ignored.",
        releases.patterns,
        scope="webapp",
    )
    exclude: tuple[str, ...] = _declare(
        "Patterns as in `.gitignore`, one per line. Files that match are not shipped.",
        releases.patterns,
        scope="webapp",
    )
    requirements: str | None = _declare(
        "A requirements file, relative to the workspace. Wheels of the packages in it are shipped "
        "with the release, so you need no virtualenv.",
        parse.text,
        scope="webapp",
    )
    run: tuple[str, ...] = _declare(
        "Commands, one per line, that PythonAnywhere runs in the new release before it goes live. "
        "`python` is the web app's. If a command fails, the former release stays live.",
        releases.commands,
        scope="webapp",
    )
    first_run: tuple[str, ...] = _declare(
        "Commands, one per line, for what a new site needs once, such as `loaddata`. They run "
        "after those of `run`, in each deploy until a release was live and healthy.",
        releases.commands,
        scope="webapp",
    )
    variables: tuple[tuple[str, str], ...] = _declare(
        "Environment variables for the app and the commands: one `KEY=value` per line, or one JSON "
        "object. Logs show the values, so put secrets in `env`.",
        releases.variables,
        scope="webapp",
    )
    env: tuple[tuple[str, Secret], ...] = _declare(
        "Secret environment variables for the app and the commands: one `KEY=value` per line, or "
        "one JSON object. The values are hidden in logs.",
        releases.env,
        scope="nowhere",
        instead="What is not secret goes into `variables`.",
        secret=True,
        hidden=releases.env_secrets,
    )
    shared: tuple[str, ...] = _declare(
        "Files and folders that all releases share: one path per line, or one JSON list. Example: "
        "`db.sqlite3`, `media/` (a folder ends in a slash).",
        releases.shared,
        scope="webapp",
        json_list=True,
    )
    serve_source: bool = _declare(
        "Allow a static file mapping that serves the source of `app` to every visitor.",
        parse.boolean,
        scope="webapp",
        default="false",
    )
    keep_releases: int = _declare(
        "How many releases stay on PythonAnywhere, the live one included; at least 2.",
        releases.keep_releases,
        scope="webapp",
        default="3",
    )


INPUTS: tuple[Input, ...] = tuple(
    Input(
        name=each.name.replace("_", "-"),
        is_list=str(each.type).startswith("tuple["),
        **each.metadata,
    )
    for each in fields(Values)
)


def names_in_file(*scopes: Scope) -> tuple[str, ...]:
    """The inputs of these scopes."""
    return tuple(each.name for each in INPUTS if each.scope in scopes)
