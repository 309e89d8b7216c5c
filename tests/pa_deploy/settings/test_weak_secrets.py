"""A secret that cannot be hidden: what counts as one, and what the user is told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from pa_deploy.ci import hiding
from pa_deploy.report import redact
from pa_deploy.settings import find_secrets, weak
from pa_deploy.settings.config import Config, read_config
from pa_deploy.settings.secrets import Secrets
from pa_deploy.settings.sources import Given
from tests.docs.test_schema import SCHEMAS, check
from tests.hosted import DOMAIN
from tests.runner import Runner
from tests.soak import one_in
from tests.terminal import Terminal
from tests.workflow_job import Job

ACCOUNT = {"username": "alice-of-wonderland", "token": "0" * 40}
SITE = ("--python-version=3.13", "--force-https=true", "--static-files=/s/ = /x", "--reload=never")
DIGEST = "8d969eef6ecad3c29a3a629280e686cf0c3f5d5a86aff3ca12020c923adc6c92"
COMMIT = "f1d2d2f924e986ac86fdf7b36c94bcdf32beec15"
WHY = "It is too short, or part of an address, a name or a message that is always shown."


def found_in(
    flags: Mapping[str, str], environ: Mapping[str, str], config: Config | None = None
) -> Secrets:
    return find_secrets(Given.of(flags, environ, Path()), config)


def hidden(secret: str, environ: Mapping[str, str] = {}, **flags: str) -> bool:
    """Whether a value of `env` is hidden. It is, or there is a warning of it, and never both."""
    given = {**ACCOUNT, **{name.replace("_", "-"): text for name, text in flags.items()}}
    found = found_in({**given, "env": json.dumps({"KEY": secret})}, environ)
    is_hidden = secret.strip() in found.hidden
    assert is_hidden != bool(found.warnings)
    return is_hidden


@pytest.mark.parametrize(
    "secret", ["x", "abc", "a1b2", "letters", "1234567", "-------", "   letters   "]
)
def test_a_short_secret_is_weak(secret: str) -> None:
    assert not hidden(secret)


@pytest.mark.parametrize(
    "secret", ["a1b2c", "hunter2", "é9éé9", "hunterseven", "12345678", "--------", "x" * 40]
)
def test_a_secret_of_8_characters_or_of_5_with_a_letter_and_a_digit_is_not(secret: str) -> None:
    assert hidden(secret)


@pytest.mark.parametrize(
    ("secret", "flags"),
    [
        ("pythonanywhere", {}),
        ("PythonAnywhere.com", {}),
        ("alice-of-wonderland.pythonanywhere.com", {}),
        ("https://alice-of-wonderland.eu.pythonanywhere.com", {}),
        ("example2", {"domain": "www.example2.org"}),
        ("https://WWW.example2.org/", {"domain": "www.example2.org"}),
        ("api.example2", {"host": "https://api.example2.org", "allow_host": "api.example2.org"}),
    ],
)
def test_a_part_of_an_address_is_weak(secret: str, flags: dict[str, str]) -> None:
    assert not hidden(secret, {}, **flags)


@pytest.mark.parametrize(
    "secret", ["wonderland", "alice-of", "Alice-Of-Wonderland", "/home/alice-of-wonderland/"]
)
def test_a_part_of_the_account_s_name_is_weak(secret: str) -> None:
    assert not hidden(secret)


@pytest.mark.parametrize("secret", ["carol-of-berlin", "of-berlin", "carol-of"])
def test_a_part_of_the_visitors_name_is_weak(secret: str) -> None:
    assert not hidden(secret, password_protection="carol-of-berlin:pass-4711")


@pytest.mark.parametrize(
    "secret",
    [
        *(
            "password",
            "Password",
            "workspace",
            "requirements",
            "healthy, ",
            "no changes",
            "SHA-256",
        ),
        *("utf-8", "mysite.settings", "shop.config.settings.prod", "localhost"),
    ],
)
def test_a_fixed_word_of_ours_is_weak(secret: str) -> None:
    assert not hidden(secret)


@pytest.mark.parametrize("module", [weak, hiding, redact])
def test_a_word_of_a_comment_is_not(module: ModuleType) -> None:
    words = " ".join((module.__doc__ or "").split()[:4])

    assert len(words) < 30
    assert hidden(words)


@pytest.mark.parametrize(
    "secret",
    ["static-files", "static_headers", "PA_EXPECT_DIGEST", "INPUT_LOCK-TIMEOUT", "rolled-back"],
)
def test_the_name_of_an_input_or_an_output_is_weak(secret: str) -> None:
    assert not hidden(secret)


@pytest.mark.parametrize(
    "secret", ["source_directory", "exit_code", "unchanged", "previous_release", "domain_name"]
)
def test_a_key_of_json_is_weak(secret: str) -> None:
    assert not hidden(secret)


def words_of(schema: Any) -> set[str]:  # noqa: ANN401 - JSON
    """The keys of what the schema describes, and the values that a key may have."""
    if isinstance(schema, list):
        return {word for each in schema for word in words_of(each)}
    if not isinstance(schema, dict):
        return set()
    values = [*schema.get("enum", ()), schema.get("const")]
    words = {*schema.get("properties", ()), *(each for each in values if isinstance(each, str))}
    return words | {word for each in schema.values() for word in words_of(each)}


def test_no_key_and_no_fixed_value_of_a_report_is_ever_hidden() -> None:
    words = words_of(list(SCHEMAS.values())) - {""}

    assert {"action", "log_tail", "static-file", "preparing"} <= words
    assert [word for word in sorted(words) if hidden(word)] == []


@pytest.mark.parametrize("secret", ["SECRET_KEY_9", "DATABASE_URL", "database"])
def test_the_name_of_a_variable_is_weak(secret: str) -> None:
    assert not hidden(secret, variables="SECRET_KEY_9=x\nDATABASE_URL=y")


def test_a_value_may_be_the_name_of_its_own_variable() -> None:
    found = found_in({**ACCOUNT, "env": "TOP_SECRET_9=TOP_SECRET_9"}, {})

    assert "TOP_SECRET_9" not in found.hidden
    assert "the value of TOP_SECRET_9 cannot be hidden" in found.warnings[0]


@pytest.mark.parametrize("secret", [DIGEST, DIGEST.upper(), DIGEST[7:30]])
def test_a_part_of_the_digest_that_is_given_is_weak(secret: str) -> None:
    assert not hidden(secret, expect_digest=DIGEST)


@pytest.mark.parametrize("secret", [COMMIT, COMMIT[:12], "alice/shop", "4711123456"])
def test_a_part_of_the_commit_or_of_the_run_s_url_is_weak(secret: str) -> None:
    environ = {
        "GITHUB_SHA": COMMIT,
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_REPOSITORY": "alice/shop",
        "GITHUB_RUN_ID": "4711123456",
    }

    assert not hidden(secret, environ)


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ('username = "mallory9"', "mallory9"),
        ('domain = "shop.example9.org"', "example9"),
        ('[[webapp]]\ndomain = "b.example9.org"\n', "example9"),
    ],
)
def test_what_the_config_file_says_counts_too(tmp_path: Path, text: str, secret: str) -> None:
    (tmp_path / "pa-deploy.toml").write_text(text)
    config = read_config(Given.of({}, {}, tmp_path))

    assert secret not in found_in({}, {"PA_ENV": f"KEY={secret}"}, config).hidden
    assert secret in found_in({}, {"PA_ENV": f"KEY={secret}"}).hidden


def test_each_line_of_a_value_is_hidden_if_it_can_be() -> None:
    value = json.dumps({"KEY": "first-line-4711\nshort\nlast-line-4711"})

    found = found_in({}, {"PA_ENV": value})

    assert found.hidden == (
        "first-line-4711\nshort\nlast-line-4711",
        "first-line-4711",
        "last-line-4711",
    )
    assert found.warnings == ()


@pytest.mark.parametrize("name", ["DEBUG", "PORT", "SETTINGS"])
def test_the_warning_of_a_value_names_its_variable_and_what_to_do(name: str) -> None:
    env = {"DEBUG": "true", "KEY": "hunter22", "PORT": "8000", "SETTINGS": "mysite.settings"}

    warnings = found_in({}, {"PA_ENV": json.dumps(env)}).warnings

    said = (
        f"env: the value of {name} cannot be hidden in logs. {WHY} If it is not a secret, move "
        f"{name} to `variables`. If it is one, choose a random value of 8 or more characters."
    )
    assert said in warnings
    assert len(warnings) == 3


@pytest.mark.parametrize("password", ["plan", "password", "wonderland"])
def test_the_warning_of_a_password_does_not_have_it(password: str) -> None:
    found = find_secrets(
        Given.of({**ACCOUNT, "password-protection": f"carol:{password}"}, {}, Path())
    )

    said = (
        f"password-protection: the password cannot be hidden in logs. {WHY} Choose a random "
        "password of 8 or more characters."
    )
    assert found.warnings == (said,)
    assert password not in found.hidden


@pytest.mark.parametrize("text", ["none", "carol", "carol:", "KEY=", "KEY", '{"KEY": 1}', ""])
@pytest.mark.parametrize("name", ["env", "password-protection"])
def test_what_has_no_secret_or_is_refused_anyway_is_not_warned_of(name: str, text: str) -> None:
    assert found_in({**ACCOUNT, name: text}, {}).warnings == ()


@pytest.mark.parametrize("token", ["t", "a1b2", "letters", "pythonanywhere", "password"])
@pytest.mark.parametrize("command", [("deploy", "--python-version=3.13"), ("webapps", "list")])
def test_a_weak_token_is_refused(offline: Terminal, token: str, command: tuple[str, ...]) -> None:
    offline.environ.update(PA_TOKEN=token, PA_USERNAME="alice")

    shown = offline.type(*command)

    assert shown.exit_code == 2
    assert (
        f"token: it cannot be hidden in logs. {WHY} Copy it again from the Account page of "
        "PythonAnywhere, tab API token. A token has 40 characters.\n"
    ) in shown.err


def test_a_weak_token_is_told_with_all_else_that_is_wrong(offline: Terminal) -> None:
    offline.environ.update(PA_TOKEN="alice", PA_PRUNE="maybe")

    shown = offline.type("deploy", "--username=alice")

    assert shown.exit_code == 2
    assert "token: it cannot be hidden in logs." in shown.err
    assert "prune: " in shown.err


@pytest.mark.parametrize("name", ["username", "domain", "host", "allow-host", "expect-digest"])
@pytest.mark.parametrize("command", ["deploy", "status"])
def test_a_token_that_is_pasted_at_another_place_too_is_refused_and_not_shown(
    offline: Terminal, name: str, command: str
) -> None:
    given = {"token": DIGEST[:40], "username": "alice", name: DIGEST[:40]}
    offline.environ.update({f"PA_{each.upper().replace('-', '_')}": given[each] for each in given})

    shown = offline.type(command)

    assert shown.exit_code == 2
    assert "token: it cannot be hidden in logs." in shown.err
    assert DIGEST[:40] not in shown.out + shown.err


def test_a_weak_token_that_another_one_replaces_is_not_refused() -> None:
    assert found_in(ACCOUNT, {"API_TOKEN": "t"}).refused == ()


@pytest.mark.parametrize("words", ["deploy", "plan", "plan --json", "webapps list", "status"])
def test_every_command_warns_once(terminal: Terminal, words: str) -> None:
    terminal.environ["PA_PASSWORD_PROTECTION"] = "carol:plan"

    shown = terminal.type(*words.split())

    assert (shown.out + shown.err).count("cannot be hidden in logs") == 1


def test_a_weak_secret_is_not_masked_and_the_warning_is_an_annotation(runner: Runner) -> None:
    (runner.workspace / "index.html").write_text("hello")
    env = "NAME=mysite.settings\nKEY=hunter22"

    done = runner.run(python_version="3.13", source=".", health_check="none", env=env)

    masks = [line for line in done.log.splitlines() if "add-mask" in line]
    assert done.exit_code == 0
    assert [line.rpartition("::")[2] for line in masks] == [runner.emulator.token, "hunter22"]
    assert sum("the value of NAME cannot be hidden" in text for text in done.warnings) == 1
    assert "the value of NAME cannot be hidden" in done.summary


# --- to hide one would spoil what is shown

WORDS = ("plan", "true", "domain", "none", "mapping", "alice", "healthy", "create", "changes",
         "setting", "static", "python", "https", "password", "static-file", "force-https",
         "pythonanywhere", DOMAIN, "unchanged", "apply", "action")  # fmt: skip


def planned(job: Job, password: str) -> tuple[str, dict[str, str], Any, str]:
    """The log, the outputs, the report and the summary of a plan."""
    words = ("deploy", *SITE, "--mode=plan", "--report=report.json")
    shown = job.type(*words, password=password)
    assert shown.exit_code == 0, shown.err
    summary = (job.folder / "GITHUB_STEP_SUMMARY").read_text()
    return shown.out + shown.err, job.outputs(), job.report(), summary


def without_figures(report: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in report.items() if name not in ("seconds", "warnings")}


@pytest.mark.parametrize("word", one_in(3, WORDS))
def test_what_is_shown_stays_true_whatever_the_password_is(job: Job, word: str) -> None:
    _, expected, expected_report, _ = planned(job, "a-good-password-4711")
    log, outputs, report, summary = planned(job, word)

    check("report", report)
    assert without_figures(report) == without_figures(expected_report)
    assert {**outputs, "duration": ""} == {**expected, "duration": ""}
    assert f"{DOMAIN}: 4 changes planned" in summary
    assert f"Create web app {DOMAIN}: Python 3.13" in log
    assert "the password cannot be hidden in logs" in log


@pytest.mark.parametrize("word", WORDS)
def test_plan_as_json_is_the_plan(terminal: Terminal, word: str) -> None:
    terminal.environ["PA_PASSWORD_PROTECTION"] = f"carol:{word}"

    plan = json.loads(terminal.type("plan", *SITE, "--json").out)

    check("plan", plan)
    assert [change["action"] for change in plan["changes"]] == ["create"] * 4
    assert (plan["domain"], plan["changes"][0]["kind"]) == (DOMAIN, "webapp")


@pytest.mark.parametrize("word", ["domain", "input", "true"])
def test_a_complaint_keeps_the_name_of_its_input(terminal: Terminal, word: str) -> None:
    terminal.environ["PA_PASSWORD_PROTECTION"] = f"carol:{word}"

    shown = terminal.type("deploy", "--domain=x", "--prune=maybe")

    assert shown.exit_code == 2
    assert 'domain: "x" is not a domain name.' in shown.err
    assert "Write true or false." in shown.err


@pytest.mark.parametrize("part", [slice(64), slice(12), slice(20, 27)])
def test_a_digest_stays_true_though_a_secret_is_a_part_of_it(job: Job, part: slice) -> None:
    _, _, expected, _ = planned(job, "a-good-password-4711")
    digest = expected["plan"]["digest"]

    log, outputs, report, summary = planned(job, digest[part])

    assert (outputs["digest"], report["plan"]["digest"]) == (digest, digest)
    assert json.loads(outputs["plan"])["digest"] == digest
    assert digest[:12] in summary
    assert "cannot be hidden" not in log


@pytest.mark.parametrize("unseen", ["\ufeff", "\u200e", "\x01", "\ufeff "])
def test_what_nobody_sees_makes_no_secret_stronger(unseen: str) -> None:
    assert not hidden(f"{unseen}letters")
    assert not hidden(f"pass{unseen.strip()}word")
    assert hidden(f"{unseen}hunterseven")
