"""WSGI files that somebody made for PythonAnywhere: what they serve, from which folder.

They are read, never imported, and never used: they have the paths of one account in them.
"""

from __future__ import annotations

import ast
import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pa_deploy.detect.modules import find_module
from pa_deploy.detect.names import Import, names_of
from pa_deploy.detect.ranking import is_aside, ranked
from pa_deploy.detect.secret_names import is_secret_name, looks_secret
from pa_deploy.detect.tree import LARGEST_PARSED, Tree, nodes_of, parse_source

NAMED = re.compile(
    r"(.*pythonanywhere.*wsgi.*|wsgi.*pythonanywhere.*)\.(py|txt|md|example|sample)", re.IGNORECASE
)
USUAL = re.compile(r"(passenger_)?wsgi\w*\.py")
FOLDERS = ("script", "scripts", "tool", "tools", "doc", "docs")
PAGE = re.compile(
    r"(.*pythonanywhere.*|.*deploy.*|readme.*|install.*|setup.*)\.(md|txt|rst)", re.IGNORECASE
)
BLOCK = re.compile(r"^ *```[^\n]*\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
IN_HOME = re.compile(r"(/home/|~/|/var/www/)[^\s'\"]*")
SETTINGS = "DJANGO_SETTINGS_MODULE"
WHOLE_HOME = re.compile(r"/home/[\w./-]+")
FEW = 10
MOST_PAGES = 20
MOST_FILES = 20


@dataclass(frozen=True, slots=True)
class Given:
    """A variable that the file sets; `value` is None if it looks like a secret."""

    name: str
    value: str | None
    place: str


@dataclass(frozen=True, slots=True)
class HandMade:
    """What a file serves. `root` is a folder of the repository; `app` is "" for Django's own.

    `arguments` is what a factory is called with, if `app` cannot say it.
    """

    place: str
    root: str
    app: str = ""
    settings: str = ""
    variables: tuple[Given, ...] = ()
    arguments: str = ""
    is_page: bool = False


def find_hand_made(tree: Tree) -> HandMade | None:
    """The first such file that names something that is there."""
    for path, line, code, is_page in _codes(tree):
        found = _read(tree, path, line, code, is_page=is_page)
        if found:
            return found
    return None


@dataclass(frozen=True, slots=True)
class Told:
    """What the text of a WSGI file says: `module:name`, absolute folders, names of variables."""

    app: str = ""
    folders: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()


def what_a_wsgi_file_says(content: bytes) -> Told:
    """The same without the repository: nothing if it is not Python, or too large."""
    code = parse_source(content) if len(content) <= LARGEST_PARSED else None
    if code is None:
        return Told()
    served = (target for name, target, _, _ in _served(code) if name == "application")
    folders = (text for text in _texts(code) if WHOLE_HOME.fullmatch(text))
    names = (each.name for each in _variables(code, "", 0))
    return Told(
        next(served, ""), tuple(dict.fromkeys(folders))[:FEW], tuple(dict.fromkeys(names))[:FEW]
    )


def _codes(tree: Tree) -> Iterator[tuple[str, int, ast.Module, bool]]:
    """Each piece of code that may be one: its file, and the line before its first."""
    bases = [(path, posixpath.basename(path)) for path in tree.paths]
    named = ranked(path for path, base in bases if NAMED.fullmatch(base) and _may_count(path))
    usual = ranked(path for path, base in bases if USUAL.fullmatch(base) and not is_aside(path))
    for path in (*named, *usual)[:MOST_FILES]:
        code = tree.parse(path)
        if code and (path in named or _enters_home(code)):
            yield path, 0, code, False
    pages = (path for path, base in bases if PAGE.fullmatch(base) and path.count("/") <= 2)
    for path in ranked(pages)[:MOST_PAGES]:
        text = tree.text(path)
        for block in BLOCK.finditer(text):
            if "application" in block[1] and ("sys.path" in block[1] or "environ" in block[1]):
                code = parse_source(_dedented(block[1]).encode())
                if code:
                    yield path, text.count("\n", 0, block.start(1)), code, True


def _may_count(path: str) -> bool:
    """Whether it is no test or example. Such files often lie in a folder for scripts."""
    return not is_aside("/".join(part for part in path.split("/") if part not in FOLDERS))


def _dedented(block: str) -> str:
    lines = block.splitlines()
    indents = [len(line) - len(line.lstrip()) for line in lines if line.strip()]
    return "\n".join(line[min(indents, default=0) :] for line in lines)


def _enters_home(code: ast.Module) -> bool:
    return any(IN_HOME.match(each) for each in _texts(code))


def _texts(code: ast.AST) -> list[str]:
    return [
        node.value
        for node in nodes_of(code)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


def _read(tree: Tree, path: str, line: int, code: ast.Module, *, is_page: bool) -> HandMade | None:
    roots = _roots(tree, "" if is_page else path, code)
    variables = tuple(_variables(code, path, line))
    settings = next((each.value or "" for each in variables if each.name == SETTINGS), "")
    others = tuple(each for each in variables if each.name != SETTINGS)
    root = _root_of(tree, settings, roots) if settings else None
    if root is not None:
        place = next(each.place for each in variables if each.name == SETTINGS)
        return HandMade(place, root, settings=settings, variables=others, is_page=is_page)
    for name, target, arguments, number in _served(code):
        module = target.partition(":")[0]
        root = _root_of(tree, module, roots)
        if root is not None and name == "application":
            place = f"{path}:{line + number}"
            return HandMade(place, root, target, "", others, arguments, is_page)
    return None


def _roots(tree: Tree, path: str, code: ast.Module) -> Sequence[str]:
    """Folders of the repository that the file may put on Python's path, the likely first."""
    roots = []
    for text in _texts(code):
        if not IN_HOME.fullmatch(text):
            continue
        parts = [part for part in text.split("/") if part][1:]
        ends = ("/".join(parts[at:]) for at in range(len(parts)))
        roots += [next((end for end in ends if end in tree.folders), "")]
    own = posixpath.dirname(path)
    while own:
        roots.append(own)
        own = posixpath.dirname(own)
    return tuple(dict.fromkeys((*roots, "")))


def _root_of(tree: Tree, module: str, roots: Sequence[str]) -> str | None:
    """The folder from which the module is imported; None if none has it."""
    here = (root for root in roots if find_module(tree, module, (root,)).state == "here")
    return next(here, None)


def _variables(code: ast.Module, path: str, line: int) -> Iterator[Given]:
    """What it puts into `os.environ`, by assignment or by `setdefault`."""
    for node in nodes_of(code):
        match node:
            case ast.Assign(
                targets=[ast.Subscript(value=held, slice=ast.Constant(value=str(name)))],
                value=value,
            ) if _is_environ(held):
                pass
            case ast.Call(
                func=ast.Attribute(value=held, attr="setdefault"),
                args=[ast.Constant(value=str(name)), value],
            ) if _is_environ(held):
                pass
            case _:
                continue
        text = value.value if isinstance(value, ast.Constant) else None
        shown = text if isinstance(text, str) and not is_secret_name(name) else None
        shown = None if shown and looks_secret(shown) else shown
        yield Given(name, shown, f"{path}:{line + node.lineno}")


def _is_environ(held: ast.expr) -> bool:
    return ast.unparse(held) in ("os.environ", "environ")


def _served(code: ast.Module) -> Iterator[tuple[str, str, str, int]]:
    """Each name that is imported or made: the name, `module:name`, arguments, and its line."""
    names = names_of(code)
    for name, bindings in names.bindings.items():
        for binding in bindings:
            found = _target(binding, names.bindings)
            if found:
                yield name, *found, _line_of(code, name)


def _target(binding: object, names: object) -> tuple[str, str] | None:
    """The target of the input `app`, and arguments that it cannot say."""
    bound = names if isinstance(names, dict) else {}

    def imported(name: str) -> Import | None:
        found = bound.get(name, ())
        return next((each for each in found if isinstance(each, Import)), None)

    match binding:
        case Import(module=module, name=name, level=0) if name:
            return f"{module}:{name}", ""
        case ast.Name(id=other) if (found := imported(other)) and found.name:
            return f"{found.module}:{found.name}", ""
        case ast.Attribute(value=ast.Name(id=other), attr=attr) if found := imported(other):
            own = f"{found.module}:{found.name}." if found.name else f"{found.module}:"
            return f"{own}{attr}", ""
        case ast.Call(func=ast.Name(id=other)) if (found := imported(other)) and found.name:
            said = ast.unparse(binding).partition("(")[2].removesuffix(")")
            return f"{found.module}:{found.name}{'' if said else '()'}", said
    return None


def _line_of(code: ast.Module, name: str) -> int:
    lines = [
        node.lineno
        for node in code.body
        if name in {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
        or (isinstance(node, ast.ImportFrom) and name in {a.asname or a.name for a in node.names})
    ]
    return lines[-1] if lines else 1
