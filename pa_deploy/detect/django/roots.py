"""In which folder the project is: the one with the `manage.py` that is Django's."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from pa_deploy.detect.django.project import SETTINGS, Project, names_settings
from pa_deploy.detect.findings import Confidence, Finding
from pa_deploy.detect.modules import find_manage_py
from pa_deploy.detect.ranking import is_aside
from pa_deploy.detect.tree import Tree

MOST_TRIED = 20
TEMPLATE = "{{"


def django_roots(tree: Tree) -> tuple[str, ...]:
    """The folders that have a Django project, the most likely first; "" is the top."""
    found = list(dict.fromkeys(_candidates(tree)))
    kept = [root for root in found if not is_aside(root)] or found
    return tuple(sorted(kept, key=lambda root: _rank(tree, root)))


def root_finding(tree: Tree) -> Finding | None:
    """The `source` of the likely project, with the others; None if there is no project."""
    roots = django_roots(tree)
    if not roots:
        return None
    first, *rest = roots
    places = [(root or ".", _place(tree, root)) for root in rest]
    is_tie = bool(rest) and _rank(tree, first)[:-1] == _rank(tree, rest[0])[:-1]
    confidence: Confidence = "open" if is_tie else "likely" if rest else "sure"
    place = _place(tree, first)
    return Finding("source", first or ".", place, confidence, tuple(places))


def _place(tree: Tree, root: str) -> str:
    path = posixpath.join(root, "manage.py")
    if path in tree.paths:
        return path
    start = f"{root}/" if root else ""
    found = (each for each in tree.paths if each.startswith(start) and each.endswith("/wsgi.py"))
    return min(found, key=lambda each: (each.count("/"), each))


def _rank(tree: Tree, root: str) -> tuple[int, bool, bool, str]:
    """Fewest parts first, then with requirements beside it, then with a wsgi.py."""
    depth = root.count("/") + 1 if root else 0
    start = f"{root}/" if root else ""
    lists = any(f"{start}{name}" in tree.paths for name in ("requirements.txt", "pyproject.toml"))
    has_wsgi = any(path.startswith(start) and path.endswith("/wsgi.py") for path in tree.paths)
    return depth, not lists, not has_wsgi, root


def _candidates(tree: Tree) -> Iterator[str]:
    """Each folder with a manage.py of Django that is no template; else those that hold a package
    with a wsgi.py of Django.
    """
    paths = [path for path in find_manage_py(tree.paths) if TEMPLATE not in path]
    found = [path for path in paths[:MOST_TRIED] if names_settings(tree, path)]
    if found:
        yield from (posixpath.dirname(path) for path in found)
        return
    paths = sorted(path for path in tree.paths if path.endswith("/wsgi.py"))
    for path in paths[:MOST_TRIED]:
        if TEMPLATE not in path and names_settings(tree, path):
            yield posixpath.dirname(posixpath.dirname(path))


def environ_of(project: Project, module: str) -> dict[str, str]:
    """The variables that `manage` or a WSGI module sets; SETTINGS is the one of Django."""
    found = project.evaluate(module, is_main=module == "manage")
    return dict(found.environ) if found else {}


def assigns_settings(project: Project, module: str) -> bool:
    """Whether it sets the variable in any case, so that one from outside has no effect."""
    found = project.evaluate(module, {SETTINGS: "given"}, is_main=module == "manage")
    return found is not None and found.environ.get(SETTINGS, "given") != "given"


def template_of(tree: Tree) -> str:
    """The manage.py of a template for cookiecutter, if there is one; or ""."""
    return next((path for path in find_manage_py(tree.paths) if TEMPLATE in path), "")
