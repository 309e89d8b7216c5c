"""How the project says that it is started: Procfile and the files of other hosts.

Only the line of a server is looked for, so no format has to be parsed.
"""

from __future__ import annotations

import ast
import json
import posixpath
import re
import shlex
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from pa_deploy.detect.ranking import ranked
from pa_deploy.detect.secret_names import is_secret_name, looks_secret
from pa_deploy.detect.tree import Tree

FILES = re.compile(
    r"Procfile(\.txt)?|render\.ya?ml|railway\.(json|toml)|nixpacks\.toml|fly\.toml|app\.ya?ml"
    r"|heroku\.yml|(.*/)?Dockerfile|docker-compose[\w.]*\.ya?ml|compose\.ya?ml|zappa_settings\.json"
    r"|\.ebextensions/[^/]+\.config|gunicorn\.conf\.py|vercel\.json|\.flaskenv|\.env\.example"
    r"|pyproject\.toml|start\.sh|run\.sh|entrypoint\.sh|(.*/)?uwsgi\.ini",
    re.IGNORECASE,
)
PROCFILE = re.compile(r"procfile", re.IGNORECASE)
SERVER = re.compile(
    r"\b(gunicorn|uvicorn|hypercorn|daphne|waitress-serve|uwsgi|streamlit|gradio|chainlit)\b"
)
ASGI_SERVERS = ("uvicorn", "hypercorn", "daphne")
OTHERS = ("streamlit", "gradio", "chainlit")
NAME = r"[A-Za-z_][\w]*(?:\.[A-Za-z_]\w*)*"
TARGET = re.compile(rf"({NAME}):({NAME})(\(.*\))?")
MODULE = re.compile(NAME)
SAYS = re.compile(
    r"""^\s*(?:export\s+)?(?:FLASK_APP|WSGIPath|wsgi_app|wsgi-file|module|entrypoint|app_function"""
    r"""|["']?(?:src|app_function|FLASK_APP|wsgi_app)["']?)\s*[:=]\s*["']?([\w./:]+(?:\(\))?)["']?""",
)
MOST_FILES = 30
WITH_VALUE = {
    *("-b", "--bind", "-w", "--workers", "-k", "--worker-class", "-t", "--timeout", "--threads"),
    *("-c", "--config", "--log-level", "--host", "--port", "-p", "--log-file", "--access-logfile"),
    *("--error-logfile", "--name", "-n", "-e", "--env", "--user", "-u", "--group", "-g"),
    *("--http", "--socket", "--listen", "--keep-alive", "--max-requests", "--app-dir", "--chdir"),
}


@dataclass(frozen=True, slots=True)
class Start:
    """A line that names an app. `name` is "" if only the module is named.

    `folder` is where the server changes to. `other` is a server whose apps are no web apps here.
    """

    place: str
    module: str
    name: str = ""
    folder: str = ""
    is_asgi: bool = False
    is_procfile: bool = False
    other: str = ""


def find_starts(tree: Tree) -> tuple[Start, ...]:
    """Procfile first, then the rest by their paths."""
    found = (path for path in tree.paths if FILES.fullmatch(path))
    files = sorted(ranked(found)[:MOST_FILES], key=lambda path: not PROCFILE.match(path))
    return tuple(start for path in files for start in _starts(tree, path))


def _starts(tree: Tree, path: str) -> Iterator[Start]:
    is_procfile = PROCFILE.match(path) is not None
    base = posixpath.dirname(path)
    for number, line in enumerate(tree.text(path).splitlines(), 1):
        if line.lstrip().startswith(("#", "//")) or len(line) > 2000:
            continue
        place = f"{path}:{number}"
        server = SERVER.search(line)
        if is_procfile and not line.lower().startswith("web"):
            continue
        if server:
            yield from _served(server[1], line[server.end() :], place, base, is_procfile)
        elif said := SAYS.match(line):
            yield from _said(tree, said[1], place, base)


def _served(
    server: str,
    rest: str,
    place: str,
    base: str,
    is_procfile: bool,  # noqa: FBT001
) -> Iterator[Start]:
    words = _words(rest)
    if server in OTHERS:
        script = next((word for word in words if word.endswith(".py")), "")
        yield Start(place, script, other=server, is_procfile=is_procfile)
        return
    folder = _after(words, ("--chdir", "--app-dir")) or ""
    is_asgi = server in ASGI_SERVERS or "uvicorn" in rest
    is_called = "--factory" in words or "--call" in words
    for word in _plain(words):
        target = TARGET.fullmatch(word)
        if target:
            call = (target[3] or "") or ("()" if is_called else "")
            name = target[2] + call
            yield Start(place, target[1], name, _joined(base, folder), is_asgi, is_procfile)
            return
    for word in _plain(words):
        if MODULE.fullmatch(word) and server != "uwsgi":
            yield Start(place, word, "", _joined(base, folder), is_asgi, is_procfile)
            return


def _words(text: str) -> list[str]:
    if text.startswith('"'):  # a list, as Docker has it
        with suppress(ValueError):
            return list(map(str, json.loads(f'["{text.rstrip()}')))
    plain = re.sub(r"""["'],\s*["']""", " ", text)
    for each in (text, plain.strip("\"' ,[]")):  # the second, if the line began with a quote
        with suppress(ValueError):
            return [word.strip("\"',[]") for word in shlex.split(each)]
    return [word.strip("\"',[]") for word in plain.split()]


def are_literal(arguments: str) -> bool:
    """Whether these arguments of a call mean the same in another file, and have no secret."""
    try:
        call = ast.parse(f"f({arguments})", mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    if not isinstance(call, ast.Call):
        return False
    values = (*call.args, *(each.value for each in call.keywords))
    texts = [each.value for each in values if isinstance(each, ast.Constant)]
    is_secret = any(is_secret_name(each.arg or "") for each in call.keywords)
    is_secret = is_secret or any(looks_secret(each) for each in texts if isinstance(each, str))
    return len(texts) == len(values) and not is_secret


def _plain(words: list[str]) -> Iterator[str]:
    """The words that are neither options nor values of options."""
    is_value = False
    for word in words:
        if is_value:
            is_value = False
        elif word.startswith("-"):
            is_value = word in WITH_VALUE
        elif word in ("&&", ";", "|", "&"):
            return
        else:
            yield word


def _after(words: list[str], options: tuple[str, ...]) -> str | None:
    for at, word in enumerate(words):
        if word in options:
            return next(iter(words[at + 1 : at + 2]), None)
        name, equals, value = word.partition("=")
        if equals and name in options:
            return value
    return None


def _joined(base: str, folder: str) -> str:
    place = posixpath.normpath(posixpath.join(base, folder))
    return "" if place.startswith((".", "/")) else place


def _said(tree: Tree, value: str, place: str, base: str) -> Iterator[Start]:
    """A file, a module, or an app, named by a setting."""
    target, _, name = value.partition(":")
    path = posixpath.normpath(posixpath.join(base, target))
    if target.endswith(".py"):
        if path in tree.paths:
            module = path.removeprefix(f"{base}/").removesuffix(".py").replace("/", ".")
            yield Start(place, module, name, base)
    elif MODULE.fullmatch(target) and (name or place.startswith((".flaskenv", ".env"))):
        yield Start(place, target, name, base)
