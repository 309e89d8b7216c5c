"""The Python that a release is prepared with."""

from __future__ import annotations

from tests.hosted import make_virtualenv, visit
from tests.pa_deploy.release.account import hello
from tests.pa_deploy.release.job import Job


def test_a_virtualenv_that_comes_with_a_release_is_tried_with_it(job: Job) -> None:
    """The live site has none until it is reloaded."""
    make_virtualenv(job.pa, "mysite")
    (packages,) = job.pa.path("/home/alice/.virtualenvs/mysite").glob("lib/python3.*/site-packages")
    (packages / "only_here.py").touch()
    imports = {"mysite.py": "import only_here\n" + hello("")["mysite.py"], "text": "two"}

    done = job.push(imports, virtualenv="mysite")

    assert done.exit_code == 0, done.log
    assert visit(job.pa).text == "two"
