"""Every input, declared once.

The action's `inputs:` block, the flags, the environment names and the table in docs/reference.md
all come from here. The fields of `Values` are the inputs: `static_files` is `static-files`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import partial
from typing import Any, get_args

from pa_deploy.inputs import parse, releases, rows
from pa_deploy.inputs.app import app as read_app
from pa_deploy.inputs.input import Input, Scope
from pa_deploy.inputs.requirements import DependencyFile, dependency_file
from pa_deploy.model import (
    Dependencies,
    Mode,
    PasswordProtection,
    Reload,
    Secret,
    SharedFile,
    StaticFile,
    StaticHeader,
)

MODES: tuple[str, ...] = get_args(Mode)
DEPENDENCIES: tuple[str, ...] = get_args(Dependencies)
RELOADS: tuple[str, ...] = get_args(Reload)


def _declare(scope: Scope, help_md: str, parse: Callable[[str], object], **rest: Any) -> Any:  # noqa: ANN401 - as dataclasses.field
    return field(default=None, metadata={"scope": scope, "help": help_md, "parse": parse, **rest})


_of_webapp = partial(_declare, "webapp")
_of_release = partial(_declare, "webapp", needs_source=True)
_of_run = partial(_declare, "run")
_not_in_file = partial(_declare, "nowhere")


def _secret(value: str) -> Secret:
    return Secret(parse.token(value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """The parsed value of each input; None if it is unset and has no default."""

    token: Secret = _not_in_file(
        "Your API token (Account page, tab *API token*). Keep it in a secret.",
        _secret,
        stored_as="PYTHONANYWHERE_TOKEN",
        required=True,
        secret=True,
        also=("API_TOKEN",),
    )
    token_file: str | None = _not_in_file(
        "A file that has the token, if you do not set `token`. The path is relative to the "
        "workspace.",
        parse.text,
        not_in_file="The token belongs to whoever runs pa-deploy, and so does its file",
    )
    username: str = _of_run(
        "Your PythonAnywhere username.",
        parse.username,
        required=True,
        also=("PYTHONANYWHERE_USERNAME",),
    )
    host: str = _of_run(
        "`eu.pythonanywhere.com` for accounts on the EU system. Repeat any other host in "
        "`allow-host`. Plain `http://` works for loopback addresses only.",
        parse.text,
        default="www.pythonanywhere.com",
        also=("PYTHONANYWHERE_SITE",),
    )
    allow_host: str | None = _not_in_file(
        "A host that may get the token, if it is not one of PythonAnywhere's two hosts.",
        parse.text,
        not_in_file="Whoever can change the file could then send the token to a host of their own",
    )
    domain: str | None = _of_webapp(
        "The web app's domain. If you leave it out: `<username>.pythonanywhere.com`, or "
        "`<username>.eu.pythonanywhere.com` on the EU system.",
        parse.domain,
    )
    python_version: str | None = _of_webapp(
        "For example `3.13`; quote it in YAML. Needed to create the web app, and if you set "
        "`requirements`.",
        parse.python_version,
    )
    source: str | None = _of_webapp(
        "The folder of your code, relative to the workspace. It is shipped as a release, without "
        "files that `.gitignore` ignores, virtualenvs, caches, and files named like secrets "
        "(`.env`, `id_rsa`, …).",
        parse.text,
        file="read",
    )
    app: str | None = _of_release(
        "The WSGI or ASGI app in `source`, as `module:name`, for example "
        "`mysite.wsgi:application`, or as `module:factory()` if a function makes it. If you leave "
        "it out, the site has static files only.",
        read_app,
    )
    python_path: tuple[str, ...] = _of_release(
        "Folders of the release, one per line, in which Python looks for modules first. Example: "
        "`src`.",
        releases.python_path,
    )
    requirements: DependencyFile | None = _of_release(
        "The file that lists your dependencies, relative to the workspace: a requirements file, "
        "`pyproject.toml`, `setup.cfg`, `Pipfile`, `pylock.toml`, or a lock file of uv, Poetry, "
        "PDM or Pipenv. Choose extras and groups in brackets: `pyproject.toml[web,group:prod]`. "
        "Wheels of the packages are shipped with the release, so you need no virtualenv.",
        dependency_file,
        file="read",
    )
    dependencies: Dependencies = _of_release(
        "How the packages of `requirements` get to PythonAnywhere. `ship`: as wheels, with the "
        "release. `install`: pip installs them there, into an environment for each set of "
        "requirements; it can build packages that have no wheel. `auto`: `ship`, or `install` if a "
        "package has to be built.",
        parse.one_of(*DEPENDENCIES),
        default="auto",
        choices=DEPENDENCIES,
    )
    run: tuple[str, ...] = _of_release(
        "Commands, one per line, that PythonAnywhere runs in the new release before it goes live. "
        "`python` is the web app's. If a command fails, the former release stays live.",
        releases.commands,
    )
    first_run: tuple[str, ...] = _of_release(
        "Commands, one per line, that a new site needs once, such as `loaddata`. They run after "
        "those of `run`, in each deploy until a release was live and healthy.",
        releases.commands,
    )
    shared: tuple[str, ...] = _of_release(
        "Files and folders that all releases share: one path per line, or one JSON list. Example: "
        "`db.sqlite3`, `media/` (a folder ends in a slash).",
        releases.shared,
        json_list=True,
    )
    discard_changes: tuple[str, ...] = _of_release(
        "Files and folders that the app has written in the live release and that the next release "
        "need not have: one path per line, or one JSON list. Example: `thumbnails/`.",
        releases.discard_changes,
        json_list=True,
    )
    backups: int = _of_release(
        "How many copies of each SQLite database in `shared` to keep. A copy is made before the "
        "commands of `run`. `0`: none.",
        releases.backups,
        default="3",
    )
    variables: tuple[tuple[str, str], ...] = _of_release(
        "Environment variables for the app and the commands: one `KEY=value` per line, or one "
        "JSON object. Logs show the values, so put secrets in `env`.",
        releases.variables,
    )
    env: tuple[tuple[str, Secret], ...] = _not_in_file(
        "Secret environment variables for the app and the commands: one `KEY=value` per line, or "
        "one JSON object. The values are hidden in logs.",
        releases.env,
        needs_source=True,
        instead="Put values that are not secret into `variables`.",
        secret=True,
        hidden=releases.env_secrets,
    )
    generate: tuple[str, ...] = _of_release(
        "Names of secret variables, one per line, such as `SECRET_KEY`. Each value is made once on "
        "PythonAnywhere and kept for all releases. It is never sent and never shown.",
        releases.generate,
    )
    include: tuple[str, ...] = _of_release(
        "Patterns as in `.gitignore`, one per line. Files that match are shipped even if they are "
        "ignored.",
        releases.patterns,
    )
    exclude: tuple[str, ...] = _of_release(
        "Patterns as in `.gitignore`, one per line. Files that match are not shipped.",
        releases.patterns,
    )
    serve_source: bool = _of_release(
        "Allow a static file mapping that serves the source of `app` to every visitor.",
        parse.boolean,
        default="false",
    )
    preflight: bool = _of_release(
        "Before a release goes live, ask its app for the page of `health-check`. A release whose "
        "app fails there is refused.",
        parse.boolean,
        default="true",
    )
    static_check: bool = _of_webapp(
        "Refuse a release if a folder that a static file mapping serves is missing or empty after "
        "`run`. After the reload, request one file of each mapping and compare it.",
        parse.boolean,
        default="true",
    )
    keep_releases: int = _of_release(
        "How many releases to keep on PythonAnywhere, including the live one. At least 2.",
        releases.keep_releases,
        default="3",
    )
    disk_limit: int | None = _of_release(
        "How much of the account's disk may be used, such as `512MiB` or `1 GB`. A release that "
        "would need more is refused before anything is sent. If you leave it out: `512MiB` for a "
        "free account, no limit for others. `none`: no limit.",
        releases.disk_limit,
    )
    virtualenv: str | None = _of_webapp(
        "An absolute path, `~/…`, or a name, which means `~/.virtualenvs/NAME`. `none`: the web "
        "app has no virtualenv.",
        parse.text_or_none,
    )
    source_directory: str | None = _of_webapp(
        "The directory that the Web tab shows as *Source code*: absolute or `~/…`. `none`: it "
        "shows no directory.",
        parse.text_or_none,
    )
    working_directory: str | None = _of_webapp(
        "The directory in which the web app runs: absolute or `~/…`.", parse.working_directory
    )
    force_https: bool | None = _of_webapp(
        "`true`: redirect visitors of `http://` to `https://`. `false`: do not.", parse.boolean
    )
    password_protection: PasswordProtection | None = _not_in_file(
        "`user:password`, which every visitor must give. `none`: the site is open. Keep it in a "
        "secret.",
        parse.password_protection,
        secret=True,
    )
    static_files: tuple[StaticFile, ...] | None = _of_webapp(
        "Static file mappings, one per line: `URL = PATH`. A path is absolute, `~/…`, or, with "
        "`source`, relative to the live release. Also one JSON object, or a JSON list of objects "
        "with `url` and `path`. The order counts: the first mapping that has the file serves it. "
        "`none`: there must be no mappings.",
        rows.static_files,
        row=r"/[^\s=]*\s*=",
    )
    static_headers: tuple[StaticHeader, ...] | None = _of_webapp(
        "Response headers for static files, one per line: `URL Name: value`. Also a JSON list of "
        "objects with `url`, `name` and `value`. `none`: there must be no headers.",
        rows.static_headers,
        row=r"/\S*\s+[^\s:]+\s*:",
    )
    prune: bool = _of_webapp(
        "Also delete mappings that `static-files` does not list, and headers that "
        "`static-headers` does not list. An input that you leave out deletes nothing.",
        parse.boolean,
        default="false",
    )
    wsgi_file: str | None = _of_webapp(
        "A file to install as the web app's WSGI file. The path is relative to the workspace.",
        parse.text,
        file="read",
    )
    share_files: tuple[SharedFile, ...] | None = _of_webapp(
        "Files and directories on PythonAnywhere to share with everybody who has the link: one "
        "path (absolute or `~/…`) per line, or one JSON list. The output `shared-urls` has the "
        "links. Other files stay as they are.",
        rows.shared_files,
        row=r"~?/",
    )
    create: bool = _of_webapp(
        "Create the web app if it does not exist.", parse.boolean, default="true"
    )
    mode: Mode = _of_run(
        "`apply`: make the changes. `plan`: show them and write nothing. `check`: the same, and "
        "fail with exit code 3 if there are any.",
        parse.one_of(*MODES),
        default="apply",
        choices=MODES,
    )
    expect_digest: str | None = _not_in_file(
        "The digest of a plan that you reviewed: the output `digest` of a run with `mode: plan`. "
        "If the plan is different now, the run fails with exit code 10 and writes nothing.",
        parse.digest,
        not_in_file="A digest belongs to one plan, but every run reads the file",
        never_blank=True,
    )
    reload: Reload = _of_webapp(
        "`always`, `never`, or `auto`: only if this run changed something.",
        parse.one_of(*RELOADS),
        default="always",
        choices=RELOADS,
    )
    health_check: str | None = _of_webapp(
        "The path or URL that a run requests at its end. With `none` or `reload: never`, the site "
        "is not checked.",
        parse.health_check,
        default="/",
    )
    health_status: tuple[tuple[int, int], ...] = _of_webapp(
        "The HTTP statuses that count as healthy. Redirects within the site are followed, at most "
        "five, and the last answer counts. PythonAnywhere's own pages are never healthy.",
        parse.statuses,
        default="200-399",
    )
    health_text: str | None = _of_webapp("A text that a healthy answer must contain.", parse.text)
    health_timeout: float = _of_webapp(
        "How many seconds the site may take to become healthy.",
        parse.positive_seconds,
        default="60",
    )
    rollback: bool = _of_webapp(
        "If the site is not healthy after a change, put the newest healthy release and the former "
        "settings back, and reload. A web app that this run created is not deleted.",
        parse.boolean,
        default="true",
    )
    lock: bool = _of_webapp(
        "Lock the web app on PythonAnywhere, so that no other run of pa-deploy changes it at the "
        "same time. A run that has nothing to write takes no lock.",
        parse.boolean,
        default="true",
    )
    lock_timeout: float = _of_webapp(
        "How many seconds to wait for another run that has the lock.",
        parse.positive_seconds,
        default="300",
    )
    timeout: float | None = _of_run(
        "How many seconds the whole run may take, waits for the rate limit included. If you leave "
        "it out: 600, or 1800 if pip installs the packages on PythonAnywhere.",
        parse.positive_seconds,
    )
    summary: bool = _of_run("Write the job summary.", parse.boolean, default="true")
    report: str | None = _of_run(
        "Write the outcome to this file, as JSON. The path is relative to the workspace.",
        parse.text,
        file="written",
    )
    config: str | None = _not_in_file(
        "A TOML file with inputs. The path is relative to the workspace. If you leave it out: "
        "`pa-deploy.toml`, or the table `[tool.pa-deploy]` of `pyproject.toml`, if there is one.",
        parse.text,
        not_in_file="It names this file",
    )
    environment: str | None = _not_in_file(
        "The name of an environment in the config file. The keys of its table "
        "`[environments.NAME]` replace those at the top of the file.",
        parse.text,
        not_in_file="It chooses a table of the file",
    )
    outputs_file: str | None = _of_run(
        "Write the outputs to this file, as lines `PA_DEPLOY_URL=…`. The path is relative to the "
        "workspace. Values have no quotes; a line end in a value is written `\\n`. GitLab refuses "
        "a file of 5 KiB or more, so pa-deploy then leaves the longest value empty.",
        parse.text,
        file="written",
    )
    summary_file: str | None = _of_run(
        "Write the summary to this file, as Markdown. The path is relative to the workspace.",
        parse.text,
        file="written",
    )
    debug: bool = _of_run(
        "Log every request and its answer: method, path, status, seconds, bytes, and the body of "
        "an error. Secrets are hidden. On GitHub, *Re-run jobs* with *Enable debug logging* does "
        "the same.",
        parse.boolean,
        default="false",
    )
    record: str | None = _of_run(
        "Write every request and its answer to this file, as JSON lines that you can attach to a "
        "public report. It has no secrets, no contents of files, and none of your names. The path "
        "is relative to the workspace.",
        parse.text,
        file="written",
    )

    def of(self, name: str) -> Any:  # noqa: ANN401 - as the input's parser has made it
        """The value of an input by its name."""
        return getattr(self, BY_NAME[name].field)


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
