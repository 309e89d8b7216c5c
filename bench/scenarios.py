"""The pieces of work, each with its contenders."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import requests

from bench.curl import Get, Send, Step, curl
from bench.model import Contender, Scenario
from pa_emulator import Emulator

DOMAIN = "alice.pythonanywhere.com"
WEBAPP = f"webapps/{DOMAIN}/"
MAPPINGS = (("/static/", "/home/alice/mysite/static"), ("/media/", "/home/alice/mysite/media"))
METHOD = """\
All contenders do the same work against the local PythonAnywhere of this repository, over TLS, through
a relay that delays each connection by one round trip and each direction by half of one. They take
turns; each figure is the median of the rounds. *Requests* are those to the API, *sent* is what went
over the wire, TLS included, *memory* is the peak of the contender's process. The limit is the shortest
sequence of calls that does the work, in one keep-alive `curl` process. Seconds marked with ≈ are in
part added up: such a contender waits for the rate limit by moving the server's clock, and its round
trips are multiplied out."""
CONTENDERS = Path(__file__).parent / "contenders"
PA_DEPLOY = Path(sys.executable).parent / "pa-deploy"


def api(emulator: Emulator, method: str, path: str, /, **form: str) -> requests.Response:
    """What is not measured."""
    answer = requests.request(
        method,
        f"{emulator.url}/api/v0/user/{emulator.username}/{path}",
        headers={"Authorization": f"Token {emulator.token}"},
        data=form,
        verify=str(emulator.ca),
        timeout=60,
    )
    answer.raise_for_status()
    return answer


def configured(emulator: Emulator, mappings: Sequence[tuple[str, str]] = MAPPINGS) -> None:
    """A web app as the deploys below would have made it, and every rate limit's minute over."""
    emulator.reset()
    api(emulator, "POST", "webapps/", domain_name=DOMAIN, python_version="python313")
    api(emulator, "PATCH", WEBAPP, source_directory="/home/alice/mysite")
    for url, path in mappings:
        api(emulator, "POST", f"{WEBAPP}static_files/", url=url, path=path)
        emulator.advance(2)
    api(emulator, "POST", f"{WEBAPP}reload/")
    emulator.advance(61)


def pa_deploy(
    prepare: Callable[[], None],
    mappings: Sequence[tuple[str, str]] = MAPPINGS,
    **inputs: str,
) -> Contender:
    rows = "\n".join(f"{url} = {path}" for url, path in mappings)
    given = {
        "python_version": "3.13",
        "source_directory": "/home/alice/mysite",
        "static_files": rows,
        **inputs,
    }
    return Contender(
        name="pa-deploy",
        command=(str(PA_DEPLOY), "deploy"),
        prepare=prepare,
        environ={f"PA_{name.upper()}": text for name, text in given.items()},
    )


def limit(
    prepare: Callable[[], None], steps: Sequence[Step], *, parallel: bool = False
) -> Contender:
    return Contender(name="limit (curl)", command=curl(steps, parallel=parallel), prepare=prepare)


def account(path: str) -> str:
    return f"/api/v0/user/alice/{path}"


LOOK = (Get(path=account("webapps/")), Get(path=account(f"{WEBAPP}static_files/"), may_fail=True))
VISIT = Get(path="/", host=DOMAIN)
RELOAD = Send(method="POST", path=account(f"{WEBAPP}reload/"))


def no_change(emulator: Emulator) -> Sequence[Contender]:
    ready = partial(configured, emulator)
    return (
        limit(ready, (*LOOK, VISIT), parallel=True),
        pa_deploy(ready, reload="auto"),
    )


def first_deploy(emulator: Emulator) -> Sequence[Contender]:
    steps = (*LOOK, *creation(DOMAIN), *(added(DOMAIN, *each) for each in MAPPINGS), RELOAD, VISIT)

    def absent() -> None:
        # The library takes only 404 for a web app that is not there, PythonAnywhere says 403.
        emulator.reset()
        emulator.clear_faults()
        emulator.add_fault(method="GET", path=account(WEBAPP), status=404, times=1)

    return (
        limit(emulator.reset, steps),
        pa_deploy(emulator.reset),
        Contender(
            name="pythonanywhere-core", command=script("core.py", DOMAIN), prepare=absent
        ),
    )


def creation(domain: str) -> tuple[Step, ...]:
    new = (("domain_name", domain), ("python_version", "python313"))
    directory = (("source_directory", "/home/alice/mysite"),)
    return (
        Send(method="POST", path=account("webapps/"), form=new),
        Send(method="PATCH", path=account(f"webapps/{domain}/"), form=directory),
    )


def added(domain: str, url: str, path: str) -> Step:
    row = (("url", url), ("path", path))
    return Send(method="POST", path=account(f"webapps/{domain}/static_files/"), form=row)


def one_mapping(count: int, emulator: Emulator) -> Sequence[Contender]:
    wanted = [(f"/s{number}/", f"/home/alice/s{number}") for number in range(count)]
    changed = [*wanted[:-1], (wanted[-1][0], "/home/alice/elsewhere")]
    row_id = ""

    def ready() -> None:
        configured(emulator, changed)
        nonlocal row_id
        row_id = str(api(emulator, "GET", f"{WEBAPP}static_files/").json()[-1]["id"])

    ready()
    correction = Send(
        method="PATCH",
        path=account(f"{WEBAPP}static_files/{row_id}/"),
        form=(("url", wanted[-1][0]), ("path", wanted[-1][1])),
    )
    return (
        limit(ready, (*LOOK, correction, RELOAD, VISIT)),
        pa_deploy(ready, wanted, reload="auto"),
    )


def script(name: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, str(CONTENDERS / name), *arguments)


def twenty(emulator: Emulator) -> Sequence[Contender]:
    domains = [f"site{number}-alice.pythonanywhere.com" for number in range(20)]
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    entries = "".join(
        f'[[webapp]]\ndomain = "{domain}"\npython-version = "3.13"\n'
        'source-directory = "~/mysite"\nhealth-check = "none"\n'
        'static-files = { "/static/" = "~/mysite/static" }\n\n'
        for domain in domains
    )
    (folder / "twenty.toml").write_text(entries)
    steps: list[Step] = [Get(path=account("webapps/"))]
    for domain in domains:
        reload = Send(method="POST", path=account(f"webapps/{domain}/reload/"))
        steps += [*creation(domain), added(domain, *MAPPINGS[0]), reload]

    def ready() -> None:
        emulator.reset()
        emulator.advance(61)

    return (
        limit(ready, steps),
        Contender(
            name="pa-deploy",
            command=(str(PA_DEPLOY), "deploy"),
            prepare=ready,
            environ={"PA_CONFIG": str(folder / "twenty.toml")},
        ),
    )


SCENARIOS = (
    Scenario(name="no-change", title="A configured web app, nothing to do", contenders=no_change),
    Scenario(
        name="first",
        title="First deploy: create, Python version, source directory, two mappings, reload",
        contenders=first_deploy,
    ),
    Scenario(
        name="mapping-5", title="One mapping of 5 changed", contenders=partial(one_mapping, 5)
    ),
    Scenario(
        name="mapping-200", title="One mapping of 200 changed", contenders=partial(one_mapping, 200)
    ),
    Scenario(
        name="twenty",
        title="First deploy of 20 web apps from one config file, without asking their sites",
        contenders=twenty,
        rounds=3,
    ),
)
