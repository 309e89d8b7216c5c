"""All findings of a Django project."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import replace

from pa_deploy.detect.django.choice import Choice, app_without_settings, choose, problems_of
from pa_deploy.detect.django.data import find_databases, needed_variables
from pa_deploy.detect.django.hosts import redirects, with_host, with_origin, without_debug
from pa_deploy.detect.django.offer import Open, make_shim
from pa_deploy.detect.django.pages import find_page
from pa_deploy.detect.django.project import (
    NO_HINTS,
    SETTINGS,
    Hints,
    Project,
    Settings,
    listed,
)
from pa_deploy.detect.django.roots import root_finding, template_of
from pa_deploy.detect.django.static import find_media, find_static, outside
from pa_deploy.detect.evaluate import RANDOM, Either, Unknown
from pa_deploy.detect.exposed import ANEW, IN_CODE, KEY, key_problem
from pa_deploy.detect.findings import Finding, Findings, Variable
from pa_deploy.detect.own_keys import keys_of_a_form
from pa_deploy.detect.reached import code_files
from pa_deploy.detect.secret_names import is_secret_name
from pa_deploy.detect.tree import Tree
from pa_deploy.errors import Problem

LIKE_A_KEY = re.compile("KEY|SECRET", re.IGNORECASE)


def find_django(tree: Tree, root: str | None = None, hints: Hints = NO_HINTS) -> Findings | None:
    """The findings of the Django project in the folder `root`; None if it has none.

    `root` is relative to the tree, "" for its top. None: find the likely one, and say `source`.
    Paths in the values are relative to `root`; places are `file:line` in the tree.
    """
    values: list[Finding] = []
    if root is None:
        found = root_finding(tree)
        if found is None:
            return _template(tree)
        values.append(found)
        root = "" if found.value == "." else found.value
    project = Project(tree, root, hints)
    if not project.manage_py and not hints.settings and not project.has_wsgi:
        return None
    choice = choose(project)
    if isinstance(choice, Choice):
        return _of_choice(project, choice, values)
    app = app_without_settings(project)
    values += [app] if app else []
    return Findings(tuple(values), problems=choice) if choice else None


def _template(tree: Tree) -> Findings | None:
    path = template_of(tree)
    if not path:
        return None
    said = f"{path} is a template for cookiecutter, not a project."
    advice = "First make a project from it with `cookiecutter .`. Then deploy that project."
    return Findings(problems=(Problem("source", said, advice=advice, source=path),))


def _of_choice(project: Project, choice: Choice, values: list[Finding]) -> Findings:
    if choice.settings.found.path in choice.settings.found.unreadable:
        return Findings(tuple(values), problems=(*choice.problems, *problems_of(choice.settings)))
    settings, debug, debug_notes = without_debug(choice.settings)
    settings, hosts, host_problems = with_host(settings)
    settings, origins, origin_notes = with_origin(settings)
    secure, secure_notes = redirects(settings)
    static = find_static(settings)
    media = find_media(settings)
    databases = find_databases(settings)
    app, app_problems = _app(project, choice, settings)
    generate = list(_generated(settings))
    named = choice.finding()
    commands = _commands(project, choice, migrates=databases.collects, collects=static.collects)
    given = [*([named] if named and not choice.is_forced else []), *debug, *hosts, *origins]
    values += [*app, *commands, *static.values, *media.values, *databases.values]
    values += [*_unique(given), *generate, *secure, *find_page(settings)]
    problems = (
        *choice.problems,
        *problems_of(settings),
        *app_problems,
        *static.problems,
        *media.problems,
        *databases.problems,
        *host_problems,
        *outside(settings),
    )
    notes = (*debug_notes, *origin_notes, *secure_notes, *databases.notes, *_other_notes(settings))
    variables = tuple(_variables(settings, given))
    found = Findings(tuple(values), variables, tuple(dict.fromkeys(problems)), notes)
    left = Open(tuple(app_problems), tuple(host_problems), static, media, databases)
    shim = make_shim(choice, settings, left)
    return replace(found, shim=shim)


def _unique(values: list[Finding]) -> Iterator[Finding]:
    """Each variable once: the last value counts, as it was found with the others set."""
    last: dict[str, Finding] = {}
    for each in values:
        last[each.value.partition("=")[0]] = each
    yield from last.values()


def _app(
    project: Project, choice: Choice, settings: Settings
) -> tuple[list[Finding], list[Problem]]:
    said = settings.value("WSGI_APPLICATION")
    module, _, name = said.rpartition(".") if isinstance(said, str) else ("", "", "")
    path = project.file_of(module) if module else ""
    if path and project.has_name(path, name):
        return [Finding("app", f"{module}:{name}", settings.place("WSGI_APPLICATION"))], []
    if choice.wsgi:
        place = project.file_of(choice.wsgi)
        return [Finding("app", f"{choice.wsgi}:application", place)], []
    package = settings.module.partition(".")[0]
    file = project.path(f"{package}/wsgi.py")
    text = "There is no wsgi.py, so there is no app to serve."
    code = "from django.core.wsgi import get_wsgi_application; "
    code += "application = get_wsgi_application()"
    advice = f"Add {file} with `{code}`, and set `app: {package}.wsgi:application`."
    return [], [Problem("app", text, advice=advice, source=settings.found.path)]


def _commands(
    project: Project, choice: Choice, *, migrates: bool, collects: bool
) -> Iterator[Finding]:
    program = "python manage.py" if project.manage_py else "python -m django"
    place = project.manage_py or choice.place
    is_given = choice.is_forced and choice.is_needed
    end = f" --settings={choice.settings.module}" if is_given else ""
    if migrates:
        yield Finding("run", f"{program} migrate --no-input{end}", place)
    if collects:
        where = choice.settings.place("STATIC_ROOT")
        yield Finding("run", f"{program} collectstatic --no-input{end}", where)
    source = _uncompiled(project)
    if source:
        yield Finding("run", f"{program} compilemessages{end}", source)


def _uncompiled(project: Project) -> str:
    """A translation without its compiled file, or ""."""
    start = f"{project.root}/" if project.root else ""
    found = sorted(
        path
        for path in project.tree.paths
        if path.endswith(".po")
        and path.startswith(start)
        and posixpath.basename(posixpath.dirname(path)) == "LC_MESSAGES"
        and f"{path[:-3]}.mo" not in project.tree.paths
    )
    return found[0] if found else ""


def _generated(settings: Settings) -> Iterator[Finding]:
    """The variable that SECRET_KEY comes from: pa-deploy can make its value."""
    value = settings.value("SECRET_KEY")
    sources = settings.sources("SECRET_KEY")
    if len(sources) > 1 or isinstance(value, str):  # others only decide which key is taken
        sources = frozenset(name for name in sources if LIKE_A_KEY.search(name))
    tree, root = settings.project.tree, settings.project.root
    sources -= keys_of_a_form(tree, code_files(tree, root)) if sources else sources
    if len(sources) == 1 and not (isinstance(value, Either) and not value.condition):
        yield Finding("generate", next(iter(sources)), settings.place("SECRET_KEY"))


def _variables(settings: Settings, given: list[Finding]) -> Iterator[Variable]:
    """All that the settings read, each once; the required ones first."""
    values = dict(each.value.split("=", 1) for each in given)
    needed = needed_variables(settings)
    hinted = dict(settings.project.hints.variables)
    found: dict[str, Variable] = {}
    for read in settings.found.reads:
        if read.name == SETTINGS:
            continue
        is_required = read.is_required or read.name in needed
        default = None if is_required else _text(read.default)
        known = found.get(read.name)
        if known is not None and (known.default is None or default is not None):
            continue
        found[read.name] = Variable(
            read.name,
            str(read.place),
            default,
            is_secret=is_secret_name(read.name),
            value=values.get(read.name, hinted.get(read.name)),
        )
    yield from sorted(found.values(), key=lambda each: each.default is not None)


def _text(value: object) -> str:
    """A default as a message shows it."""
    return "" if value is None or isinstance(value, Unknown | Either) else str(value)[:200]


def _other_notes(settings: Settings) -> Iterator[Problem]:
    key = settings.value("SECRET_KEY")
    said = ANEW if key == RANDOM else IN_CODE if isinstance(key, str) and key else ""
    if said and not settings.sources("SECRET_KEY"):
        said = said.format("SECRET_KEY")
        yield key_problem(settings.place("SECRET_KEY"), said, f"SECRET_KEY = {KEY}")
    if "channels" in listed(settings.value("INSTALLED_APPS", default=[])):
        said = "Channels is installed. PythonAnywhere serves the pages, but WebSockets do not work."
        advice = "Check what the site needs WebSockets for."
        yield settings.problem("app", said, advice, "INSTALLED_APPS")
    dead = f"{posixpath.dirname(settings.found.path)}.py"
    is_package = settings.found.path.endswith("/__init__.py")
    if is_package and dead in settings.project.tree.paths:
        said = f"Python never reads {dead}, because a package beside it has the same name."
        yield Problem("source", said, advice="Remove one of the two.", source=dead)
