"""The web app as it is configured, and the paths that it uses."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from pa_deploy.deploy import Tools
from pa_deploy.doctor.expiry import expiry_line
from pa_deploy.doctor.line import Line, tried
from pa_deploy.errors import NotFound
from pa_deploy.loader_files import is_loader, is_untouched
from pa_deploy.model import Actual, WantedWebapp, Webapp
from pa_deploy.plan import used_paths
from pa_deploy.reconcile import find_missing
from pa_deploy.settings import wsgi_path


def lines(found: Webapp, tools: Tools) -> Iterator[Line]:
    yield Line("web app", "ok", f"{found.domain} runs Python {found.python_version}.")
    yield expiry_line(found, tools.deadline.clock.today())
    yield from tried("paths", partial(_paths, found, tools))
    yield from tried("WSGI file", partial(_wsgi_file, found, tools))


def _paths(found: Webapp, tools: Tools) -> Iterator[Line]:
    """The virtualenv, the folders and those of the mappings."""
    rows = tools.api.static_files.list(found.domain)
    actual = Actual(observed_on=tools.deadline.clock.today(), webapp=found, static_files=rows)
    used = dict(used_paths(actual, WantedWebapp(domain=found.domain)))
    missing = find_missing(tools.api, used)
    for path in missing:
        said = f"{path} does not exist, but {used[path]} points to it."
        advice = "Create it, or correct the input that names it."
        yield Line("paths", "wrong", said, advice, NotFound.exit_code)
    if not missing:
        yield Line("paths", "ok", f"All {len(used)} paths that the web app uses exist.")


def _wsgi_file(found: Webapp, tools: Tools) -> Iterator[Line]:
    path = wsgi_path(found.domain)
    content = tools.api.files.read(path)
    if content is None:
        said, advice = f"There is no {path}, so the site cannot start.", "Run: pa-deploy deploy"
        yield Line("WSGI file", "wrong", said, advice, NotFound.exit_code)
    elif not is_loader(content):
        yield Line("WSGI file", "ok", f"{path} is not pa-deploy's, so no releases are served.")
    elif is_untouched(content):
        yield Line("WSGI file", "ok", f"{path} is pa-deploy's.")
    else:
        said = f"{path} is pa-deploy's, and somebody has edited it."
        advice = "The next deploy moves the edited file to backups/, and writes its own."
        yield Line("WSGI file", "note", said, advice)
