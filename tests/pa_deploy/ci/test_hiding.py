"""What `Hiding` finds of a secret in a text, and what a CI is asked to mask."""

from __future__ import annotations

import base64
import io
from html.entities import html5
from pathlib import Path

import pytest

from pa_deploy.ci import Ci, Hiding
from tests.pa_deploy.ci.job import Job

INVISIBLE = {
    "byte order mark": "\ufeffhunter22long",
    "mark of direction": "\u200ehunter22long",
    "control character": "hunter\x0122long",
    "colour": "hunter\x1b[31m22long",
    "tag and blank": "\U000e0041 hunter22long",
}
SHORT = ("a1b2c", "a1b2c3", "é1é2é")


def hiding(secret: str) -> Hiding:
    found = Hiding()
    found.add(secret)
    return found


@pytest.mark.parametrize("secret", INVISIBLE.values(), ids=INVISIBLE)
@pytest.mark.parametrize(
    "said", ["{}", "hunter22long", base64.b64encode(b"<hunter22long>").decode()]
)
def test_a_secret_is_hidden_with_what_nobody_sees_of_it_and_without(secret: str, said: str) -> None:
    assert "hunter22long" not in hiding(secret).redact(f"x={said.format(secret)}")
    assert "***" in hiding(secret).redact(f"x={said.format(secret)}")


@pytest.mark.parametrize("secret", INVISIBLE.values(), ids=INVISIBLE)
def test_what_a_program_encodes_is_the_whole_secret(secret: str) -> None:
    assert hiding(secret).redact(f"<{secret.encode().hex()}>") == "<***>"


@pytest.mark.parametrize("system", ["github", "gitea", "azure"])
def test_a_ci_masks_a_secret_as_it_is_shown_too(system: str, tmp_path: Path) -> None:
    with Job(system, tmp_path) as job:
        job.ci.mask("\ufeffhunter22long")

    masks = [line.rpartition(":")[2].rpartition("]")[2] for line in job.log().splitlines()]
    assert masks == ["\ufeffhunter22long", "hunter22long"]


@pytest.mark.parametrize("secret", SHORT)
@pytest.mark.parametrize("before", ["", "x", "carol:"])
@pytest.mark.parametrize("behind", ["", "\n", " and more"])
def test_base64_of_the_shortest_secret_is_hidden(secret: str, before: str, behind: str) -> None:
    encoded = base64.b64encode(f"{before}{secret}{behind}".encode()).decode()

    assert "***" in hiding(secret).redact(encoded)


@pytest.mark.parametrize("sign", "/+=_#$&<>\"'éª")
def test_each_name_that_html_has_of_a_sign_is_known(sign: str) -> None:
    names = [name for name, text in html5.items() if text == sign]

    assert names
    for name in names:
        assert hiding(f"hunter{sign}22").redact(f"x hunter&{name}22 y") == "x *** y"


def test_what_a_run_finds_is_masked_once(tmp_path: Path) -> None:
    with Job("github", tmp_path) as job:
        job.ci.learn("hunter22")
        job.ci.learn("hunter22")

    assert job.log() == "::add-mask::hunter22\n"


def test_a_weak_secret_that_a_run_finds_is_hidden_alone_only() -> None:
    ci = Ci(io.StringIO(), io.StringIO())
    ci.hiding.clear(lambda secret: len(secret) < 5)

    ci.learn("abc")

    assert ci.redact("an abc") == "an abc"
    assert ci.hiding.is_secret(" ABC ")
