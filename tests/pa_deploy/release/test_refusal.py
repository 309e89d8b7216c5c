"""Why a release was refused, as the error says it: by what the loader has written down."""

from __future__ import annotations

import pytest

from pa_deploy.errors import ReleaseRefused
from pa_deploy.model import ReleaseStatus
from pa_deploy.release import insist_on_live
from pa_deploy.release.refusal import MOST_CHARACTERS


@pytest.mark.parametrize(
    ("step", "error", "cause"),
    [
        (
            "run: sleep 9",
            "it was ended after 1 s, as its time was over",
            "It took longer than `timeout` allows.",
        ),
        (
            "import: mysite:app",
            "it was ended after 1 s, as its time was over",
            "within `health-timeout`",
        ),
        ("try: GET /", "it was ended after 1 s, as its time was over", "within `health-timeout`"),
        ("run: timeout 1 make", "it ended with exit code 124", "The program `timeout` in it has"),
        ("run: make | cat", "it ended with exit code 137", "too much memory"),
        ("first-run: make | head", "it ended with exit code 141", "had read enough"),
        ("try: GET /", "it ended with exit code 0", "ends its own process while it answers"),
        ("try: GET /", "SystemExit: 3", "ends its own process while it answers"),
        ("import: mysite:app", "SystemExit", "ends its own process when it is imported"),
        ("import: mysite:app", "it ended with exit code 1", "ends its own process"),
        ("try: GET /", "it ended with exit code -11", "It crashed (signal 11)"),
        ("run: make", "it ended with exit code -9", "too much memory"),
        ("unpack", "not a directory: /home/a/shared/data", "data/ in `shared` must be a directory"),
        ("unpack", "[Errno 17] File exists: '/a/shared/in/data'", "in/data/ in `shared` must be"),
        ("unpack", "File exists: '/a/shared/x'", "what it had is in `backups/`"),
        ("run: make", "No space left on device", "disk is full"),
    ],
)
def test_the_likely_cause_is_told(step: str, error: str, cause: str) -> None:
    with pytest.raises(ReleaseRefused) as refused:
        insist_on_live(ReleaseStatus(id="a", live="b", state="refused", step=step, error=error))

    assert cause in refused.value.cause
    assert "Release b is still the live one." in refused.value.advice


@pytest.mark.parametrize("step", ["run: make", "first-run: make"])
@pytest.mark.parametrize(
    ("output", "cause"),
    [
        (b"$ run: make\nbash: make: command not found\n\n", "bash: make: command not found"),
        (b"$ run: make\nValueError: \xff", "ValueError: \ufffd"),
        (b"$ run: make\n" + b"x" * 1000, "x" * 300),
    ],
)
def test_of_a_command_that_nobody_knows_the_last_line_is_told(
    step: str, output: bytes, cause: str
) -> None:
    status = ReleaseStatus(id="a", state="refused", step=step, error="failed", output=output)
    with pytest.raises(ReleaseRefused) as refused:
        insist_on_live(status)

    assert refused.value.cause == f"The last line of its output: {cause}"


@pytest.mark.parametrize(
    ("step", "is_told"),
    [("run: flask db upgrade", True), ("first-run: make", True), ("import: a:b", False)],
)
def test_where_a_command_failed_the_copies_of_databases_are_told(
    step: str, *, is_told: bool
) -> None:
    status = ReleaseStatus(id="a", live="b", state="refused", step=step, error="failed")

    with pytest.raises(ReleaseRefused) as refused:
        insist_on_live(status, str, "", "A copy is in backups.")

    assert ("A copy is in backups." in refused.value.advice) is is_told


def test_a_command_that_printed_nothing_is_told_so() -> None:
    with pytest.raises(ReleaseRefused) as refused:
        insist_on_live(
            ReleaseStatus(id="a", state="refused", step="run: x", error="x", output=b"$ run: x\n")
        )

    assert refused.value.cause == "It printed nothing."


@pytest.mark.parametrize(
    ("step", "error", "what", "advice"),
    [
        (
            "former-folder: /home/a/x",
            "it may be in /home/a/x or in /home/a/y",
            "in which folder the old site is (it may be in /home/a/x or in /home/a/y)",
            "Set `source-directory` to the folder of that site",
        ),
        (
            "former-data: db",
            "there are /home/a/x/db and /home/a/db",
            "which database the old site uses (there are /home/a/x/db and /home/a/db)",
            "Rename the one that the site does not use",
        ),
    ],
)
def test_what_nobody_can_tell_of_the_site_of_before_is_asked_of_the_user(
    step: str, error: str, what: str, advice: str
) -> None:
    with pytest.raises(ReleaseRefused) as refused:
        insist_on_live(ReleaseStatus(id="a", state="refused", step=step, error=error))

    assert f"pa-deploy cannot tell {what}" in refused.value.what
    assert advice in refused.value.advice


SECRET = "hunterseven word77"
CUT = MOST_CHARACTERS - 9
"""So many characters before it, a quote would end in the middle of the secret."""


def redact(text: str) -> str:
    return text.replace(SECRET, "***")


@pytest.mark.parametrize(
    ("step", "printed"),
    [
        ("run: make", "x" * CUT + SECRET),
        ("first-run: make", f"{'x' * CUT}{SECRET}\n \n"),
        ("run: migrate", f"  Applying a.0001_b...\nValueError: {'x' * (CUT - 12)}{SECRET}\nafter"),
    ],
)
def test_no_half_of_a_secret_is_in_a_quote_that_is_cut(step: str, printed: str) -> None:
    output = f"$ x\n{printed}".encode()
    status = ReleaseStatus(id="a", state="refused", step=step, error="failed", output=output)

    with pytest.raises(ReleaseRefused) as refused:
        insist_on_live(status, redact)

    assert "xxx***" in refused.value.cause
    assert "hunter" not in refused.value.cause


def test_no_half_of_a_secret_is_in_a_quote_of_what_the_loader_says() -> None:
    status = ReleaseStatus(
        id="a",
        state="refused",
        step="run: migrate",
        error=f"ValueError: {'x' * (CUT - 12)}{SECRET}",
        output=b"$ x\n  Applying a.0001_b...\n",
    )

    with pytest.raises(ReleaseRefused) as refused:
        insist_on_live(status, redact)

    assert "xxx***" in refused.value.cause
    assert "hunter" not in str(refused.value)
