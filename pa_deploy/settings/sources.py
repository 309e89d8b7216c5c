"""Where the text of an input comes from, and which of its sources counts.

The cascade, from the strongest source to the weakest: a flag; the environment variables, in the
order of `Input.environment`; of the config file the entry `[[webapp]]`, the table
`[environments.NAME]`, the top level; the default. An empty text is unset.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pa_deploy.errors import Problem
from pa_deploy.inputs import BY_NAME, INPUTS, Input, Values, did_you_mean, nearest
from pa_deploy.model import OUTPUT_PREFIX
from pa_deploy.unprintable import EDITORS_LINE_END, TYPED_BY_NOBODY
from pa_deploy.urls import without_credentials

RUNNER_OWN_INPUTS = ("ARGS", "ENTRYPOINT")
"""The runner offers these two to every container action, declared or not."""


DRIVE = re.compile(r'"[A-Za-z]:[/\\]')
GIT_BASH = (
    "It contains a Windows path. Git Bash changes values that begin with / or ~. If you use it, "
    "put `MSYS_NO_PATHCONV=1` before the command, and quotation marks around the value."
)

ALIKE = 0.8
LIST_ENDING = re.compile(r"_(COUNT|\d{1,4})$")

CONSOLE_MARK = "PYTHONANYWHERE_SITE"
"""A console on PythonAnywhere sets this (seen there); only then is the login name the account's."""
LOGIN_NAMES = ("LOGNAME", "USER")


@dataclass(frozen=True, slots=True)
class Source:
    """Texts by input name. `place` says where in a file the text of an input stands, or "".

    `by_hand`: somebody wrote an empty text too. Else it may be what a runner hands over for an
    input that is not given. `in_repository`: it is the config file.
    """

    texts: Mapping[str, str] = field(default_factory=dict, repr=False)
    place: Callable[[str], str] = lambda _: ""
    by_hand: bool = False
    in_repository: bool = False

    def text(self, name: str) -> str:
        return self.texts.get(name, "").strip()

    def value(self, name: str) -> Any:  # noqa: ANN401 - as the input's parser has made it
        """None if the text is unset or cannot be used."""
        text = self.text(name)
        return BY_NAME[name].read(text).value if text else None

    def is_blank(self, name: str) -> bool:
        """Whether it was given, but is empty."""
        text = self.texts.get(name)
        return text is not None and not text.strip() and (self.by_hand or text != "")


@dataclass(frozen=True, slots=True)
class Given:
    """What flags and environment say, read once a run. Paths are relative to `workspace`.

    `environ` has all variables, also those that are no inputs.
    """

    flags: Source
    environment: Source
    environ: Mapping[str, str] = field(repr=False)
    workspace: Path

    @classmethod
    def of(cls, flags: Mapping[str, str], environ: Mapping[str, str], workspace: Path) -> Given:
        """`flags` goes by input name."""
        environment = Source(_from_environment(environ))
        return cls(Source(flags, by_hand=True), environment, environ, workspace)

    def with_flags(self, flags: Mapping[str, str]) -> Given:
        """The same with these flags in place of its own."""
        return replace(self, flags=Source(flags, by_hand=True))

    @property
    def sources(self) -> tuple[Source, Source]:
        """The strongest first."""
        return self.flags, self.environment


def _from_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """The inputs that the environment sets, by input name."""
    found = {}
    for each in INPUTS:
        texts = (variable_text(each, name, environ) for name in each.environment)
        found[each.name] = next(
            (text for text in texts if (text if each.never_blank else text.strip())), ""
        )
    if environ.get(CONSOLE_MARK) and not found["username"]:
        found["username"] = next((environ[name] for name in LOGIN_NAMES if environ.get(name)), "")
    return found


def variable_text(each: Input, name: str, environ: Mapping[str, str]) -> str:
    """What a variable says; a list comes as a line for each item, however the CI has packed it."""
    text = environ.get(name, "")
    if text and name.startswith("PLUGIN_") and each.row:
        return _rows_apart(text, each.row)
    return text or _counted(name, environ)


def _rows_apart(text: str, row: str) -> str:
    """Woodpecker and Drone join a list by commas, and do not escape those within an item; so only
    a comma before what begins like a row is taken for theirs. A list of maps comes as JSON.
    """
    if "\n" in text or text.lstrip().startswith(("{", "[")):
        return text
    return re.sub(rf",\s*(?={row})", "\n", text)


def _counted(name: str, environ: Mapping[str, str]) -> str:
    """Bitbucket gives a list as `NAME_COUNT`, `NAME_0`, `NAME_1`, …."""
    count = environ.get(f"{name}_COUNT")
    if not count or not re.fullmatch(r"\d{1,4}", count):
        return ""
    return "\n".join(environ.get(f"{name}_{index}", "") for index in range(int(count)))


def unknown_inputs(environ: Mapping[str, str]) -> tuple[str, ...]:
    """A warning for each variable that looks like an input of ours and is not."""
    known = {name for each in INPUTS for name in each.environment}
    unknown = (name for name in sorted(environ) if LIST_ENDING.sub("", name) not in known)
    return tuple(warning for variable in unknown if (warning := _unknown(variable)))


def _unknown(variable: str) -> str:
    """The warning, or "". Variables of others may begin with `PA_`: only what is like one of ours
    is warned of, and not what `outputs-file` writes.
    """
    prefix, _, rest = variable.partition("_")
    if prefix in ("INPUT", "PLUGIN") and rest not in RUNNER_OWN_INPUTS:
        name = rest.lower().replace("_", "-")
        offer = did_you_mean(name, tuple(each.name for each in INPUTS))
        return f'There is no input "{name}"; it was ignored.{" " + offer if offer else ""}'
    near = nearest(variable, tuple(each.variable for each in INPUTS), ALIKE)
    if prefix == "PA" and near and not variable.startswith(OUTPUT_PREFIX):
        return f"{variable} was ignored. Did you mean {near}?"
    return ""


def read_values(
    sources: Sequence[Source], only: Iterable[str] | None = None
) -> tuple[Values, list[Problem]]:
    """Parse each input from the strongest source that sets it; collect every problem.

    `only` names the inputs that are read; the others keep their defaults.
    """
    parsed: dict[str, object] = {}
    problems: list[Problem] = []
    for each in INPUTS:
        asked = only is None or each.name in only
        source = strongest(each.name, sources if asked else (), never_blank=each.never_blank)
        text = source.text(each.name) or each.default
        if each.never_blank and source.is_blank(each.name):
            problems.append(_blank(each))
        elif text:
            parsed[each.field] = _parse(each, text, problems)
        elif each.required and asked:
            problems.append(_missing(each))
    # Every field has a default in the dataclass, so a partial set of values is still a Values;
    # it is used only when there was no problem.
    return Values(**parsed), problems  # type: ignore[arg-type]


def strongest(name: str, sources: Sequence[Source], *, never_blank: bool = False) -> Source:
    """The first source that says something of the input. `never_blank`: a blank says something."""
    for source in sources:
        if source.text(name) or (never_blank and source.is_blank(name)):
            return source
    return Source()


def located(problems: Iterable[Problem], sources: Sequence[Source]) -> Iterator[Problem]:
    """Each problem with the place of the text that it is about, and without passwords of URLs."""
    for problem in problems:
        source = strongest(problem.input, sources)
        advice = GIT_BASH if _has_changed_path(problem) else problem.advice
        yield replace(
            problem,
            message=without_credentials(problem.message),
            advice=without_credentials(advice),
            source=problem.source or source.place(problem.input),
        )


def _parse(each: Input, text: str, problems: list[Problem]) -> object:
    control = TYPED_BY_NOBODY.search(text)
    if control:
        ends = len(EDITORS_LINE_END.findall(text, 0, control.start()))
        line = ends + 1 if EDITORS_LINE_END.search(text) else None
        said = f"it has a control character, {control[0]!a}."
        problems.append(Problem(each.name, said, line, "Type it again."))
        return None
    reading = each.read(text)
    if reading.complaints:
        comment = "" if each.is_list or each.secret else _behind(text)
        problems.extend(
            Problem(each.name, message, line, comment or advice)
            for line, message, advice in reading.complaints
        )
    return reading.value


def _behind(text: str) -> str:
    """What to do about a comment after a value, or ""."""
    said = re.split(r"\s+#", text, maxsplit=1)
    return f'Write only "{said[0]}": a # does not start a comment here.' if len(said) > 1 else ""


def _has_changed_path(problem: Problem) -> bool:
    """Whether it is about a path of Windows, in an input that names no file of this machine."""
    each = BY_NAME.get(problem.input)
    return each is not None and not each.file and bool(DRIVE.search(problem.message))


def _blank(each: Input) -> Problem:
    return Problem(
        each.name,
        "it is set but empty.",
        advice="Check the variable or step output that it comes from, or remove the input.",
    )


def _missing(each: Input) -> Problem:
    names = f"{each.flag}, {each.variable} or, in a workflow, `with: {each.name}:`"
    if each.scope != "nowhere":
        names += f", or write {each.name} into the config file"
    advice = f"Set it with {names}."
    if each.secret:
        advice += " A secret is empty if its name is wrong, or in a pull request from a fork."
    said = "it is required and was not given."
    return Problem(each.name, said, advice=advice, absent=each.name)
