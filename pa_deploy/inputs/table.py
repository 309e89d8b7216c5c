"""Every input, declared once.

The action's `inputs:` block, the flags, the environment names and the table in docs/reference.md
all come from here. The fields of `Values` are the inputs: `static_files` is `static-files`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
    """The parsed value of each input; None if it is unset and has no default."""

    token: Secret = _declare(
        "Your API token (Account page, tab *API token*). Keep it in a secret.",
        _secret,
        scope="nowhere",
        stored_as="PYTHONANYWHERE_TOKEN",
        required=True,
        secret=True,
        also=("API_TOKEN",),
    )
    token_file: str | None = _declare(
        "A file that has the token, instead of `token`. The path is relative to the workspace.",
        parse.text,
        scope="nowhere",
        not_in_file="The token belongs to whoever runs pa-deploy, and so does its file",
    )
    username: str = _declare(
        "Your PythonAnywhere username.",
        parse.username,
        scope="run",
        required=True,
        also=("PYTHONANYWHERE_USERNAME",),
    )
    host: str = _declare(
        "`eu.pythonanywhere.com` for accounts on the EU system. Repeat any other host in "
        "`allow-host`. Plain `http://` works for loopback addresses only.",
        parse.text,
        scope="run",
        default="www.pythonanywhere.com",
        also=("PYTHONANYWHERE_SITE",),
    )
    allow_host: str | None = _declare(
        "A host that may get the token, if it is not one of PythonAnywhere's two.",
        parse.text,
        scope="nowhere",
        not_in_file="Whoever can change the file could then send the token to a host of their own",
    )
    domain: str | None = _declare(
        "The web app's domain. If you leave it out: `<username>.pythonanywhere.com`, or "
        "`<username>.eu.pythonanywhere.com` on the EU system.",
        parse.domain,
        scope="webapp",
    )
    python_version: str | None = _declare(
        "For example `3.13`; quote it in YAML. Needed only to create the web app.",
        parse.python_version,
        scope="webapp",
    )
    source: str | None = _declare(
        "The folder of your code, relative to the workspace. It is shipped as a release, without "
        "files that `.gitignore` ignores, virtualenvs, caches, and files named like secrets "
        "(`.env`, `id_rsa`, …).",
        parse.text,
        scope="webapp",
    )
    app: str | None = _declare(
        "The WSGI application in `source`, as `module:name`, for example "
        "`mysite.wsgi:application`. If you leave it out, the site has static files only.",
        read_app,
        scope="webapp",
    )
    python_path: tuple[str, ...] = _declare(
        "Folders of the release, one per line, in which Python looks for modules first. Example: "
        "`src`.",
        releases.python_path,
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
        "Commands, one per line, that a new site needs once, such as `loaddata`. They run after "
        "those of `run`, until the first release was live and healthy.",
        releases.commands,
        scope="webapp",
    )
    shared: tuple[str, ...] = _declare(
        "Files and folders that all releases share: one path per line, or one JSON list. Example: "
        "`db.sqlite3`, `media/` (a folder ends in a slash).",
        releases.shared,
        scope="webapp",
        json_list=True,
    )
    variables: tuple[tuple[str, str], ...] = _declare(
        "Environment variables for the app and the commands: one `KEY=value` per line, or one "
        "JSON object. Logs show the values, so put secrets in `env`.",
        releases.variables,
        scope="webapp",
    )
    env: tuple[tuple[str, Secret], ...] = _declare(
        "Secret environment variables for the app and the commands: one `KEY=value` per line, or "
        "one JSON object. The values are hidden in logs.",
        releases.env,
        scope="nowhere",
        instead="Put values that are not secret into `variables`.",
        secret=True,
        hidden=releases.env_secrets,
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
    serve_source: bool = _declare(
        "Allow a static file mapping that serves the source of `app` to every visitor.",
        parse.boolean,
        scope="webapp",
        default="false",
    )
    keep_releases: int = _declare(
        "How many releases to keep on PythonAnywhere, including the live one. At least 2.",
        releases.keep_releases,
        scope="webapp",
        default="3",
    )
    virtualenv: str | None = _declare(
        "An absolute path, `~/…`, or a name, which means `~/.virtualenvs/NAME`. `none`: the web "
        "app has no virtualenv.",
        parse.text_or_none,
        scope="webapp",
    )
    source_directory: str | None = _declare(
        "The directory that the Web tab shows as *Source code*: absolute or `~/…`. `none`: it "
        "shows no directory.",
        parse.text_or_none,
        scope="webapp",
    )
    working_directory: str | None = _declare(
        "The directory in which the web app runs: absolute or `~/…`.",
        parse.working_directory,
        scope="webapp",
    )
    force_https: bool | None = _declare(
        "`true`: redirect visitors of `http://` to `https://`. `false`: do not.",
        parse.boolean,
        scope="webapp",
    )
    password_protection: PasswordProtection | None = _declare(
        "`user:password`, which every visitor must give. `none`: the site is open. Keep it in a "
        "secret.",
        parse.password_protection,
        scope="nowhere",
        secret=True,
    )
    static_files: tuple[StaticFile, ...] | None = _declare(
        "Static file mappings, one per line: `URL = PATH`. A path is absolute, `~/…`, or, with "
        "`source`, relative to the live release. Also one JSON object, or a JSON list of objects "
        "with `url` and `path`. The order counts: the first mapping that has the file serves it. "
        "`none`: there must be no mappings.",
        rows.static_files,
        scope="webapp",
        row=r"/[^\s=]*\s*=",
    )
    static_headers: tuple[StaticHeader, ...] | None = _declare(
        "Response headers for static files, one per line: `URL Name: value`. Also a JSON list of "
        "objects with `url`, `name` and `value`. `none`: there must be no headers.",
        rows.static_headers,
        scope="webapp",
        row=r"/\S*\s+[^\s:]+\s*:",
    )
    prune: bool = _declare(
        "Also delete mappings that `static-files` does not list, and headers that "
        "`static-headers` does not list. An input that you leave out deletes nothing.",
        parse.boolean,
        scope="webapp",
        default="false",
    )
    wsgi_file: str | None = _declare(
        "A file to install as the web app's WSGI file. The path is relative to the workspace.",
        parse.text,
        scope="webapp",
    )
    share_files: tuple[SharedFile, ...] | None = _declare(
        "Files and directories on PythonAnywhere to share with everybody who has the link: one "
        "path (absolute or `~/…`) per line, or one JSON list. The output `shared-urls` has the "
        "links. Other files stay as they are.",
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
        "`apply`: make the changes. `plan`: show them and write nothing. `check`: the same, and "
        "fail with exit code 3 if there are any.",
        parse.one_of(*MODES),
        scope="run",
        default="apply",
        choices=MODES,
    )
    expect_digest: str | None = _declare(
        "The digest of a plan that you reviewed: the output `digest` of a run with `mode: plan`. "
        "If the plan is different now, the run fails with exit code 10 and writes nothing.",
        parse.digest,
        scope="nowhere",
        not_in_file="A digest belongs to one plan, but every run reads the file",
        never_blank=True,
    )
    reload: Reload = _declare(
        "`always`, `never`, or `auto`: only if this run changed something.",
        parse.one_of(*RELOADS),
        scope="webapp",
        default="always",
        choices=RELOADS,
    )
    health_check: str | None = _declare(
        "The path or URL that a run requests at its end. With `none` or `reload: never`, the site "
        "is not checked.",
        parse.health_check,
        scope="webapp",
        default="/",
    )
    health_status: tuple[tuple[int, int], ...] = _declare(
        "The HTTP statuses that count as healthy. Redirects are not followed. A redirect to "
        "itself is never healthy.",
        parse.statuses,
        scope="webapp",
        default="200-399",
    )
    health_text: str | None = _declare(
        "A text that a healthy answer must contain.",
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
        "If the site is not healthy after a change, put back what was there before, and reload. A "
        "web app that this run created is not deleted.",
        parse.boolean,
        scope="webapp",
        default="true",
    )
    lock: bool = _declare(
        "Lock the web app on PythonAnywhere, so that no other run of pa-deploy changes it at the "
        "same time. A run that has nothing to write takes no lock.",
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
        "Write the outcome to this file, as JSON. The path is relative to the workspace.",
        parse.text,
        scope="run",
    )
    config: str | None = _declare(
        "A TOML file with inputs. The path is relative to the workspace. If you leave it out: "
        "`pa-deploy.toml`, or the table `[tool.pa-deploy]` of `pyproject.toml`, if there is one.",
        parse.text,
        scope="nowhere",
        not_in_file="It names this file",
    )
    environment: str | None = _declare(
        "The name of an environment in the config file. The keys of its table "
        "`[environments.NAME]` replace those at the top of the file.",
        parse.text,
        scope="nowhere",
        not_in_file="It chooses a table of the file",
    )
    outputs_file: str | None = _declare(
        "Write the outputs to this file, as lines `PA_DEPLOY_URL=…`. The path is relative to the "
        "workspace. Values have no quotes; a line end in a value is written `\\n`. GitLab refuses "
        "a file of 5 KiB or more, so pa-deploy then leaves the longest value empty.",
        parse.text,
        scope="run",
    )
    summary_file: str | None = _declare(
        "Write the summary to this file, as Markdown. The path is relative to the workspace.",
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
        "Write every request and its answer to this file, as JSON lines that you can attach to a "
        "public report. It has no secrets, no contents of files, and none of your names. The path "
        "is relative to the workspace.",
        parse.text,
        scope="run",
    )


INPUTS: tuple[Input, ...] = tuple(
    Input(
        name=each.name.replace("_", "-"),
        is_list=str(each.type).startswith("tuple["),
        **each.metadata,
    )
    for each in fields(Values)
)

BY_NAME: Mapping[str, Input] = {each.name: each for each in INPUTS}


def names_in_file(*scopes: Scope) -> tuple[str, ...]:
    """The inputs of these scopes."""
    return tuple(each.name for each in INPUTS if each.scope in scopes)
