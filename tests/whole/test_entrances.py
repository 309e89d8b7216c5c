"""A secret stays hidden whoever writes it, wherever it comes in, and however it is encoded."""

from __future__ import annotations

import base64
import html
import itertools
import json
import re
from collections.abc import Callable
from urllib.parse import quote

import pytest

from pa_emulator import Emulator
from tests import hosted
from tests.hosted import DOMAIN
from tests.scripted_server import Reply, ScriptedServer
from tests.soak import one_in
from tests.workflow_job import Job

WORD = "hunterseven"
"""It has letters alone, as the words around it have."""
SITE = ("--python-version=3.13", "--force-https=true", "--static-files=/s/ = /x", "--reload=never")


@pytest.fixture
def webapp(pa: Emulator) -> str:
    hosted.api(pa, "POST", "webapps/", domain_name=DOMAIN, python_version="python313")
    return DOMAIN


def refusal(pa: Emulator, body: str, status: int = 400) -> None:
    pa.add_fault(method="PATCH", path=".*", status=status, body=body, times=1)


def rows(pa: Emulator) -> None:
    url, path = f"/{WORD}/", f"/home/alice/{WORD}"
    hosted.api(pa, "POST", f"webapps/{DOMAIN}/static_files/", url=url, path=path)
    hosted.api(pa, "POST", f"webapps/{DOMAIN}/static_headers/", url=url, name="X-A", value=WORD)
    hosted.api(pa, "PATCH", f"webapps/{DOMAIN}/", source_directory=path)


def not_kept(pa: Emulator) -> None:
    row = {"id": 1, "url": f"/{WORD}/", "path": "/x"}
    pa.add_fault(method="POST", path=".*/static_files/$", status=201, body=json.dumps(row), times=1)


def ticket(pa: Emulator) -> None:
    name = "1000000000-0000000000000000-4000000000"
    folder = pa.path(f"/home/alice/.pa-deploy/{DOMAIN}/lock")
    folder.mkdir(parents=True)
    (folder / name).write_text(json.dumps({"owner": WORD, "run": f"https://ci.example/{WORD}"}))


def error_log(pa: Emulator) -> None:
    log = pa.path(f"/var/log/{DOMAIN}.error.log")
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text(f"password {WORD}#012{WORD}\n")


Preparation = Callable[[Emulator], object]
STATIC_HEADERS = "--static-headers=/s/ X-A: 1"
ENTRANCES: dict[str, tuple[Preparation, tuple[str, ...], str]] = {
    "a reason": (lambda pa: refusal(pa, json.dumps({"detail": f"no {WORD}"})), (), "no ***"),
    "a field's reason": (lambda pa: refusal(pa, json.dumps({WORD: [f"no {WORD}"]})), (), "***"),
    "a page": (lambda pa: refusal(pa, f"<title>no {WORD}</title>"), (), "no ***"),
    "an unknown shape": (lambda pa: refusal(pa, json.dumps({WORD: 1}), 200), (), "the keys ***"),
    "rows": (rows, (STATIC_HEADERS,), "The mapping /***/ → /home/alice/*** is not listed"),
    "rows to delete": (rows, (STATIC_HEADERS, "--prune=true", "--mode=check"),
                       "Delete static header X-A for /***/: ***"),
    "a setting": (rows, ("--source-directory=/x",), "source-directory: /home/alice/*** → /x"),
    "a path that is missing": (rows, ("--mode=plan",), "/home/alice/*** does not exist"),
    "a value that was not kept": (not_kept, (), "its answer shows: /x"),
    "the lock's ticket": (ticket, ("--lock-timeout=1",), "(*** https://ci.example/***)"),
    "an error log": (error_log, ("--reload=always", "--health-text=never", "--health-timeout=1"),
                     "| password ***"),
    "text of the site": (lambda _: None, ("--reload=always", f"--health-text={WORD}",
                         "--health-timeout=1"), 'without the text "***"'),
    "a page to ask for": (lambda _: None, ("--reload=always", f"--health-check=/{WORD}",
                          "--health-timeout=1"), f"https://{DOMAIN}/*** answered"),
    "an input": (lambda _: None, (f"--static-files=/{WORD}/ = /{WORD}",), "mapping /***/: /***"),
    "a bad input": (lambda _: None, (f"--static-files={WORD}",), '"***" is not a mapping'),
    "a file of the workspace": (lambda _: None, (f"--wsgi-file={WORD}.py",), '"***.py": no such'),
    "an option": (lambda _: None, (f"--{WORD}",), "No such option '--***'"),
}  # fmt: skip


@pytest.mark.parametrize("entrance", ENTRANCES)
@pytest.mark.usefixtures("webapp")
def test_no_entrance_lets_the_password_in(job: Job, pa: Emulator, entrance: str) -> None:
    prepare, flags, said = ENTRANCES[entrance]
    prepare(pa)

    given = {flag.partition("=")[0]: flag for flag in (*SITE, *flags)}.values()
    shown = job.type("deploy", *given, "--report=report.json", password=WORD)

    told = job.everything(shown)
    assert WORD not in told
    assert said in told.replace("%0A", "\n")


def test_the_config_file_is_an_entrance_too(job: Job) -> None:
    (job.folder / "pa-deploy.toml").write_text(f'{WORD} = 1\n[environments."{WORD}"]\nx = 1\n')

    shown = job.type("deploy", f"--environment=a{WORD}", password=WORD)
    (job.folder / "pa-deploy.toml").unlink()

    assert shown.exit_code == 2
    assert WORD not in job.everything(shown)
    assert "line 1: ***: there is no such key here" in shown.out.replace("%0A", "\n")


def test_a_redirect_is_an_entrance_too(job: Job, server: ScriptedServer) -> None:
    job.terminal.environ.update(PA_HOST=server.url, PA_ALLOW_HOST=server.url)
    server.answers(Reply(status=302, headers={"Location": f"https://x.example/{WORD}"}, body="x"))

    shown = job.type("deploy", "--python-version=3.13", password=WORD)

    assert WORD not in job.everything(shown)
    assert "a redirect to https://x.example/***." in shown.out


@pytest.mark.parametrize(
    "words",
    ["static-files list", "static-files list --json", "webapps show", "webapps list --json",
     "status", "status --json", "logs", "logs --json", "files tree ~"],
)  # fmt: skip
@pytest.mark.usefixtures("webapp")
def test_no_command_shows_the_password(job: Job, pa: Emulator, words: str) -> None:
    del job.terminal.environ["GITHUB_ACTIONS"]
    rows(pa)
    error_log(pa)
    pa.path(f"/home/alice/{WORD}").mkdir(parents=True)

    shown = job.type(*words.split(), password=WORD)

    assert shown.exit_code == 0, shown.err
    assert "***" in shown.out
    assert WORD not in shown.out + shown.err


ODD = "a'b<c>&d\"e/f é"
ENCODINGS: dict[str, Callable[[str], str]] = {
    "HTML": html.escape,
    "HTML as Django writes it": lambda text: html.escape(text).replace("&#x27;", "&#39;"),
    "HTML in numbers": lambda text: "".join(f"&#{ord(sign)};" for sign in text),
    "HTML in hexadecimal": lambda text: "".join(f"&#x{ord(sign):X};" for sign in text),
    "HTML by names": lambda text: html.escape(text).replace("é", "&eacute;"),
    "HTML twice": lambda text: html.escape(html.escape(text)),
    "percent": lambda text: quote(text, safe=""),
    "percent, as browsers do": lambda text: quote(text, safe="!'()*~/"),
    "percent, all of it": lambda text: "".join(f"%{byte:02x}" for byte in text.encode()),
    "percent twice": lambda text: quote(quote(text, safe=""), safe=""),
    "a form": lambda text: quote(text, safe="").replace("%20", "+"),
    "JSON": lambda text: json.dumps(text)[1:-1],
    "JSON as PHP writes it": lambda text: json.dumps(text)[1:-1].replace("/", "\\/"),
    "JSON within HTML": lambda text: html.escape(json.dumps(text)[1:-1]),
    "JSON in JSON": lambda text: json.dumps(json.dumps(text)[1:-1])[1:-1],
    "JSON for a script": lambda text: re.sub(
        "[<>&']", lambda sign: f"\\u{ord(sign[0]):04X}", json.dumps(text)[1:-1]
    ),
    "Python": lambda text: ascii(text)[1:-1],
    "base64": lambda text: base64.b64encode(f"carol:{text}".encode()).decode(),
}


@pytest.mark.parametrize(
    ("shape", "encoding"),
    one_in(5, itertools.product(["<title>You sent [{}]</title>", "You sent [{}]"], ENCODINGS)),
)
@pytest.mark.usefixtures("webapp")
def test_a_page_that_echoes_it_encoded_does_not_show_it(
    job: Job, pa: Emulator, encoding: str, shape: str
) -> None:
    echo = ENCODINGS[encoding](ODD)
    refusal(pa, shape.format(echo))

    shown = job.type("deploy", *SITE, password=ODD)

    assert shown.exit_code == 5
    said = re.findall(r"You sent \[(.*?)\]", shown.out)
    assert said and set(said) <= {"***", "Y2Fyb2w6***", "Y2Fyb2w***"}, said  # noqa: PT018 - of one
