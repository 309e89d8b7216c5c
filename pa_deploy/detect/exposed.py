"""Secrets that stand in the repository, where everybody finds them who can read it."""

from __future__ import annotations

import ast
import posixpath
import re
from collections.abc import Iterator, Sequence

from pa_deploy.detect.app_variables import last_name, reads
from pa_deploy.detect.own_keys import SETTINGS, given
from pa_deploy.detect.ranking import is_aside
from pa_deploy.detect.secret_names import is_secret_name
from pa_deploy.detect.tree import Tree, nodes_of
from pa_deploy.errors import Problem

ENV_FILE = re.compile(
    r"(?:.*/)?\.env(?:\.(?!example|sample|template|default|dist)[\w-]+)?", re.IGNORECASE
)
LINE = re.compile(r"^[ \t]*(?:export\s+)?(\w+)\s*=\s*[\"']?[^\s\"'#]", re.MULTILINE)
"""A variable with a value."""
MENTION = re.compile("|".join(SETTINGS), re.IGNORECASE)
RANDOM = ("urandom", "token_hex", "token_urlsafe", "token_bytes", "uuid4")
KEY = 'os.environ.get("SECRET_KEY", "only-for-my-machine")'
"""So that the app still starts where nothing sets the variable."""
IN_CODE = "{} stands in the code, so whoever can read the repository can forge logins."
ANEW = "{} changes at each start, so each deploy logs everybody out."


def env_files(tree: Tree) -> Iterator[Problem]:
    """Files of variables with secrets that git does not ignore."""
    for path in sorted(tree.paths):
        if ENV_FILE.fullmatch(path) and not is_aside(posixpath.join(posixpath.dirname(path), "x")):
            names = [name for name in LINE.findall(tree.text(path)) if is_secret_name(name)]
            if names:
                said = f"git does not ignore {path}, which has secrets ({', '.join(names[:5])})."
                advice = f"Add the line {path} to .gitignore. If a commit has the file already: "
                advice += f"git rm --cached {path}. Then change the secrets."
                yield Problem("env", said, advice=advice)


def keys_in_code(tree: Tree, paths: Sequence[str]) -> Iterator[Problem]:
    """A key of the app that its code has, or that is another one after each start."""
    for path in paths:
        code = tree.parse(path) if MENTION.search(tree.text(path)) else None
        for node in nodes_of(code) if code else ():
            for name, value in given(node):
                said = _said_of(value) if name.lower() in SETTINGS else ""
                if said:
                    yield key_problem(f"{path}:{value.lineno}", said.format(name), KEY)
                    return


def key_problem(place: str, said: str, line: str) -> Problem:
    advice = f"Write `{line}` there, and set `generate: SECRET_KEY`."
    return Problem("generate", said, advice=advice, source=place)


def _said_of(value: ast.expr) -> str:
    nodes = list(ast.walk(value))
    if any(reads(nodes, "")):
        return ""
    if any(isinstance(each, ast.Call) and last_name(each.func) in RANDOM for each in nodes):
        return ANEW
    held = value.value if isinstance(value, ast.Constant) else None
    return IN_CODE if isinstance(held, str | bytes) and held else ""
