"""What probably helps, found in what an app or a command has said."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from pa_deploy.module_names import OTHERS

PROGRAMS = {
    **{name: name for name in ("aerich", "alembic", "celery", "mkdocs", "pelican", "pytest")},
    **{name: name for name in ("daphne", "gunicorn", "hypercorn", "uvicorn", "waitress")},
    "django-admin": "Django",
    "flask": "Flask",
    "invoke": "invoke",
    "pybabel": "Babel",
    "sphinx-build": "Sphinx",
}
"""Programs and the packages that have them."""
REMOVED = {
    "3.11": "binhex",
    "3.12": "asynchat asyncore distutils imp smtpd",
    "3.13": "aifc audioop cgi cgitb chunk crypt imghdr lib2to3 mailcap nis nntplib pipes sndhdr "
    "spwd sunau telnetlib uu xdrlib",
}
"""Versions of Python, and the modules of Python itself that they no longer have."""
SHOWN_LINE = r"^ *File \"(?:.*/code/)?(?P<file>.+)\", line (?P<line>\d+)\n(?: .*\n){0,2}"
"""The end of a traceback that shows a line of code and what is wrong with it."""
OF_PACKAGE = r"^ *File \".*/site-packages/(?P<file>.+)\", line (?P<line>\d+)\n(?: .*\n){0,2}"
"""The same, of a file that a package has."""
UNREADABLE = r"\b(?:Syntax|Indentation|Tab)Error: (?P<said>.+?)[.?]?"
"""Without the sign at its end, as it becomes a part of a sentence."""
MOST_CHARACTERS = 300
"""Of an error that a sentence quotes."""
LAST_LINES = 60
"""How much of the end of the output counts."""


@dataclass(frozen=True, slots=True)
class Hint:
    """A sentence for what one of the patterns finds; its groups stand in the sentence, by number
    or by name.
    """

    sentence: str
    patterns: tuple[str, ...]

    def about(self, said: str) -> str:
        """The sentence; "" if no pattern is found."""
        for pattern in self.patterns:
            found = re.search(pattern, said, re.MULTILINE)
            if found:
                return self.sentence.format(*found.groups(), **found.groupdict())
        return ""


HINTS = (
    Hint(
        "Django refuses its own address. Add '{}' to ALLOWED_HOSTS.",
        (r"(?:Invalid HTTP_HOST header|not in ALLOWED_HOSTS): '([^']+)'",),
    ),
    Hint(
        "Django's check of the project finds: {} Correct it.",
        (r"SystemCheckError: .*\n+ERRORS:\n(.+)",),
    ),
    Hint(
        "The app refuses its own address. Add it to `allowed_hosts` of TrustedHostMiddleware.",
        (r"^Invalid host header$",),
    ),
    Hint(
        "The app refuses its own address. Add '{}' to its trusted hosts.",
        (r"Host ['\"]([^'\"]+)['\"] is not trusted",),
    ),
    Hint(
        'Django has no STATIC_ROOT. Add to the settings: STATIC_ROOT = BASE_DIR / "staticfiles"',
        (r"without having set the STATIC_ROOT",),
    ),
    Hint(
        "collectstatic wrote to {}: map that folder, or change STATIC_ROOT.",
        (r"static files? copied to '[^']*/code/([^']+)'[\s\S]*after the commands",),
    ),
    Hint(
        "The app waits for a thread that it has started in its import. PythonAnywhere forks its "
        "workers after the import, and that thread does not run in the workers. Start it at the "
        "first request.",
        (r"^pa-deploy: the app has started threads[\s\S]*(?:its time was over|Empty|Timeout\w*)$",),
    ),
    Hint(
        "A package needs another one. Add `{}` to your requirements.",
        (
            r"requires [\"'`]([\w.-]+)[\"'`] to be installed",
            r"[\"'`]([\w.-]+)[\"'`] (?:package )?must be installed",
            r"(?:Error|Exception|Configured): ([\w.-]+) must be installed",
            r"Error.*\bpip3? install [\"'`]?(?!-|pip\b)([A-Za-z][\w.-]*(?:\[[\w,-]+\])?)",
            r"Did you install ([\w-]+)\?",
            r"because ([A-Z]\w+) is not installed",
        ),
    ),
    Hint(
        "Static files were not collected. Add to `run`: python manage.py collectstatic --no-input",
        (r"Missing staticfiles manifest entry",),
    ),
    Hint(
        "The variable {} is probably not set. Add it to `env` if it is a secret, else to "
        "`variables`.",
        (
            r"(?:<frozen os>|/os\.py)\", line \d+, in __getitem__\n(?:.*\n){0,3}KeyError: '(\w+)'",
            r"Set the (\w+) environment variable",
            r"UndefinedValueError: (\w+) not found",
            r"[Ee]nvironment variable ['\"](\w+)['\"] (?:is )?not set",
            r"Config '(\w+)' is missing",
            r"validation errors? for \w*(?:Settings|Config)\w*\n(\w+)\n +Field required",
            # Django looks for a template's tag by its name, too.
            r"KeyError: '([A-Z][A-Z0-9_]*)'(?![\s\S]*TemplateSyntaxError)",
        ),
    ),
    Hint(
        "Django's SECRET_KEY is empty. The variable from which the settings read it is probably "
        "not set. Add it to `env`.",
        (r"SECRET_KEY setting must not be empty",),
    ),
    Hint(
        "Correct the template {file}, line {line}.",
        (r"\bTemplateSyntaxError: .+ \((?P<file>.+), line (?P<line>\d+)\)$",),
    ),
    Hint(
        "Two modules import each other, so {} is not there yet. Move one of the imports.",
        (r"cannot import name '(\w+)' from partially initialized module",),
    ),
    Hint(
        "The app starts its own server, but PythonAnywhere already has one. Put `app.run()` below "
        '`if __name__ == "__main__":`.',
        (
            r"^ \* Serving Flask app",
            r"\", line \d+, in (?:run_simple|run_with_reloader)$",
            r"Uvicorn running on http",
        ),
    ),
    Hint(
        "PythonAnywhere does not have the system library {}, which a package needs.",
        (r"ImportError: (lib[\w.+-]+): cannot open shared object file",),
    ),
)


UNREADABLE_CODE = (
    Hint(
        "Python cannot read {file}, line {line}, of a package that is listed: {said}. List a "
        "newer version of the package.",
        (OF_PACKAGE + UNREADABLE + "$",),
    ),
    Hint(
        "Python cannot read {file}, line {line}: {said}. If the file works on your machine, it "
        "needs a newer `python-version`.",
        (
            UNREADABLE + r" \((?P<file>.+), line (?P<line>\d+)\)$",
            SHOWN_LINE + UNREADABLE + "$",
        ),
    ),
)
"""Only the first that is found holds."""
OLD_DJANGO = (
    r"TypeError: .*__init__\(\) missing 1 required positional argument: 'on_delete'",
    r"No module named 'django\.core\.urlresolvers'",
    r"RuntimeError: __class__ not set defining '\w+' as",
    r"django/contrib/admin/widgets\.py\", line \d+\n(?: .*\n){0,2}SyntaxError: Generator",
)
"""What code for a Django before 2.0 says to a later one, and Django 1.9 to 1.11.16 to Python 3.9.
"""
NO_FILE = r"^FileNotFoundError: \[Errno 2\] No such file or directory: '(?P<path>[^']+)'"
IN_RELEASE = re.compile(r".*/releases/\w+/code/")
STARTS_PROGRAM = re.compile(r"subprocess\.py\", line \d+, in _execute_child")
TIMED_OUT_AT = (
    r"\(most recent call first\):\n(?: .*\n)*? +File \".*/code/(?P<file>.+)\", "
    r"line (?P<line>\d+) in (?P<name>.+)$"
)
"""What Python's faulthandler writes: the first frame that is the project's."""
NO_TABLE = (
    r"no such (?:table|column): ([\w.]+)",
    r"relation \"([\w.]+)\" does not exist",
    r"Table '([\w$.]+)' doesn't exist",
    r"Unknown column '([\w.]+)'",
)
NO_NAME = (
    r"ImportError: cannot import name '(?P<name>\w+)' from '(?P<module>[\w.]+)'",
    r"AttributeError: .*module '(?P<module>[\w.]+)' has no attribute '(?P<name>\w+)'",
)


def hints(said: str, app: str = "") -> Iterator[str]:
    """A sentence for each thing that was recognized. A sentence may quote the beginning of a line,
    so what was `said` must have no secrets. `app` is as in the input, "" if it is not known.
    """
    end = "\n".join(said.splitlines()[-LAST_LINES:])
    special = (
        _old_django(end) or _no_module(end),
        _no_program(end),
        _no_flask_app(end, app),
        _migration(said) or _no_table(end),
        _no_name(end),
        _no_file(end),
        "" if _found(OLD_DJANGO, end) else _unreadable(end),
        _where_it_was(said),
    )
    found = (*special, *(hint.about(end) for hint in HINTS))
    yield from (sentence for sentence in found if sentence)


def _no_module(said: str) -> str:
    found = re.search(r"ModuleNotFoundError: No module named '([^']+)'", said)
    if not found:
        return ""
    module = found[1].partition(".")[0]
    version = next((each for each, names in REMOVED.items() if module in names.split()), "")
    if version:
        return (
            f"Python {version} removed the module {module}. List a newer version of the package "
            f"that imports it, or set a `python-version` before {version}."
        )
    if module != found[1]:  # Python has found the first part
        return (
            f"{module} is there, but has no {found[1]}. If it is a package, list the version that "
            "your code was made for. If it is your own, check that the file is committed."
        )
    if module in OTHERS:
        package = OTHERS[module]
        return f"The module {found[1]} comes with {package}. Add {package} to your requirements."
    return (
        f"Python finds no module {found[1]}. If a package has it, add the package to your "
        "requirements. If it is your own, add its folder to `python-path`."
    )


def _old_django(said: str) -> str:
    if not _found(OLD_DJANGO, said):
        return ""
    return (
        "The code, or the listed Django, is of a time before Django 2.0. The last version of that "
        "time that works is for Python 3.9: list `Django==1.11.29`, and set "
        '`python-version = "3.9"`.'
    )


def _unreadable(said: str) -> str:
    return next((told for hint in UNREADABLE_CODE if (told := hint.about(said))), "")


def _no_file(said: str) -> str:
    """Of a file that the code opens. A program that cannot be started is another matter."""
    found = _found((NO_FILE,), said)
    if not found or STARTS_PROGRAM.search(said):
        return ""
    path = IN_RELEASE.sub("", found["path"])
    if path != found["path"] or not path.startswith("/"):
        return (
            f"The code opens {path}, which is not in the release. Commit it. If it has secrets, "
            "read them from variables instead, and name these in `env`."
        )
    return (
        f"The code opens {path}, which is not on PythonAnywhere. If it is a file of the project, "
        "open it by a path that begins with `os.path.dirname(__file__)`. If it has secrets, read "
        "them from variables instead, and name these in `env`."
    )


def _where_it_was(said: str) -> str:
    """The place of the project's code at which the time was over."""
    found = _found((TIMED_OUT_AT,), said)
    if not found:
        return ""
    return (
        f"When the time was over, the app was at {found['file']}, line {found['line']}. If it "
        "waits for another server there, a free account may not reach it: have it do so in a "
        "request, not at the start."
    )


def _no_program(said: str) -> str:
    """Of a program that is known to come with a package."""
    found = re.search(r"(?:^|: )([\w.-]+): (?:command )?not found$", said, re.MULTILINE)
    name = found[1] if found else ""
    package = PROGRAMS.get(name, "")
    return f"There is no command {name}. Add {package} to your requirements." if package else ""


def _no_flask_app(said: str, app: str) -> str:
    if "Could not locate a Flask application" not in said:
        return ""
    module = app.partition(":")[0]
    way = f"write `flask --app {module} …`" if module else "name its module after `flask --app`"
    return f"Flask does not know where your app is: {way} in the command."


def _migration(said: str) -> str:
    """About the migration of Django that failed; the lines before its traceback name it."""
    found = re.search(r"^ *Applying ([\w.]+)\.\.\.(?! OK| FAKED)", said, re.MULTILINE)
    if not found:
        return ""
    errors = re.findall(r"^[\w.]+(?:Error|Exception)\b.*", said, re.MULTILINE)
    why = f" ({errors[-1][:MOST_CHARACTERS]})" if errors else ""
    return f"The migration {found[1]} failed{why}. Correct it."


def _no_table(said: str) -> str:
    table = _found(NO_TABLE, said)
    if not table:
        return ""
    missing = f"The database has no table or column {table[1]}."
    if "django.db." in said:
        return f"{missing} Add to `run`: python manage.py migrate --no-input"
    return (
        f"{missing} Add the command that makes it: to `run` if it may run in each deploy, such as "
        "`flask db upgrade`; to `first-run` if it empties the database, such as `flask init-db`."
    )


def _no_name(said: str) -> str:
    found = _found(NO_NAME, said)
    if not found:
        return ""
    module, name = found["module"], found["name"]
    missing = f"The module {module} has no {name}."
    if found[0].startswith("ImportError"):
        missing = f"The installed {module} has no {name}."
    if module.partition(".")[0] in sys.stdlib_module_names:
        return (
            f"{missing} A newer Python may have removed it: list a newer version of the package "
            "that needs it, or set an older `python-version`. Or one of your files has the same "
            "name as the module."
        )
    return (
        f"{missing} Either the name is wrong, or the code needs another version of the package: "
        "list that version in your requirements. Or one of your files has the same name as the "
        "package."
    )


def _found(patterns: tuple[str, ...], said: str) -> re.Match[str] | None:
    """The first of the patterns that is found."""
    matches = (re.search(pattern, said, re.MULTILINE) for pattern in patterns)
    return next((match for match in matches if match), None)
