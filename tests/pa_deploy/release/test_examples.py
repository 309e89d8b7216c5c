"""The examples, deployed by entrypoint.py as their workflows say, from an empty free account."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import yaml

from pa_emulator import Emulator
from tests.hosted import DOMAIN, visit
from tests.pa_deploy.dependencies import wheels
from tests.pa_deploy.release.account import hello
from tests.pa_deploy.release.shipper import calls, releases
from tests.places import ROOT
from tests.runner import Done, Runner
from tests.soak import one_in

EXAMPLES = ROOT / "examples"
SECRET = "s3cr3t-for-django"


@pytest.fixture(scope="session")
def free_emulator() -> Iterator[Emulator]:
    """A free account, with the rate limit that PythonAnywhere has."""
    with Emulator(username="alice", plan="free", rate_limit=40) as running:
        yield running


@pytest.fixture
def pa(free_emulator: Emulator) -> Emulator:
    free_emulator.reset()
    return free_emulator


@pytest.fixture
def runner(tmp_path: Path, pa: Emulator) -> Runner:
    """A job that has checked the repository out; wheels come from the tests' own packages."""
    made = Runner(tmp_path / "job", pa)
    shutil.copytree(EXAMPLES, made.workspace / "examples")
    return made


def inputs_of(name: str) -> dict[str, str]:
    """The inputs in the workflow, but for the site's https, which the emulator has not."""
    workflow = yaml.safe_load((EXAMPLES / "workflows" / f"{name}.yml").read_text())
    step = next(s for s in workflow["jobs"]["deploy"]["steps"] if "/pa-deploy@" in s["uses"])
    given = {key.replace("-", "_"): str(value) for key, value in step["with"].items()}
    del given["token"], given["username"], given["force_https"]
    return {
        key: value.replace("${{ secrets.DJANGO_SECRET_KEY }}", SECRET)
        for key, value in given.items()
    }


def offline(folder: Path, *packages: str) -> None:
    """Have the requirements resolved from wheels beside them."""
    wheels.repack(folder / "wheels", *packages)
    file = folder / "requirements.txt"
    file.write_text(f"--no-index\n--find-links wheels\n{file.read_text()}")
    ignore = folder / ".gitignore"
    ignore.write_text((ignore.read_text() if ignore.exists() else "") + "wheels/\n")


def sent_bytes(done: Done) -> int:
    """What the log says was uploaded, in bytes."""
    sizes = re.findall(r"^Upload (?:archive|part [^:]*): ([\d,]+) bytes", done.log, re.MULTILINE)
    return sum(int(size.replace(",", "")) for size in sizes)


@pytest.fixture
def django(runner: Runner) -> tuple[Runner, dict[str, str]]:
    offline(runner.workspace / "examples" / "django", "Django", "asgiref", "sqlparse")
    return runner, inputs_of("django")


def write_a_row(pa: Emulator, text: str) -> None:
    """Fill in the form of the guest book, as a browser does."""
    page = visit(pa)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    assert token
    headers = {
        "Host": DOMAIN,
        "Cookie": f"csrftoken={page.cookies['csrftoken']}",
        "Origin": f"https://{DOMAIN}",
    }
    data = {"text": text, "csrfmiddlewaretoken": token[1]}
    answer = requests.post(f"{pa.url}/", data, headers=headers, timeout=30, allow_redirects=False)
    assert answer.status_code == 302


def test_django_goes_live_and_a_changed_template_costs_thirteen_requests(
    django: tuple[Runner, dict[str, str]], pa: Emulator
) -> None:
    runner, inputs = django
    first = runner.run(**inputs)
    assert first.exit_code == 0, first.log
    assert "<h1>Guest book</h1>" in visit(pa).text
    for path in ("/static/guestbook/style.css", "/static/admin/css/base.css"):
        assert visit(pa, path).status_code == 200
    write_a_row(pa, "written before the second deploy")
    template = runner.workspace / "examples/django/guestbook/templates/guestbook/index.html"
    template.write_text(template.read_text().replace("<h1>Guest book", "<h1>Our guest book"))
    pa.clear_rate_limit()
    calls(pa)

    second = runner.run(**inputs)

    made = calls(pa)
    assert second.exit_code == 0, second.log
    assert len(made) <= 13, made
    assert sent_bytes(second) < 20 * 1024
    page = visit(pa).text
    assert "<h1>Our guest book</h1>" in page
    assert "written before the second deploy" in page
    assert second.outputs["previous-release"] == first.outputs["release"]
    assert second.outputs["release"] == visit(pa).headers["X-Release"]


@pytest.mark.soak
def test_the_secret_of_django_is_nowhere_but_on_the_account(
    django: tuple[Runner, dict[str, str]],
) -> None:
    runner, inputs = django

    done = runner.run(**inputs, report="report.json")

    assert done.exit_code == 0, done.log
    shown = [line for line in done.log.splitlines() if not line.startswith("::add-mask")]
    told = [*shown, done.summary, *done.outputs.values()]
    told.append((runner.workspace / "report.json").read_text())
    assert not [text for text in told if SECRET in text]


@pytest.mark.soak
def test_flask_goes_live(runner: Runner, pa: Emulator) -> None:
    packages = ("Flask", "blinker", "click", "itsdangerous", "Jinja2", "Werkzeug")
    offline(runner.workspace / "examples" / "flask", *packages)
    # The only one with compiled parts; its pure fallback serves here.
    wheels.repack(runner.workspace / "examples" / "flask" / "wheels", "MarkupSafe")

    done = runner.run(**inputs_of("flask"))

    assert done.exit_code == 0, done.log
    assert "Hello from Flask" in visit(pa).text
    assert visit(pa, "/static/style.css").status_code == 200


@pytest.mark.soak
def test_fastapi_goes_live(runner: Runner, pa: Emulator) -> None:
    packages = ("fastapi", "a2wsgi", "starlette", "pydantic", "annotated-types", "annotated-doc")
    more = ("anyio", "idna", "typing_extensions", "typing-inspection", "opentelemetry-api")
    # The last one has compiled parts, for the Python that runs the tests.
    offline(runner.workspace / "examples" / "fastapi", *packages, *more, "pydantic_core")
    own_python = ".".join(map(str, sys.version_info[:2]))

    done = runner.run(**{**inputs_of("fastapi"), "python_version": own_python})

    assert done.exit_code == 0, done.log
    assert visit(pa).json() == {"message": "Hello from FastAPI"}
    assert visit(pa, "/squares/7").json() == {"number": 7, "square": 49}
    assert visit(pa, "/squares/x").status_code == 422


@pytest.mark.soak
@pytest.mark.parametrize(
    ("name", "page", "said"),
    one_in(
        2,
        [
            ("index.html", None, "GET / answered 404. The release has no file index.html"),
            ("index.html", "oops", 'GET / answered without the text "A static site"'),
            ("about/index.html", None, "The release has no file about/index.html"),
        ],
    ),
)
def test_a_static_site_without_its_page_is_refused(
    runner: Runner, pa: Emulator, name: str, page: str | None, said: str
) -> None:
    given = inputs_of("static-site")
    if name != "index.html":
        given |= {"health_check": f"/{name.removesuffix('index.html')}", "health_text": ""}
    assert runner.run(**given).exit_code == 0
    place = runner.workspace / "examples/static-site/public" / name
    if page is None:
        place.unlink()
    else:
        place.write_text(page)

    done = runner.run(**given)

    assert done.exit_code == 9
    assert said in done.errors[0]
    assert "A static site" in visit(pa).text


def test_a_static_site_goes_live_and_is_changed(runner: Runner, pa: Emulator) -> None:
    assert runner.run(**inputs_of("static-site")).exit_code == 0
    page = runner.workspace / "examples/static-site/public/about/index.html"
    page.write_text(page.read_text().replace("About", "About us"))

    done = runner.run(**inputs_of("static-site"))

    assert done.exit_code == 0, done.log
    assert "A static site" in visit(pa).text
    assert "About us" in visit(pa, "/about/").text
    assert visit(pa, "/style.css").headers["Content-Type"].startswith("text/css")
    assert visit(pa, "/missing").status_code == 404


@pytest.mark.soak
def test_a_second_run_with_nothing_new_ships_nothing(runner: Runner, pa: Emulator) -> None:
    runner.run(**inputs_of("static-site"))
    calls(pa)

    done = runner.run(**inputs_of("static-site"), reload="auto")

    assert (done.exit_code, done.outputs["changed"], done.outputs["reloaded"]) == (
        0,
        "false",
        "false",
    )
    assert not [call for call in calls(pa) if call.startswith("POST") and "/lock/" not in call]


def site_of(folder: Path, count: int) -> None:
    """An app among so many files."""
    files = {**hello("one"), **{f"d{n % 7}/f{n}.py": f"N = {n}\n" for n in range(count - 2)}}
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


@pytest.mark.soak
def test_a_thousand_files_cost_as_many_requests_as_ten(runner: Runner, pa: Emulator) -> None:
    counts = []
    for count in (10, 1000):
        pa.reset()
        site_of(runner.workspace / f"site{count}", count)
        inputs = {"source": f"site{count}", "app": "mysite:app", "python_version": "3.13"}

        done = runner.run(**inputs)

        assert done.exit_code == 0, done.log
        assert f"Code: {count:,} of {count:,} files are new or changed" in done.log
        assert visit(pa).text == "one"
        looks = ("GET " + releases("status.json"), "GET " + releases("boot.json"))
        counts.append(len([call for call in calls(pa) if call not in looks]))

    assert counts[1] - counts[0] in (0, 1)
