"""The Python that a release is prepared with."""

from __future__ import annotations

import pytest

from tests.hosted import make_virtualenv, visit
from tests.pa_deploy.release.account import hello
from tests.pa_deploy.release.job import Job
from tests.terminal import Terminal


@pytest.mark.soak
def test_a_virtualenv_that_comes_with_a_release_is_tried_with_it(job: Job) -> None:
    """The live site has none until it is reloaded."""
    make_virtualenv(job.pa, "mysite")
    (packages,) = job.pa.path("/home/alice/.virtualenvs/mysite").glob("lib/python3.*/site-packages")
    (packages / "only_here.py").touch()
    imports = {"mysite.py": "import only_here\n" + hello("")["mysite.py"], "text": "two"}

    done = job.push(imports, virtualenv="mysite")

    assert done.exit_code == 0, done.log
    assert visit(job.pa).text == "two"


def package(job: Job, name: str) -> str:
    """Make a virtualenv with a module of its own; an app that imports it."""
    make_virtualenv(job.pa, name)
    (packages,) = job.pa.path(f"/home/alice/.virtualenvs/{name}").glob(
        "lib/python3.*/site-packages"
    )
    (packages / f"only_{name}.py").touch()
    return f"import only_{name}\n" + hello("")["mysite.py"]


FAILS_LIVE = """\
try:
    import uwsgi
except ImportError:
    pass
else:
    raise ValueError("live")
"""


@pytest.mark.soak
def test_the_release_before_comes_back_with_the_virtualenv_that_it_had(job: Job) -> None:
    """The failed one is live in another, whose Python does not have the packages."""
    one, two = package(job, "one"), package(job, "two")
    assert job.push({"mysite.py": one, "text": "with one"}, virtualenv="one").exit_code == 0

    done = job.push({"mysite.py": FAILS_LIVE + two, "text": "two"}, virtualenv="two")

    assert done.exit_code == 8, done.log
    assert visit(job.pa).text == "with one", done.log


@pytest.mark.soak
def test_a_rollback_in_one_virtualenv_finds_its_packages(job: Job, terminal: Terminal) -> None:
    one = package(job, "one")
    assert job.push({"mysite.py": one, "text": "first"}, virtualenv="one").exit_code == 0
    assert job.push({"mysite.py": one, "text": "second"}, virtualenv="one").exit_code == 0

    done = terminal.type("rollback")

    assert (done.exit_code, visit(job.pa).text) == (0, "first"), done.err


@pytest.mark.soak
def test_a_rollback_is_tried_with_the_virtualenv_of_the_web_app(
    job: Job, terminal: Terminal
) -> None:
    """It changes no configuration: live, it would not find the packages of the former one."""
    one, two = package(job, "one"), package(job, "two")
    assert job.push({"mysite.py": one, "text": "first"}, virtualenv="one").exit_code == 0
    assert job.push({"mysite.py": two, "text": "second"}, virtualenv="two").exit_code == 0

    done = terminal.type("rollback")

    assert (done.exit_code, visit(job.pa).text) == (9, "second"), done.err
