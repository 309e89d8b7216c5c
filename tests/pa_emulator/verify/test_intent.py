"""What `pa-emulator verify` says before and after a run: what it will make, what it left out."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console

from pa_emulator.verify.account import Account
from pa_emulator.verify.cases import load
from pa_emulator.verify.intent import intent
from pa_emulator.verify.report import Run, show
from pa_emulator.verify.runner import NOT_TRIED, Result, why_not
from pa_emulator.verify.server import Target

DOMAIN = "alice.pythonanywhere.com"
TARGET = Target("https://www.pythonanywhere.com", "alice", "s3cret", DOMAIN, is_emulator=False)
KINDS = ("webapps", "websites", "consoles", "schedule", "always_on")
EMPTY = Account(
    plan="free",
    lists={kind: [] for kind in KINDS},
    home=frozenset(),
    has_wsgi=False,
    logs=frozenset(),
)
SITE = [{"domain_name": DOMAIN}]
WORDS = {
    "webapps": "a web app",
    "websites": "a website",
    "consoles": "consoles",
    "schedule": "scheduled tasks",
    "always_on": "always-on tasks",
}


def said(account: Account, *services: str) -> str:
    cases = [case for case in load() if not services or case.service in services]
    tried = [case for case in cases if not why_not(case, TARGET, account, slow=False)]
    return intent(TARGET, account, tried, len(cases))


@pytest.mark.parametrize(
    ("account", "kinds"),
    [
        (EMPTY, {"webapps", "websites", "consoles"}),
        (replace(EMPTY, lists={**EMPTY.lists, "webapps": SITE}), {"consoles"}),
        (replace(EMPTY, lists={**EMPTY.lists, "websites": SITE}), {"consoles"}),
        (replace(EMPTY, lists={**EMPTY.lists, "consoles": [{}, {}]}), {"webapps", "websites"}),
        (replace(EMPTY, has_wsgi=True), {"websites", "consoles"}),
        (replace(EMPTY, plan="paid"), set(KINDS)),
        (replace(EMPTY, plan=""), {"webapps", "websites", "consoles"}),
    ],
)
def test_it_names_what_it_will_make_on_this_account_and_no_more(
    account: Account, kinds: set[str]
) -> None:
    text = said(account)
    assert {kind for kind, word in WORDS.items() if f"  - {word}" in text} == kinds
    assert "  - a folder /home/alice/pa-emulator-verify-XXXXXXXX" in text


@pytest.mark.parametrize("service", ["account", "students"])
def test_it_says_if_it_makes_nothing(service: str) -> None:
    assert "It makes nothing.\n" in said(EMPTY, service)


@pytest.mark.parametrize(("plan", "advised"), [("paid", True), ("free", False), ("", False)])
def test_another_domain_is_advised_on_paid_accounts_only(plan: str, *, advised: bool) -> None:
    account = replace(EMPTY, plan=plan, lists={**EMPTY.lists, "webapps": SITE})
    (case,) = [case for case in load() if case.name == "creation takes JSON too"]
    why = why_not(case, TARGET, account, slow=False)
    assert why.startswith(f"{DOMAIN} already has a web app")
    assert ("--domain" in why) == advised


@pytest.mark.parametrize("times", [2, 3, 30])
def test_a_reason_that_facts_share_is_told_once(times: int) -> None:
    reasons = ["it is shared"] * times + ["it is single", *["other"] * times]
    results = [Result(load()[0], NOT_TRIED, why=why) for why in reasons]
    run = Run(
        target=TARGET,
        plan="free",
        root="/home/alice/x",
        results=results,
        left=[],
        calls=0,
        seconds=0,
    )
    out = io.StringIO()
    show(run, Console(file=out, width=120))
    text = out.getvalue()

    assert [text.count(why) for why in ("it is shared", "it is single", "other")] == [1, 1, 1]
    assert f"Not tried (1), {times} facts: it is shared." in text
    assert text.count("(1) see below") == text.count("(2) see below") == times
