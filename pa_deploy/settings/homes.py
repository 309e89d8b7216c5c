"""Warnings about paths in a home that is not the account's, such as a placeholder."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pa_deploy.errors import Problem
from pa_deploy.inputs import Values
from pa_deploy.model import DIRECTORIES

HOME = re.compile(
    r"(?:(?<=sqlite:///)|(?<=file://)|(?<![\w.\-~/}\])*?]))/home/(\$\([^()]*\)|[^/\s\"'`;:,|&)=*?\\]+)(?=(/|$|\W))"
)
"""`/home/NAME` at the start of a path, but not within a URL."""
TILDE = re.compile(r"(?<![^\s\"'=:(])~([A-Za-z<{\[][^/\s\"'`;:,|&)]*)(/|$|\s)")
"""`~NAME`, where a word begins."""
OF_A_PAGE = re.compile(r"[\w-]+\.(html?|php|aspx?|jsp|js|css|xml|json|txt|svg|png|jpe?g|gif|ico)")
"""`/home/index.html` is the path of a page: the name of an account has letters and digits."""
QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
"""In quotes, `~` means nothing to a shell."""
SUBSTITUTION = re.compile(r"(?<![\w/.-])s([^\w\s\\\"'=]).*?\1.*?(\1|(?=[\s\"'])|$)")
"""The `s,OLD,NEW,` of sed and perl: texts to find and to write."""
PLACEHOLDER = re.compile(
    r".*[<>{}\[\]%$].*"
    r"|(your|my|the|some|pa)?[-_.]?(pythonanywhere|pa)?[-_.]?(user|username|account|login)[-_.]?"
    r"(name)?|(your|my)[-_.]?name|x{2,}|\.{3}",
    re.IGNORECASE,
)
OF_A_URL = re.compile(r"URL|URI|REDIRECT|ROUTE|LINK|ENDPOINT|PREFIX", re.IGNORECASE)
"""Names of variables whose value may be a page's path, such as `LOGIN_URL=/home/login`."""


@dataclass(frozen=True, slots=True)
class _Text:
    """A text that may have paths; `variable` names the variable whose value it is.

    `is_shell`: a shell reads it, so `~alice` and `$USER` have a meaning. `is_code`: `~` has none.
    """

    input: str
    text: str
    variable: str = ""
    is_shell: bool = False
    is_code: bool = False


def home_cautions(values: Values, wsgi_file: bytes = b"") -> Iterator[Problem]:
    """A warning for each such home in each input and variable, once."""
    told = set()
    for each in (*_paths(values), *_commands(values), *_variables(values), *_lines(wsgi_file)):
        for home in _foreign(each, values.username):
            if (each.input, each.variable, home) not in told:
                told.add((each.input, each.variable, home))
                yield _caution(each, home, values.username)


def _paths(values: Values) -> Iterator[_Text]:
    for name in DIRECTORIES:
        text = getattr(values, name)
        if text:
            yield _Text(name.replace("_", "-"), text)
    yield from (_Text("static-files", row.path) for row in values.static_files or ())
    yield from (_Text("share-files", file.path) for file in values.share_files or ())


def _commands(values: Values) -> Iterator[_Text]:
    yield from (_Text("run", line, is_shell=True) for line in values.run or ())
    yield from (_Text("first-run", line, is_shell=True) for line in values.first_run or ())


def _variables(values: Values) -> Iterator[_Text]:
    pairs = [("variables", name, text) for name, text in values.variables or ()]
    pairs += [("env", name, secret.reveal()) for name, secret in values.env or ()]
    for input_name, name, text in pairs:
        if not OF_A_URL.search(name) or re.match(r"(sqlite|file):", text):
            yield _Text(input_name, text, name)


def _lines(wsgi_file: bytes) -> Iterator[_Text]:
    for line in wsgi_file.decode("utf-8", "replace").splitlines():
        if not line.lstrip().startswith("#"):
            yield _Text("wsgi-file", line, is_code=True)


def _foreign(each: _Text, username: str) -> Iterator[str]:
    """The homes in a text that are not the account's, as they are written."""
    text = _without_substitutions(each.text) if each.is_shell else each.text
    for match in HOME.finditer(text):
        # What a variable holds is known on PythonAnywhere alone.
        is_own = match[1] == username or (each.is_shell and "$" in match[1])
        is_page = OF_A_PAGE.fullmatch(match[1]) and match[2] != "/"
        if not is_own and not is_page and not _is_remote(text[: match.start()]):
            yield f"/home/{match[1]}"
    text = QUOTED.sub('""', text) if each.is_shell else text
    for match in () if each.is_code else TILDE.finditer(text):
        is_own = match[1] == username and each.is_shell
        if not is_own and (match[2] or not each.variable):
            yield f"~{match[1]}"


def _without_substitutions(line: str) -> str:
    return SUBSTITUTION.sub("", line) if re.search(r"\b(sed|perl)\b", line) else line


def _is_remote(before: str) -> bool:
    """Whether the word names another machine, as `user@host:/home/user` does."""
    return re.search(r"@\S*$", before) is not None


def _caution(each: _Text, home: str, username: str) -> Problem:
    name = re.sub("^(/home/|~)", "", home)
    value = f"the value of {each.variable}" if each.variable else ""
    # The value of a secret is not told, and the home in it is a part of it.
    shown = f'"{home}" in {value}' if value else f'"{home}"'
    subject = f"a path in {value}" if each.input == "env" else shown
    if name == username:
        said = f"{subject} is not expanded here."
    elif name.lower() == username.lower():
        said = f"{subject} differs from `username`, {username}, in its capital letters."
    elif PLACEHOLDER.fullmatch(name):
        said = f"{subject} has a placeholder for the account's name."
    else:
        said = f"{subject} is outside the home of {username}."
    is_literal = each.variable or each.is_code
    advice = f"Write /home/{username}." if is_literal else f"Write /home/{username} or ~."
    return Problem(each.input, said, advice=advice)
