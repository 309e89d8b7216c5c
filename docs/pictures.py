"""Draws what a deploy looks like: its terminal, and its job summary. Run by `make pictures`.

The Django example is deployed to a local PythonAnywhere, on a terminal of its own. What differs
from run to run is replaced by what is fixed. Each picture carries the digest of its text, which
lies beside it, and its own; `make check-docs` compares them.
"""

from __future__ import annotations

import fcntl
import html
import io
import os
import pty
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path

from generate import sealed
from rich.console import Console
from rich.markdown import Markdown
from rich.terminal_theme import TerminalTheme
from rich.text import Text
from rich.theme import Theme

from pa_emulator import Emulator

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs" / "pictures"
PROGRAM = Path(sys.executable).with_name("pa-deploy")
COLUMNS, LINES = 112, 40
TERMINAL, SUMMARY = "terminal", "summary"
PASSED = ("PATH", "HOME", "TMPDIR", "UV_", "PIP_", "SSL_", "HTTP", "http", "NO_PROXY", "no_proxy")
"""Beginnings of the variables that a deploy is given: none that say it runs in CI or in grey."""
RELEASES = ("26ea00f26ddb49fa", "8d17c3e05b9f4a62")
"""What stands in place of the ids of the releases, the first one first."""
VARYING = (
    (r"(?m)^.*pa-deploy ignores .*\n", ""),  # it is about the machine that draws
    (r"\*\*Notes\*\*\n\n+(?=<sub>)", ""),
    (r"[\w/.-]*/pa-emulator-\w+", ""),
    (r"http://127\.0\.0\.1:\d+", "https://www.pythonanywhere.com"),
    (r"(?<=SHA-256 )[0-9a-f]{8}", "964ee49f"),
    (r"(?<=digest <code>)[0-9a-f]{12}", "f8ca3c46afe6"),
    (r"(?<=packages, )[\d,]+ files, [\d.]+ MiB", "3,722 files, 23 MiB"),  # Django's newest
    (r"\d+(?= static files copied)", "128"),
    (r"(Python |python-version is right already: )3\.\d+", r"\g<1>3.13"),
    (r"(?<=<sub>)\d+(?= API requests)", "31"),
    (r"(?<=\()\d+(?= API requests)", "12"),
    (r"\b\d+\.\d+ s\b", "5.4 s"),
    (r"(not live yet \()5\.4 s", r"\g<1>0.6 s"),
    (r"(answered 200 (?:\(|&#40;))5\.4 s", r"\g<1>0.05 s"),
    (r"(API requests(?:,| ·) )5\.4 s", r"\g<1>12.6 s"),
)
"""Patterns for what differs from run to run, and what stands in the picture."""
DRAWN_ANEW = re.compile(r"^.*(?:\r|\x1b\[2K)+")
"""What the last line said before something else came in its place."""
CURSOR = re.compile(r"\x1b\[\?25[lh]|\x1b\[1A|\x1b\[2K")
SCREEN = TerminalTheme(
    (22, 27, 34),
    (230, 237, 243),
    [(22, 27, 34), (255, 123, 114), (63, 185, 80), (210, 153, 34)] + [(88, 166, 255)] * 4,
)
PAGE = TerminalTheme(
    (255, 255, 255),
    (31, 35, 40),
    [(31, 35, 40), (207, 34, 46), (26, 127, 55), (154, 103, 0)] + [(9, 105, 218)] * 4,
)
STYLES = Theme(
    {
        **{f"markdown.{name}": "bold" for name in ("h2", "table.header")},
        "markdown.code": "green",
        "markdown.table.border": "dim",
        "markdown.item.bullet": "default",
    }
)
SHEET = '<rect width="{width}" height="{height}" rx="8" fill="#ffffff" stroke="#d1d9e0"/>'
"""In place of a window about it."""
SVG = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace;
font-size: {char_height}px; line-height: {line_height}px }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""
"""As rich draws it, but it loads no font from elsewhere."""


def main(arguments: list[str]) -> int:
    """Draw what a deploy says; with `--check`, say how it differs from the text that was drawn."""
    texts = deployed()
    if "--check" in arguments:
        changes = [line for name, text in texts.items() for line in differences(name, text)]
        sys.stdout.writelines(changes)
        if changes:
            print("a deploy says something else than its pictures: run `make pictures`")
        return int(bool(changes))
    FOLDER.mkdir(exist_ok=True)
    for name, text in texts.items():
        (FOLDER / f"{name}.txt").write_text(text)
        (FOLDER / f"{name}.svg").write_text(sealed(drawn(name, text), text))
    return 0


def differences(name: str, text: str) -> Iterator[str]:
    """The lines that are not as in the text that was drawn, as in a patch."""
    file = FOLDER / f"{name}.txt"
    before, after = (each.splitlines(keepends=True) for each in (file.read_text(), text))
    return unified_diff(before, after, f"docs/pictures/{file.name}", "what a deploy says", n=0)


def deployed() -> dict[str, str]:
    """What the deploy of a change wrote to its terminal, and the summary of the first one."""
    with tempfile.TemporaryDirectory() as temp, Emulator(username="alice") as pythonanywhere:
        project = Path(temp) / "guestbook"
        shutil.copytree(ROOT / "examples" / "django", project)
        environ = {
            **{name: value for name, value in os.environ.items() if name.startswith(PASSED)},
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            "PA_TOKEN": pythonanywhere.token,
            "PA_USERNAME": "alice",
            "PA_HOST": pythonanywhere.url,
            "PA_ALLOW_HOST": pythonanywhere.url,
            "PA_PYTHON_VERSION": f"{sys.version_info.major}.{sys.version_info.minor}",
            "PA_SUMMARY_FILE": "summary.md",
        }
        typed(project, environ, "init", "--yes")
        typed(project, environ, "deploy")
        summary = (project / "summary.md").read_text()
        page = project / "guestbook" / "templates" / "guestbook" / "index.html"
        page.write_text(page.read_text().replace("Guest book", "Our guest book"))
        shown = typed(project, environ, "deploy")
    return {TERMINAL: steady(f"$ pa-deploy deploy\n{shown}"), SUMMARY: steady(summary)}


def typed(project: Path, environ: dict[str, str], *words: str) -> str:
    """All lines that a command leaves on a terminal, with their colours. Raises RuntimeError."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    command = [PROGRAM, *words]
    with subprocess.Popen(  # noqa: S603
        command, cwd=project, env=environ, stdin=theirs, stdout=theirs, stderr=theirs
    ) as child:
        os.close(theirs)
        written = b"".join(iter(lambda: read_some(ours), b"")).decode()
    os.close(ours)
    if child.returncode:
        raise RuntimeError(written)
    return "".join(left_lines(written))


def read_some(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65_536)
    except OSError:  # its other end is closed
        return b""


def left_lines(written: str) -> list[str]:
    """The lines that are there at the end."""
    lines = [CURSOR.sub("", DRAWN_ANEW.sub("", each)) for each in written.split("\r\n")]
    return [f"{line}\n" for line in lines if line.strip() and "\x1b[33m0:0" not in line]


def steady(text: str) -> str:
    ids = dict.fromkeys(re.findall(r"\b[0-9a-f]{16}\b", text))
    for was, fixed in [*zip(ids, RELEASES, strict=False), *VARYING]:
        text = re.sub(was, fixed, text)
    return text


def drawn(name: str, text: str) -> str:
    console = Console(
        record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True, theme=STYLES
    )
    console.print(Text.from_ansi(text) if name == TERMINAL else Markdown(as_markdown(text)))
    theme = SCREEN if name == TERMINAL else PAGE
    form = SVG if name == TERMINAL else SVG.replace("{chrome}", SHEET)
    svg = console.export_svg(title="", theme=theme, code_format=form, unique_id=name)
    return "".join(f"{line.rstrip()}\n" for line in svg.splitlines())


def as_markdown(summary: str) -> str:
    """The summary without the HTML that GitHub needs in it."""
    plain = re.sub(r"<!--.*?-->|</?sub>", "", summary)
    return html.unescape(re.sub(r"</?code>", "`", plain))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
