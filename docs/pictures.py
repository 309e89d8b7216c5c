"""Draws what a deploy looks like: its terminal, and its job summary. Run by `make pictures`.

The Django example is deployed to a local PythonAnywhere, on a terminal of its own. What differs
from run to run is replaced by what is fixed. Each picture carries the digest of its text, which
lies beside it; `make check-docs` compares the two.
"""

from __future__ import annotations

import fcntl
import hashlib
import html
import io
import os
import pty
import re
import shutil
import struct
import sys
import tempfile
import termios
from pathlib import Path

from rich.console import Console
from rich.markdown import Markdown
from rich.terminal_theme import DIMMED_MONOKAI, TerminalTheme
from rich.text import Text
from rich.theme import Theme

from pa_emulator import Emulator

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs" / "pictures"
PROGRAM = Path(sys.executable).with_name("pa-deploy")
COLUMNS, LINES = 112, 40
TERMINAL, SUMMARY = "terminal", "summary"
VARYING = (
    (r"(?m)^.*pa-deploy ignores .*\n", ""),  # it is about the machine that draws
    (r"\*\*Notes\*\*\n\n+(?=<sub>)", ""),
    (r"/\w+/pa-emulator-\w+", ""),
    (r"http://127\.0\.0\.1:\d+", "https://www.pythonanywhere.com"),
    (r"\b[0-9a-f]{16}\b", "26ea00f26ddb49fa"),
    (r"(?<=SHA-256 )[0-9a-f]{8}", "964ee49f"),
    (r"(?<=digest <code>)[0-9a-f]{12}", "f8ca3c46afe6"),
    (r"\b\d+ (API requests)\b", r"31 \1"),
    (r"(?<=answered 200 )(\(|&#40;)\d+\.\d+ s", r"\g<1>0.05 s"),
    (r"(?<!0\.05)\b\d+\.\d+ s\b", "3.2 s"),
    (r"Python 3\.\d+", "Python 3.13"),
)
"""Patterns for what differs, and what stands in the picture."""
DRAWN_ANEW = re.compile(r"^.*(?:\r|\x1b\[2K)+")
"""What the last line said before something else came in its place."""
CURSOR = re.compile(r"\x1b\[\?25[lh]|\x1b\[1A|\x1b\[2K")
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
<desc>SHA-256 of its text: DIGEST</desc>
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


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    terminal, summary = deployed()
    write(TERMINAL, terminal)
    write(SUMMARY, summary)


def deployed() -> tuple[str, str]:
    """What the deploy of a change wrote to its terminal, and the summary of the first one."""
    with tempfile.TemporaryDirectory() as temp, Emulator(username="alice") as pythonanywhere:
        project = Path(temp) / "guestbook"
        shutil.copytree(ROOT / "examples" / "django", project)
        environ = {
            **os.environ,
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
    return steady(f"$ pa-deploy deploy\n{shown}"), steady(summary)


def typed(project: Path, environ: dict[str, str], *words: str) -> str:
    """All lines that a command leaves on a terminal, with their colours. Raises RuntimeError."""
    child, terminal = pty.fork()
    if not child:
        os.chdir(project)
        os.execve(PROGRAM, [str(PROGRAM), *words], environ)  # noqa: S606
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    written = b""
    while piece := read_some(terminal):
        written += piece
    _, status = os.waitpid(child, 0)
    if status:
        raise RuntimeError(written.decode())
    return "".join(left_lines(written.decode()))


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
    for pattern, fixed in VARYING:
        text = re.sub(pattern, fixed, text)
    return text


def write(name: str, text: str) -> None:
    (FOLDER / f"{name}.txt").write_text(text)
    (FOLDER / f"{name}.svg").write_text(drawn(name, text))


def drawn(name: str, text: str) -> str:
    console = Console(
        record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True, theme=STYLES
    )
    console.print(Text.from_ansi(text) if name == TERMINAL else Markdown(as_markdown(text)))
    theme = DIMMED_MONOKAI if name == TERMINAL else PAGE
    form = SVG if name == TERMINAL else SVG.replace("{chrome}", SHEET)
    svg = console.export_svg(title="", theme=theme, code_format=form, unique_id=name)
    lines = svg.replace("DIGEST", digest(text)).splitlines()
    return "".join(f"{line.rstrip()}\n" for line in lines)


def as_markdown(summary: str) -> str:
    """The summary without the HTML that GitHub needs in it."""
    plain = re.sub(r"<!--.*?-->|</?sub>", "", summary)
    return html.unescape(re.sub(r"</?code>", "`", plain))


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


if __name__ == "__main__":
    main()
