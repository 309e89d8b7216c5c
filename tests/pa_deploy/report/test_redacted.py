"""What a report says stays true, and no half of a secret gets out where a text is cut."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import Any, cast

import pytest

from pa_deploy.api.answers import LONGEST_REASON, reason
from pa_deploy.ci import Ci
from pa_deploy.clock import Deadline
from pa_deploy.loader.layout import LAYOUT
from pa_deploy.loader.status import STATUS
from pa_deploy.model import (
    Create,
    Exact,
    Release,
    ReleaseOutcome,
    ReleaseState,
    ReleaseStatus,
    Rollback,
    Work,
    WsgiFile,
)
from pa_deploy.plan import change_json, combined_digest, plan_json
from pa_deploy.release.protocol import status_in
from pa_deploy.report import redacted, run_json, run_outputs, run_summary_md
from pa_deploy.report.markdown import LONGEST_LINE
from pa_deploy.transport import Answer, Fault, Http
from pa_deploy.verify import tail
from tests.fake_clock import FakeClock
from tests.pa_deploy.report.test_free_text import outcome_saying
from tests.pa_deploy.report.test_report import HEALTH, OUTCOME, PLAN

SECRET = "hunterseven"
ID = "0123456789abcdef"
DIGEST = "8d969eef6ecad3c29a3a629280e686cf0c3f5d5a86aff3ca12020c923adc6c92"


def hiding(secret: str) -> Ci:
    ci = Ci(io.StringIO(), io.StringIO())
    ci.hiding.add(secret)
    return ci


def shown(outcome: Any, secret: str) -> Any:  # noqa: ANN401 - an outcome or JSON
    return redacted(outcome, hiding(secret).redact)


def saying(text: str) -> Any:  # noqa: ANN401 - an outcome
    """With the text also in what a release and a rollback say."""
    change = Create(Release(text))
    return replace(
        outcome_saying(text),
        release=ReleaseOutcome(
            id=text,
            state=cast("ReleaseState", text),
            step=text,
            error=text,
            live=text,
            previous=text,
            output=(text,),
        ),
        rollback=Rollback(
            changes=(change,), undone=(change,), reloaded=True, health=HEALTH, failure=text
        ),
        work=Work(undone=(change,)),
    )


def test_a_secret_in_any_text_of_a_report_is_hidden_and_all_else_stays() -> None:
    hidden = shown(saying(SECRET), SECRET)

    assert run_json((hidden,)) == run_json((saying("***"),))
    assert run_outputs((hidden,)) == run_outputs((saying("***"),))
    assert run_summary_md((hidden,)) == run_summary_md((saying("***"),))


@pytest.mark.parametrize("part", [slice(64), slice(12), slice(30, 40)])
def test_a_digest_stays_whole(part: slice) -> None:
    outcome = replace(OUTCOME, plan=replace(PLAN, digest=Exact(DIGEST)))

    hidden = shown(outcome, DIGEST[part])

    assert run_json((hidden,)) == run_json((outcome,))
    assert run_outputs((hidden,)) == run_outputs((outcome,))
    assert DIGEST[:12] in run_summary_md((hidden,))


@pytest.mark.parametrize("part", [slice(16), slice(8), slice(4, 10)])
def test_an_id_of_a_release_stays_whole(part: slice) -> None:
    found = Exact(ID)
    release = ReleaseOutcome(id=found, state="live", live=found, previous=found)
    outcome = replace(
        OUTCOME, plan=replace(PLAN, changes=(Create(Release(found)),)), release=release
    )

    hidden = shown(outcome, ID[part])

    assert run_json((hidden,)) == run_json((outcome,))
    assert run_outputs((hidden,)) == run_outputs((outcome,))


def test_the_digest_of_a_file_stays_whole() -> None:
    change = change_json(Create(WsgiFile(path="/var/www/x.py", content=b"x")))

    assert shown(change, change["after"]["sha256"]) == change


def test_ids_and_digests_are_made_exact() -> None:
    status = status_in(status_file(id=ID, live=ID, previous=ID))

    assert status
    for each in (status.id, status.live, status.previous, combined_digest([DIGEST])):
        assert isinstance(each, Exact)


@pytest.mark.parametrize(
    "text", [SECRET, "0123456789abcde", f"{ID}0", "0123456789ABCDEF", f"{ID}\n"]
)
def test_what_only_stands_in_the_place_of_an_id_is_text(text: str) -> None:
    status = status_in(status_file(id=text, live=text, previous=text))

    assert status
    assert not any(isinstance(each, Exact) for each in (status.id, status.live, status.previous))


def test_what_is_made_of_an_exact_text_is_a_text_like_any_other() -> None:
    assert hiding(ID).redact(f"Release {Exact(ID)}") == "Release ***"


@pytest.mark.parametrize("key", [SECRET, f"a {SECRET}"])
def test_keys_and_numbers_stay(key: str) -> None:
    assert shown({key: 12345678, "x": [SECRET, True, None, 1.5]}, SECRET) == {
        key: 12345678,
        "x": ["***", True, None, 1.5],
    }
    assert shown({"x": 12345678}, "12345678") == {"x": 12345678}


def test_a_plan_can_be_redacted_twice() -> None:
    once = shown(plan_json(saying(SECRET).plan), SECRET)

    assert shown(once, SECRET) == once


# --- where a text is cut


def status_file(**said: Any) -> bytes:  # noqa: ANN401 - JSON
    return json.dumps({**STATUS, "layout": LAYOUT, **said}).encode()


def output_of(text: str, left_out: int) -> bytes:
    status = status_in(status_file(output=text, output_bytes=len(text.encode()) + left_out))
    return (status or ReleaseStatus()).output


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_of_an_output_whose_beginning_is_cut_off_the_first_line_is_dropped(end: str) -> None:
    assert output_of(f"seven{end}next\n", left_out=6).lstrip() == b"next\n"


@pytest.mark.parametrize("text", ["seven\nnext\n", "é\n", "", "no end"])
def test_a_whole_output_stays_whole(text: str) -> None:
    assert output_of(text, left_out=0) == text.encode()


def test_of_an_output_of_one_line_that_is_cut_nothing_stays() -> None:
    assert output_of("seven and more", left_out=6) == b""


@pytest.mark.parametrize("place", range(LONGEST_REASON - len(SECRET), LONGEST_REASON + 1, 3))
@pytest.mark.parametrize("shape", ["{}", '{{"detail": "{}"}}', "<title>{}</title>"])
def test_no_half_of_a_secret_is_in_a_reason_that_is_cut(place: int, shape: str) -> None:
    body = shape.format("x" * (place - 1) + " " + SECRET + " y" * 200).encode()
    answer = Answer(status=400, headers={}, body=body, redact=hiding(SECRET).redact)

    assert "hun" not in reason(answer)


@pytest.mark.parametrize("secret", ["ab: hunter22", "ab: hunt: er22", "hunter22: )"])
def test_no_half_of_a_secret_is_in_the_end_of_a_library_s_message(secret: str) -> None:
    http = Http(Deadline(FakeClock(), 5), hiding(secret).redact)

    with pytest.raises(Fault) as caught:
        http.exchange("GET", f"none://{secret}")

    assert caught.value.reason.endswith("none://***")


@pytest.mark.parametrize("place", range(LONGEST_LINE - len(SECRET), LONGEST_LINE + 1, 3))
def test_no_half_of_a_secret_is_in_a_summary_that_is_cut(place: int) -> None:
    hidden = shown(saying("x" * place + SECRET), SECRET)

    assert "hun" not in run_summary_md((hidden,))


@pytest.mark.parametrize("secret", ["##[hunter22]", "::hunter::22", "--- hunter22", "hun  ter\t22"])
def test_a_secret_that_looks_like_a_command_is_found_in_a_log(secret: str) -> None:
    out = io.StringIO()
    ci = Ci(out, out)
    ci.hiding.add(secret)

    for line in tail(f"first\n{secret}\nvalue={secret}\n".encode(), 20):
        ci.log(f"| {line}")

    assert out.getvalue() == "| first\n| ***\n| value=***\n"
