"""A web app that is on PythonAnywhere already, as the config file that leaves it as it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pa_deploy.detect import Finding, what_a_wsgi_file_says
from pa_deploy.detect.findings import Findings
from pa_deploy.detect.project import Detected
from pa_deploy.errors import Problem
from pa_deploy.inputs import BY_NAME
from pa_deploy.loader_files import is_loader
from pa_deploy.model import Actual, StaticFile, StaticHeader, Webapp

PLACE = "on PythonAnywhere"
DIRECTORIES = ("source_directory", "working_directory", "virtualenv")
FILES, HEADERS = "static-files", "static-headers"


def from_account(webapp: Webapp, actual: Actual) -> Detected:
    """The settings that a config file can say, and notes about the rest. A plan of it is empty."""
    values: list[Finding] = []
    notes: list[Problem] = []
    for finding in (*_settings(webapp), *_mappings(actual.static_files or ())):
        _keep(finding, values, notes)
    for row in actual.static_headers or ():
        _keep(_header(row), values, notes)
    notes += _of_wsgi_file(actual)
    if webapp.password_protection.enabled:
        notes.append(_password(webapp))
    said = "The config file does not cover tasks, databases and the account's other files."
    notes.append(Problem("from-account", said, advice="They stay as they are."))
    return Detected(f"the web app {webapp.domain}", Findings(tuple(values), notes=tuple(notes)))


def _settings(webapp: Webapp) -> Iterator[Finding]:
    yield Finding("python-version", webapp.python_version, PLACE)
    for name in DIRECTORIES:
        if value := getattr(webapp, name):
            yield Finding(name.replace("_", "-"), value, PLACE)
    if webapp.force_https:
        yield Finding("force-https", "true", PLACE)


def _mappings(rows: Sequence[StaticFile]) -> Iterator[Finding]:
    for row in rows:
        yield Finding(FILES, f"{row.url} = {row.path}", PLACE)


def _header(row: StaticHeader) -> Finding:
    return Finding(HEADERS, f"{row.url} {row.name}: {row.value}", PLACE)


def _keep(finding: Finding, values: list[Finding], notes: list[Problem]) -> None:
    """Take it into the config, if it would be read there as it is on PythonAnywhere."""
    one = BY_NAME[finding.input_name]
    before = [each.value for each in values if each.input_name == finding.input_name]
    reading = one.read("\n".join((*before, finding.value)))
    is_whole = not one.is_list or (
        isinstance(reading.value, tuple) and len(reading.value) == len(before) + 1
    )
    is_same = one.is_list or one.name == "force-https" or str(reading.value) == finding.value
    if reading.complaints or not (is_whole and is_same):
        said = f"{finding.value!a} cannot be written in the config file."
        notes.append(Problem(finding.input_name, said, advice="It stays as it is."))
    else:
        values.append(finding)


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
