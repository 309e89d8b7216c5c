"""A web app that is on PythonAnywhere already, as the config file that leaves it as it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from pa_deploy.detect import Finding, what_a_wsgi_file_says
from pa_deploy.detect.findings import Findings
from pa_deploy.detect.project import Detected
from pa_deploy.detect.secret_names import is_secret_name
from pa_deploy.errors import Problem
from pa_deploy.inputs import BY_NAME
from pa_deploy.loader_files import is_loader
from pa_deploy.model import Actual, Webapp

PLACE = "on PythonAnywhere"
DIRECTORIES = ("source_directory", "working_directory", "virtualenv")
FILES, HEADERS = "static-files", "static-headers"
SECRET_HEADERS = ("authorization", "proxy-authorization", "cookie", "set-cookie")
Read = tuple[Finding, object]
"""A text for the config, and what must be read from it; None if a config must not say it."""


def from_account(webapp: Webapp, actual: Actual) -> Detected:
    """The settings that a config file can say, and notes about the rest. A plan of it is empty."""
    values: list[Finding] = []
    notes: list[Problem] = []
    for finding, meant in (*_settings(webapp), *_mappings(actual), *_headers(actual)):
        if meant is not None and BY_NAME[finding.input_name].read(finding.value).value == meant:
            values.append(finding)
        else:
            notes.append(_left_out(finding))
    notes += _of_wsgi_file(actual)
    if webapp.password_protection.enabled:
        notes.append(_password(webapp))
    said = "The config file does not cover tasks, databases and the account's other files."
    notes.append(Problem("from-account", said, advice="They stay as they are."))
    return Detected(f"the web app {webapp.domain}", Findings(tuple(values), notes=tuple(notes)))


def _settings(webapp: Webapp) -> Iterator[Read]:
    yield Finding("python-version", webapp.python_version, PLACE), webapp.python_version
    for name in DIRECTORIES:
        if value := getattr(webapp, name):
            meant = value if value.startswith("/") else None
            yield Finding(name.replace("_", "-"), value, PLACE), meant
    if webapp.force_https:
        yield Finding("force-https", "true", PLACE), True


def _mappings(actual: Actual) -> Iterator[Read]:
    """A URL that is there twice would lose one of its mappings if it were in the config."""
    rows = actual.static_files or ()
    times = Counter(row.url for row in rows)
    for row in rows:
        is_clear = times[row.url] == 1 and row.path.startswith("/")
        yield Finding(FILES, f"{row.url} = {row.path}", PLACE), (row,) if is_clear else None


def _headers(actual: Actual) -> Iterator[Read]:
    rows = actual.static_headers or ()
    times = Counter((row.url, row.name.lower()) for row in rows)
    for row in rows:
        is_secret = row.name.lower() in SECRET_HEADERS or is_secret_name(row.name.replace("-", "_"))
        is_clear = times[row.url, row.name.lower()] == 1 and not is_secret
        text = f"{row.url} {row.name}: {row.value}"
        yield Finding(HEADERS, text, PLACE), (row,) if is_clear else None


def _left_out(finding: Finding) -> Problem:
    shown = finding.value.partition(": ")[0]
    said = f"{shown!a} is left out of the config file: it is there twice, its path is not "
    said += "absolute, the file cannot have one of its characters, or it may be secret."
    return Problem(finding.input_name, said, advice="It stays as it is.")


def _of_wsgi_file(actual: Actual) -> Iterator[Problem]:
    """What the WSGI file serves, for the day on which the code is shipped from the repository."""
    file = actual.wsgi_file
    if file is None or file.content is None:
        return
    if is_loader(file.content):
        said = f"{file.path} is pa-deploy's: this web app serves releases already."
        advice = "Use the config file that deployed them. init cannot read `source` from here."
        yield Problem("wsgi-file", said, advice=advice)
        return
    told = what_a_wsgi_file_says(file.content)
    parts = (
        ("serves", f"`{told.app}`" if told.app else ""),
        ("uses", ", ".join(told.folders)),
        ("sets", ", ".join(told.variables)),
    )
    does = "; ".join(f"it {verb} {what}" for verb, what in parts if what)
    said = f"{file.path} stays as it is" + (f" ({does})." if does else ".")
    advice = "To ship the code from its repository instead, run `pa-deploy init` there. "
    advice += "Add the database and the uploads that the site has now to `shared`."
    yield Problem("wsgi-file", said, advice=advice)


def _password(webapp: Webapp) -> Problem:
    name = webapp.password_protection.username
    said = f"Visitors must log in, as {name!a}. The password is not read, and stays as it is."
    advice = "To change it, give `password-protection` as a secret."
    return Problem("password-protection", said, advice=advice)
