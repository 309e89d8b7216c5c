"""A static file mapping that changes while the release stays as it is."""

from __future__ import annotations

import pytest

from pa_emulator import Emulator
from tests.hosted import DOMAIN, api, visit
from tests.pa_deploy.release.account import hello
from tests.pa_deploy.release.job import BASE, Job
from tests.runner import Done
from tests.soak import in_soak

CURRENT = f"{BASE}/current"
COLLECT = "mkdir -p staticfiles && echo 'h1 {}' > staticfiles/site.css"


def mappings(pa: Emulator) -> list[tuple[str, str]]:
    rows = api(pa, "GET", f"webapps/{DOMAIN}/static_files/").json()
    return [(row["url"], row["path"]) for row in rows]


def collected(job: Job, **inputs: str) -> Done:
    """A push whose command fills a folder, which no file of the repository tells."""
    return job.push(hello("one"), run=COLLECT, **inputs)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("/static/ = static", 'Write "/static/ = staticfiles"'),
        in_soak(("/static/ = staticfiles\n/img/ = img", "has no img")),
        in_soak(("/static/ = staticfiles\n/img/ = img/small", "has no img/small")),
        in_soak(("/static/ = staticfiles/site.txt", "has no staticfiles/site.txt")),
    ],
)
def test_a_mapping_of_what_the_live_release_does_not_have_is_not_written(
    job: Job, given: str, said: str
) -> None:
    good = collected(job, static_files="/static/ = staticfiles")
    assert good.exit_code == 0, good.log

    done = collected(job, static_files=given)

    assert done.exit_code == 2, done.log
    assert said in done.errors[0]
    assert mappings(job.pa) == [("/static/", f"{CURRENT}/staticfiles")]
    assert visit(job.pa, "/static/site.css").text == "h1 {}\n"


@pytest.mark.soak
@pytest.mark.parametrize("mode", ["check", in_soak("plan")])
def test_check_and_plan_note_it_even_if_the_mapping_is_there(job: Job, mode: str) -> None:
    assert collected(job).exit_code == 0
    api(job.pa, "POST", f"webapps/{DOMAIN}/static_files/", url="/img/", path=f"{CURRENT}/img")

    done = collected(job, static_files="/img/ = img", mode=mode)

    assert done.exit_code == 0, done.log
    assert "The live release has no img" in done.log
    assert "img" in done.summary


@pytest.mark.soak
def test_a_folder_that_is_there_is_mapped(job: Job) -> None:
    assert collected(job).exit_code == 0

    done = collected(job, static_files="/static/ = staticfiles\n/css/ = staticfiles/site.css")

    assert done.exit_code == 0, done.log
    assert visit(job.pa, "/static/site.css").text == "h1 {}\n"


@pytest.mark.soak
def test_an_empty_folder_is_not_mapped(job: Job) -> None:
    command = "mkdir -p empty"
    assert job.push(hello("one"), run=command).exit_code == 0

    done = job.push(hello("one"), run=command, static_files="/empty/ = empty")

    assert (done.exit_code, mappings(job.pa)) == (2, [])
    assert "empty of the live release has no files" in done.errors[0]


@pytest.mark.soak
@pytest.mark.parametrize(
    "inputs",
    [
        {"static_check": "false", "static_files": "/img/ = img"},
        in_soak({"shared": "img/", "static_files": "/img/ = img"}),
    ],
)
def test_what_may_be_empty_is_mapped(job: Job, inputs: dict[str, str]) -> None:
    first = {**inputs, "static_files": "", "run": "true"}
    assert job.push(hello("one"), **first).exit_code == 0

    assert job.push(hello("one"), **{**first, **inputs}).exit_code == 0

    assert mappings(job.pa) == [("/img/", f"{CURRENT}/img")]


@pytest.mark.soak
def test_a_static_site_is_not_left_without_its_pages(job: Job) -> None:
    pages = {"public/index.html": "home"}
    files = {"app": "", "run": "mkdir -p made && cp public/index.html made/"}
    assert job.push(pages, static_files="/ = made", **files).exit_code == 0

    done = job.push(pages, static_files="/ = nothere", **files)

    assert (done.exit_code, visit(job.pa, "/index.html").text) == (2, "home")
