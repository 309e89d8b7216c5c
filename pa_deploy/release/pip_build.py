"""Why a package could not be built, found in what pip has printed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pa_deploy.release.explained import MOST_CHARACTERS, Explained

MOST_LINES = 3

FAILED_BUILD = (
    r"Failed building wheel for ([\w.-]+)",
    r"Failed to build '?([\w.-]+)'?",
    r"Building wheel for ([\w.-]+) [^\n]*status 'error'",
    r"Building wheel for ([\w.-]+) \([^\n]*did not run successfully",
    r"Running setup\.py install for ([\w.-]+)[^\n]*(?:error|did not run)",
)
NO_BACKEND = "BackendUnavailable: "
"""pip itself ends with it if the package's build tool cannot be imported; the reason follows."""
IN_PREPARATION = (
    r"(?:Getting requirements to build wheel|Preparing metadata|Preparing editable metadata"
    r"|python setup\.py egg_info|Installing build dependencies|pip subprocess to install)"
    r"[^\n]*(?:did not run successfully|status 'error')|metadata-generation-failed"
    rf"|\.{NO_BACKEND}"
)
BUILD_BLOCK = re.compile(r"╰─> \[\d+ lines? of output\]\n(.*?)\n\s*\[end of output\]", re.DOTALL)
MATTERS = re.compile(
    r"\berror\b|Error\b|Exception\b|not found|No such file|No module named|undefined reference"
    r"|cannot find|can't find|Can not find|is required|requires?\b",
    re.IGNORECASE,
)
NOISE = re.compile(
    r"error: subprocess-exited|exit (?:code|status)|Traceback|^\s*\^|note: This|DeprecationWarning"
    r"|^\s*File \"|did not run successfully"
)


@dataclass(frozen=True, slots=True)
class Known:
    """A package, or a word of its failure, and what helps."""

    pattern: str
    advice: str


KNOWN = (
    Known(
        r"\bmysqlclient\n[\s\S]*pkg-config",
        "PythonAnywhere has the headers of MySQL. List `mysqlclient==2.1.1`, which finds them by "
        "`mysql_config`, or list `PyMySQL`, which needs no compiler.",
    ),
    Known(r"\bmysqlclient\n", "List `PyMySQL` in its place, which needs no compiler."),
    Known(r"\bpsycopg2\b(?!-)", "List `psycopg2-binary`, which has wheels, in its place."),
    Known(r"\bpsycopg-c\b", "List `psycopg[binary]`, which has wheels, in its place."),
    Known(r"\bpycurl\b", "List `pycurl==7.45.3` or newer, which has wheels, or use `requests`."),
    Known(
        r"\b(?:uwsgi|uWSGI|pyuwsgi)\b",
        "Remove it from the requirements: PythonAnywhere has uWSGI already.",
    ),
    Known(
        r"[Rr]ust(?:c| compiler| toolchain)|[Cc]argo|maturin",
        "It needs Rust, which PythonAnywhere does not have. List a version that has a wheel for "
        "your `python-version`.",
    ),
    Known(
        r"use_2to3|No module named '?(?:distutils|imp|pkg_resources|setuptools|ConfigParser)\b"
        r"|has no attribute 'ImpImporter'|print \S+\n\s*\^+\nSyntaxError"
        r"|ob_refcnt|longintrepr\.h|_PyUnicode_|too few arguments to function|PyCode_New",
        "That version is older than your Python. List a newer one, or set an older "
        "`python-version`.",
    ),
    Known(
        r"fatal error: ([\w./+-]+): No such file or directory",
        "PythonAnywhere does not have the header {}. List a version that has a wheel for your "
        "`python-version`, or another package.",
    ),
    Known(
        r"([\w.-]+): (?:command )?not found|No such file or directory: '([\w.-]+)'"
        r"|[Dd]ependency \"?([\w.+-]+)\"? (?:lookup )?not found|pkg-config[^\n]*: ([\w.+-]+)",
        "The build needs {}, which PythonAnywhere does not have. List a version that has a wheel "
        "for your `python-version`, or another package.",
    ),
)
OTHERWISE = (
    "List a version that has a wheel for your `python-version`, or one that is newer. The log "
    "above has the whole output of the build."
)


def explain_build(text: str) -> Explained | None:
    name = building(text)
    if not name:
        return None
    block = "\n".join(BUILD_BLOCK.findall(text)[-1:]) or text.rpartition(NO_BACKEND)[2]
    said = [line.strip()[:MOST_CHARACTERS] for line in _without_frames(block) if line.strip()]
    matter = [line for line in said if MATTERS.search(line) and not NOISE.search(line)]
    lines = list(dict.fromkeys(matter or said))[-MOST_LINES:]
    return Explained(
        f"`{name}` could not be built",
        f"The build says: {' / '.join(lines)}" if lines else "The build printed nothing.",
        _advice(f"{name}\n{block}"),
    )


def _without_frames(block: str) -> Iterator[str]:
    """The lines, without those of code that a traceback shows."""
    frame: int | None = None
    for line in block.splitlines():
        depth = len(line) - len(line.lstrip())
        if line.lstrip().startswith('File "'):
            frame = depth
        elif frame is None or depth <= frame:
            frame = None
            yield line


def _advice(text: str) -> str:
    for known in KNOWN:
        found = re.search(known.pattern, text)
        if found:
            return known.advice.format(*filter(None, found.groups()))
    return OTHERWISE


def building(text: str) -> str:
    """The package whose build failed, or ""."""
    for pattern in FAILED_BUILD:
        found = re.findall(pattern, text)
        if found:
            return str(found[0])
    if not re.search(IN_PREPARATION, text):
        return ""
    collected = re.findall(r"^\s*Collecting ([\w.-]+)", text, re.MULTILINE)
    return str(collected[-1]) if collected else "a package"
