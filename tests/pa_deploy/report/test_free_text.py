"""No text from outside becomes anything but text: not in the log, the summary, outputs or data."""

from __future__ import annotations

import io
import json
import re
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from pa_deploy.ci import Ci
from pa_deploy.ci.github import at_most
from pa_deploy.model import (
    Failure,
    Health,
    Outcome,
    PasswordProtection,
    Plan,
    Secret,
    Setting,
    SharedFile,
    StaticFile,
    StaticHeader,
    Update,
    Work,
)
from pa_deploy.report import plan_lines, redacted
from pa_deploy.report.markdown import summary_md
from pa_deploy.verify import tail
from pa_emulator import Emulator
from tests import hosted
from tests.actions_runner import read_key_values
from tests.hosted import DOMAIN
from tests.pa_deploy.report.test_report import OUTCOME, PLAN
from tests.runner import Done, Runner
from tests.soak import one_in
from tests.terminal import Terminal

# What a runner knows (actions/runner, ExtensionManager): `::name::` at the start of a line.
COMMANDS = (
    "add-mask|add-matcher|remove-matcher|warning|error|notice|debug|group|endgroup|echo|"
    "stop-commands|set-output|save-state|set-env|add-path"
)
EVIL = [
    "a\n::error::b",
    "a\r::warning::b",
    "  ::add-mask::e",
    "a\r\n::stop-commands::x",
    "\u2003::set-output name=x::y",
    "say ##[error]b",
    "##[set-env name=PATH]x",
    "##vso[task.setvariable variable=x]y",
    "%0A::error::b",
    "\x1b[31m\x1b]0;title\x07::error::b",
    "\u202e::error::b\u2066",
    "\x00::error::b",
    "a\u2028::error::b",
    "</code></details><img src=x onerror=alert(1)>",
    "| a | b |\n|---|---|\n[x](javascript:alert(1)) ![](http://evil.example)",
    "# head\n- item\n```\n> quote\n<!-- comment",
    "@alice #1 **bold** _em_ ~~no~~ <https://evil.example> &lt;b&gt;",
    "x" * 20_000,
]


def commands_in(log: str) -> list[str]:
    """The names of the workflow commands that a runner would find."""
    found = []
    for line in re.split(r"\r\n|\r|\n", log):
        v2 = re.match(rf"::({COMMANDS})\b", line.lstrip(), re.IGNORECASE)
        v1 = re.search(rf"##\[({COMMANDS})|##vso\[", line, re.IGNORECASE)
        if v2 or v1:
            found.append(v2[1] if v2 else "v1")
    return found


@dataclass(frozen=True)
class Told:
    """What a run in a workflow has told."""

    exit_code: int
    log: str
    outputs: dict[str, str]
    summary: str


class Workflow:
    """Types commands as a step of a workflow does, in this process."""

    def __init__(self, terminal: Terminal, folder: Path) -> None:
        self.terminal = terminal
        self.folder = folder
        terminal.environ["GITHUB_ACTIONS"] = "true"
        for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"):
            terminal.environ[name] = str(folder / name)

    def run(self, **inputs: str) -> Told:
        """`pa-deploy deploy`; no command but our own may come of it, and all must be told."""
        for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"):
            (self.folder / name).write_text("")
        flags = [f"--{name.replace('_', '-')}={text}" for name, text in inputs.items()]
        shown = self.terminal.type("deploy", "--reload=never", *flags)
        told = Told(
            shown.exit_code,
            shown.out + shown.err,
            dict(read_key_values((self.folder / "GITHUB_OUTPUT").read_bytes().decode())),
            (self.folder / "GITHUB_STEP_SUMMARY").read_text(),
        )
        check(told, allowed={"error"})
        return told


def check(told: Told | Done, *, allowed: set[str]) -> None:
    assert set(commands_in(told.log)) <= {"add-mask", *allowed}
    assert commands_in(told.log).count("add-mask") == 1
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e\u2066-\u2069]", told.log)
    assert len(told.summary.encode()) < 1024 * 1024
    assert json.loads(told.outputs["shared-urls"]) == {}
    assert re.fullmatch(r"\d+", told.outputs["requests"])


@pytest.fixture
def webapp(pa: Emulator) -> None:
    hosted.api(pa, "POST", "webapps/", domain_name=DOMAIN, python_version="python313")


@pytest.fixture
def workflow(
    webapp: None,  # noqa: ARG001 - it must be there
    terminal: Terminal,
    tmp_path: Path,
) -> Workflow:
    return Workflow(terminal, tmp_path)


each_evil = pytest.mark.parametrize(
    "evil", one_in(3, EVIL), ids=[f"evil-{i}" for i in range(len(EVIL))]
)


@each_evil
def test_rows_that_somebody_made(workflow: Workflow, pa: Emulator, evil: str) -> None:
    text = evil.replace("\x00", "")  # which the API refuses
    hosted.api(pa, "POST", f"webapps/{DOMAIN}/static_files/", url=text, path=text)
    hosted.api(pa, "POST", f"webapps/{DOMAIN}/static_headers/", url=text, name=text, value=text)

    told = workflow.run(
        static_files="/s/ = /x", static_headers="/s/ X-A: 1", prune="true", mode="check"
    )

    assert (told.exit_code, len(json.loads(told.outputs["plan"])["changes"])) == (3, 4)


@each_evil
def test_what_the_api_says(workflow: Workflow, pa: Emulator, evil: str) -> None:
    body = json.dumps({"detail": evil, evil: [evil]})
    pa.add_fault(method="PATCH", path=".*", status=400, body=body, times=1)

    assert workflow.run(force_https="true").exit_code == 5


@each_evil
def test_a_page_in_the_place_of_an_answer(workflow: Workflow, pa: Emulator, evil: str) -> None:
    page = f"<html><title>{evil}</title><h1>{evil}</h1></html>"
    pa.add_fault(method="GET", path=".*/webapps/$", status=403, body=page, times=1)

    assert workflow.run().exit_code == 4


@each_evil
def test_what_the_user_wrote(workflow: Workflow, evil: str) -> None:
    told = workflow.run(static_files=evil, health_check=evil, share_files=evil, domain=evil)

    assert told.exit_code == 2


def test_the_error_log_of_the_site(runner: Runner, pa: Emulator) -> None:
    log = pa.path(f"/var/log/{DOMAIN}.error.log")
    runner.run(python_version="3.13", reload="never")
    log.write_text("\n".join(EVIL), newline="")

    done = runner.run(health_text="never there", health_timeout="1")

    check(done, allowed={"error", "group", "endgroup"})
    assert done.exit_code == 8


@each_evil
def test_the_data_of_commands(workflow: Workflow, pa: Emulator, evil: str) -> None:
    text = "a" + evil.replace("\x00", "") + "z"
    made = hosted.api(pa, "POST", f"webapps/{DOMAIN}/static_files/", url=text, path=text).json()
    commands = (["static-files", "list"], ["static-files", "show", str(made["id"])])

    for words in commands:
        shown = workflow.terminal.type(*words)
        assert commands_in(shown.out + shown.err) == []
        as_json = workflow.terminal.type(*words, "--json").out
        assert commands_in(as_json) == []
        assert json.dumps(json.loads(as_json)).count("z") >= 2
    assert len(workflow.terminal.type("static-files", "list").out.splitlines()) == 1


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_comment(self, data: str) -> None:
        self.found.append(f"comment {data}")


def page_of(markdown: str) -> Tags:
    """The elements and links that a page makes of it."""
    parser = Tags()
    renderer = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    parser.feed(renderer.render(markdown))
    return parser


def outcome_saying(text: str) -> Outcome:
    """An outcome with the text in every place that takes one."""
    login = PasswordProtection(enabled=True, username=text, password=Secret("s3cret"))
    plan: Plan = replace(
        PLAN,
        domain=text,
        changes=(
            Update(StaticFile("/", "/"), StaticFile(text, text)),
            Update(StaticHeader("/", "a", "b"), StaticHeader(text, text, text)),
            Update(Setting("password_protection", login), Setting("virtualenv", text)),
        ),
        unchanged=(StaticFile(text, text), SharedFile(text, text)),
        notes=(text, text),
    )
    health = Health(
        healthy=False, url=text, detail=text, status=500, seconds=1, attempts=1, log_tail=(text,)
    )
    return replace(
        OUTCOME,
        domain=text,
        plan=plan,
        health=health,
        shared=(SharedFile(text, "https://www.pythonanywhere.com/" + text),),
        warnings=(text,),
        failure=Failure(title=text, message=" ".join(text.split()), exit_code=1),
    )


def summary_saying(text: str) -> str:
    ci = Ci(io.StringIO(), io.StringIO())
    return summary_md(redacted(outcome_saying(text), ci.redact))


MARKS = "\\`*_{}[]<>()#!|~&@$^:-+=.1a /\"'%;\u2028\x85\x1b?"


@given(st.text(alphabet=MARKS) | st.text())
@example("</code></td></tr></table><script>")
@example("](javascript:alert(1))")
@example("&lt;b&#60;c")
@example("https://evil.example www.evil.example")
@example("<!--")
@example("\\")
def test_no_text_adds_an_element_or_a_link_to_the_summary(text: str) -> None:
    page, plain = page_of(summary_saying(f"a{text}")), page_of(summary_saying("a"))

    assert page.found == plain.found
    assert [link.split("/")[2] for link in page.links] == [
        "alice.pythonanywhere.com",
        "www.pythonanywhere.com",
    ]


class Places(HTMLParser):
    """Where the word about the cut stands."""

    def __init__(self) -> None:
        super().__init__()
        self._open: list[str] = []
        self.found: list[list[str]] = []

    def handle_starttag(self, tag: str, _: object) -> None:
        self._open += [] if tag in ("br", "img", "hr") else [tag]

    def handle_endtag(self, tag: str) -> None:
        while self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "The summary was cut here" in data:
            self.found.append(list(self._open))


def test_a_cut_is_told_in_sight_wherever_it_falls() -> None:
    """In a table that can be unfolded, in the end of a log, in a list."""
    health = Health(
        healthy=False, url="u", detail="d", status=500, seconds=1, attempts=1,
        log_tail=("a", "```", "", "<details>", "b"),
    )  # fmt: skip
    failure = Failure(title="t", message="m", exit_code=8)
    text = summary_md(replace(OUTCOME, plan=PLAN, health=health, failure=failure))
    assert "<details>" in text

    ends = [len(text[: found.end()].encode()) for found in re.finditer("\n", text[:-1])]
    for limit in (5, *ends, *(end + 2 for end in ends[:-1])):
        places = Places()
        renderer = MarkdownIt("commonmark").enable(["table", "strikethrough"])
        places.feed(renderer.render(at_most(limit, text)))
        assert places.found == [["p", "strong"]], limit


def test_many_rows_are_cut_visibly_and_the_rest_of_the_summary_stays() -> None:
    rows = tuple(StaticFile(f"/{number}/", "/<&>" * 100) for number in range(5000))
    plan = replace(
        PLAN,
        changes=tuple(Update(StaticFile("/", "/"), row) for row in rows),
        unchanged=rows,
        notes=tuple(f"note {number}" for number in range(5000)),
    )
    shared = tuple(SharedFile(row.url, f"https://www.pythonanywhere.com{row.url}") for row in rows)

    text = summary_md(replace(OUTCOME, plan=plan, work=Work(undone=plan.changes), shared=shared))

    assert len(text.encode()) < 4 * 1024 * 1024
    assert "| | … and 4700 more changes | | |" in text
    assert "| … and 4700 more items | |" in text
    assert "- … and 4701 more notes" in text
    assert "- … and 4700 more shared files" in text
    assert text.rstrip().endswith("</sub>")


@pytest.mark.soak
def test_5000_mappings_make_a_summary_that_the_runner_takes_whole(runner: Runner) -> None:
    lines = "\n".join(f"/{number}/ = /{number}" for number in range(5000))

    done = runner.run(python_version="3.13", static_files=lines, mode="check")

    assert done.exit_code == 3
    assert len(done.summary.encode()) < 1024 * 1024
    assert "and 4981 more changes" in done.errors[0]
    assert "… and 4701 more changes" in done.summary
    assert "API request" in done.summary
    assert "cut here" not in done.summary


def test_a_huge_message_is_cut_in_the_summary() -> None:
    failure = Failure(title="t", message="x" * 3_000_000 + "\nlast line", exit_code=1)

    text = summary_md(replace(OUTCOME, failure=failure))

    assert len(text) < 10_000
    assert "x…<br>\n> last line" in text


LINES = "a\rb\x0bc\x0cd\x85e\u2028f\u2029g\r\nh"


def test_each_line_of_a_log_stands_alone() -> None:
    """So that each is marked as one of the log."""
    assert tail(f"{LINES}#012i\n".encode(), 20) == tuple("abcdefghi")


def test_no_row_or_note_of_a_plan_begins_a_line_of_its_own() -> None:
    row = StaticFile(LINES, LINES)
    plan = replace(
        PLAN,
        changes=(Update(StaticFile("/", "/"), row), Update(row, StaticFile(LINES, "/"))),
        unchanged=(row,),
        notes=(LINES,),
    )

    lines = list(plan_lines(plan))

    assert [line.splitlines() for line in lines] == [[line] for line in lines]
    assert "  ! a b c d e f g h" in lines
