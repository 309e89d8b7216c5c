"""Which file lists the packages of a project, and the file to write if none does."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pa_deploy.detect.companions import companions
from pa_deploy.detect.findings import Confidence, Finding, NewFile
from pa_deploy.detect.ranking import is_aside, ranked
from pa_deploy.detect.reached import Wanted
from pa_deploy.detect.tree import Tree
from pa_deploy.errors import Problem
from pa_deploy.module_names import MACOS, WINDOWS, package_of

OWN = "requirements-pythonanywhere.txt"
MADE = "# Made by `pa-deploy init`"
FOR_US = re.compile(r"requirements[-_/.]?(pythonanywhere|pa)[\w-]*\.txt", re.IGNORECASE)
ORDER = (
    FOR_US,
    re.compile(r"requirements\.txt"),
    *map(
        re.compile, (r"uv\.lock", r"poetry\.lock", r"Pipfile\.lock", r"pdm\.lock", r"pylock\.toml")
    ),
    re.compile(r"requirements/(prod\w*|deploy\w*|live)\.txt"),
    re.compile(r"requirements/(base|common|main|requirements)\.txt"),
    re.compile(r"pyproject\.toml"),
    re.compile(r"Pipfile"),
    re.compile(r"setup\.cfg"),
    re.compile(r"req(uire\w*|s)?[-\w.]*\.(txt|in)", re.IGNORECASE),
)
"""The kinds of files, the best first; the last one has other spellings."""
PYPROJECT = re.compile(r"^dependencies\b|^\[tool\.poetry\.dependencies\]", re.MULTILINE)
LISTS = (".txt", ".in")
"""So end the names of files that can be included."""
INCLUDE = re.compile(r"^[ \t]*-(?:r|-requirement)[\s=]+(\S+)", re.MULTILINE)
FOR_OTHERS = re.compile(
    rf"^[ \t]*({'|'.join(map(re.escape, (*WINDOWS, *MACOS, 'pkg-resources', 'pkg_resources')))})"
    r"\s*(?:[=<>~!][^;\n]*)?$",
    re.MULTILINE | re.IGNORECASE,
)
"""Lines for packages of Windows or macOS that no marker limits, or that Debian lists by mistake."""
OTHER_NAMES = {
    "cv2": ("opencv",),
    "Crypto": ("pycrypto",),
    "multipart": ("fastapi[all]", "fastapi[standard]"),
    "email_validator": ("fastapi[all]", "fastapi[standard]", "pydantic[email]"),
    "jinja2": ("fastapi[all]", "fastapi[standard]", "flask", "dash"),
    "greenlet": ("sqlalchemy[asyncio]",),
    "redis": ("django-redis",),
    "PIL": ("django-imagekit", "easy-thumbnails", "sorl-thumbnail", "wagtail"),
}
"""Beginnings of lines by which a module comes too."""
DEEPEST = 5
FRAMEWORKS = {"flask": ("flask", "dash"), "django": ("django", "wagtail"), "fastapi": ("fastapi",)}
"""Words of a file that brings a framework along."""
DJANGO = "django"
MADE_BY = re.compile(r"startproject' using Django (\d+)\.(\d+)")
FITTING_DJANGO = (((2, 0), "1.11.29"), ((2, 2), "2.2.0"))
"""What runs on a Python that PythonAnywhere offers, for what was made by a Django before that."""
TRANSLATOR = "a2wsgi"


@dataclass(frozen=True, slots=True)
class Listing:
    """The file that `requirements` names, its text with what it includes, and a file to write."""

    finding: Finding | None
    text: str = ""
    file: NewFile | None = None
    problems: tuple[Problem, ...] = ()


def find_listing(
    tree: Tree,
    root: str,
    wanted: Sequence[Wanted],
    framework: str,
    *,
    beside: str = "",
    is_asgi: bool = False,
    needed: Sequence[Wanted] = (),
) -> Listing:
    """`wanted` are the modules that the app imports; `framework` is the one it is made with.

    `beside` is the folder of the app's file. A list that lacks one of the modules `needed` is not
    complete.
    """
    found = [(path, _whole_text(tree, path)) for path in _candidates(tree, root, beside)]
    words = FRAMEWORKS.get(framework, (framework,))
    naming = [each for each in found if any(word in each[1].lower() for word in words)]
    if not found:
        return _from_imports(tree, wanted, is_asgi=is_asgi)
    path, text = (naming or found)[0]
    if path == OWN and text.startswith(MADE):  # an earlier `init` made it, and it may be edited
        return Listing(Finding("requirements", OWN, OWN, "likely"), text)
    others = tuple((other, other) for other, _ in naming if other != path)
    missing = [] if naming or not framework else [_named(framework)]
    if is_asgi and TRANSLATOR not in text.lower():
        missing.append(TRANSLATOR)
    missing += _unlisted(needed, text)
    missing += companions(text) if path.endswith(LISTS) else ()
    unfit = FOR_OTHERS.findall(text) if path.endswith(LISTS) else []
    if unfit:
        return _without(path, text, unfit, missing)
    ends = (posixpath.basename(path), "/".join(path.split("/")[-2:]))
    is_usual = any(pattern.fullmatch(end) for pattern in ORDER[:-1] for end in ends)
    confidence: Confidence = "sure" if is_usual and naming else "likely"
    if not missing:
        return Listing(Finding("requirements", path, path, confidence, others), text)
    return _with_more(path, text, missing, others)


def _named(framework: str) -> str:
    return package_of(framework) or framework


def _unlisted(needed: Sequence[Wanted], text: str) -> list[str]:
    """The packages that a list does not have, by any name."""
    listed = text.lower().replace("_", "-")
    return [
        package
        for module, package in {each.module: package_of(each.module) for each in needed}.items()
        if package and package.lower() not in listed and not _is_listed(module, listed)
    ]


def _is_listed(module: str, listed: str) -> bool:
    """Whether another package of the module may be listed: `opencv-python` is for `cv2` too."""
    names = (module.lower().replace("_", "-"), *OTHER_NAMES.get(module, ()))
    return any(re.search(rf"^{re.escape(name)}", listed, re.MULTILINE) for name in names)


def _with_more(
    path: str, text: str, missing: Sequence[str], others: tuple[tuple[str, str], ...]
) -> Listing:
    """A file of ours that includes theirs, if it can be included."""
    lines = ", ".join(missing)
    if not path.endswith(LISTS):
        said = f"{path} does not list {lines}, which the app needs."
        problem = Problem("requirements", said, advice=f"Add {lines} to {path}.")
        return Listing(
            Finding("requirements", path, path, "likely", others), text, None, (problem,)
        )
    added = "".join(f"{each}\n" for each in missing)
    content = f"{MADE}: {path}, and what it lacks.\n-r {path}\n{added}"
    file = NewFile(OWN, content)
    finding = Finding("requirements", OWN, OWN, "likely")
    return Listing(finding, f"{text}\n{added}", file)


def _without(
    path: str,
    text: str,
    unfit: Sequence[str],
    missing: Sequence[str],
) -> Listing:
    """A file of ours with their lines, but for packages that are not for PythonAnywhere."""
    kept = [
        line
        for line in text.splitlines()
        if not FOR_OTHERS.match(line) and not INCLUDE.match(line) and line.strip()
    ]
    names = ", ".join(dict.fromkeys(unfit))
    lines = "".join(f"{line.rstrip()}\n" for line in (*kept, *missing))
    content = f"{MADE}: {path} without {names}.\n{lines}"
    file = NewFile(OWN, content)
    return Listing(Finding("requirements", OWN, OWN, "likely"), lines, file)


def _candidates(tree: Tree, root: str, beside: str) -> Iterator[str]:
    """The files that are there, the best first; of two alike the one beside the app."""
    folders = dict.fromkeys((beside or root, root, posixpath.dirname(root), ""))
    for pattern in ORDER:
        for folder in folders:
            prefix = f"{folder}/" if folder else ""
            inside = (path for path in tree.paths if path.startswith(prefix))
            names = (path.removeprefix(prefix) for path in inside)
            for name in sorted(name for name in names if pattern.fullmatch(name)):
                path = prefix + name
                if _lists_packages(tree, path):
                    yield path
    if not root:
        deeper = (path for path in tree.paths if path.count("/") == 1)
        named = (path for path in deeper if path.endswith("/requirements.txt"))
        yield from sorted(path for path in named if not is_aside(path))


def _lists_packages(tree: Tree, path: str) -> bool:
    text = tree.text(path)
    if path.endswith("pyproject.toml"):
        return PYPROJECT.search(text) is not None
    if path.endswith("setup.cfg"):
        return "install_requires" in text
    if path.endswith("Pipfile"):
        return "[packages]" in text
    return bool(text.strip())


def _whole_text(tree: Tree, path: str) -> str:
    """The text of a file and of all that it includes."""
    texts: dict[str, str] = {}
    waiting = [(path, 0)]
    while waiting:
        each, depth = waiting.pop()
        texts[each] = tree.text(each)
        for name in INCLUDE.findall(texts[each]) if depth < DEEPEST else ():
            other = posixpath.normpath(posixpath.join(posixpath.dirname(each), name))
            if other not in texts:
                waiting.append((other, depth + 1))
    return "\n".join(texts.values())


def _from_imports(tree: Tree, wanted: Sequence[Wanted], *, is_asgi: bool) -> Listing:
    """A file with the packages of the imports; an import that is not known becomes a problem."""
    packages: dict[str, str] = {}
    problems = []
    for each in {each.module: each for each in reversed(wanted)}.values():
        package = package_of(each.module)
        if package:
            packages.setdefault(package, each.place)
        elif not each.is_optional:
            said = f"{each.place} imports {each.module}. pa-deploy does not know its package."
            advice = f"Add the package that contains {each.module} to {OWN}."
            problems.append(Problem("requirements", said, advice=advice))
    if is_asgi:
        packages.setdefault(TRANSLATOR, "PythonAnywhere serves ASGI apps through it")
    if not packages:
        return Listing(None, problems=tuple(problems))
    if DJANGO in packages and (line := _django(tree)):
        packages[line[0]] = line[1]
        del packages[DJANGO]
    names = sorted(packages, key=str.lower)
    lines = "".join(f"{name}  # {packages[name]}\n" for name in names)
    text = f"{MADE} from the imports. `pip freeze` shows the versions to pin.\n{lines}"
    finding = Finding("requirements", OWN, OWN, "likely")
    file = NewFile(OWN, text)
    return Listing(finding, text, file, tuple(problems))


def _django(tree: Tree) -> tuple[str, str] | None:
    """The version of Django that made the settings, as a line, and the place; None: not known."""
    for path in ranked(path for path in tree.paths if path.endswith(".py") and "settings" in path):
        text = tree.text(path)
        found = MADE_BY.search(text)
        if found:
            made_by = (int(found[1]), int(found[2]))
            own = f"{made_by[0]}.{made_by[1]}.0"
            version = next((fits for before, fits in FITTING_DJANGO if made_by < before), own)
            place = f"{path}:{text.count(chr(10), 0, found.start()) + 1}"
            return f"{DJANGO}~={version}", place
    return None
