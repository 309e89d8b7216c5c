"""The limit: the shortest sequence of calls that does the work, in keep-alive curl processes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Get:
    """A call that only reads; `host` other than "" asks a site by that name.

    What `may_fail` answers an error where the web app is not there yet.
    """

    path: str
    host: str = ""
    may_fail: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """A call that writes: a form, or a file as the part `content`."""

    method: str
    path: str
    form: Sequence[tuple[str, str]] = field(default=())
    content: Path | None = None


Step = Get | Send


def curl(steps: Sequence[Step], *, parallel: bool = False) -> tuple[str, ...]:
    """The command. The token and the address come from the environment of the benchmark."""
    words = ["--parallel --parallel-immediate"] if parallel else ["--fail-early"]
    for number, step in enumerate(steps):
        words += ["--next"] if number else []
        words += [
            "--silent --show-error --output /dev/null",
            "" if isinstance(step, Get) and step.may_fail else "--fail",
            '--cacert "$CURL_CA_BUNDLE"',
            '--header "Authorization: Token $API_TOKEN"' if not _is_site(step) else "",
            *_words(step),
            f'"https://$PYTHONANYWHERE_SITE{step.path}"',
        ]
    return ("sh", "-c", f"exec curl {' '.join(words)}")


def in_stages(stages: Iterable[Sequence[Step]]) -> tuple[str, ...]:
    """Parallel processes one after the other: the calls of a stage need only the stages before.

    It takes many calls in a stage to pay for the connections that each process makes anew.
    """
    lines = (curl(stage, parallel=True)[2].removeprefix("exec ") for stage in stages)
    return ("sh", "-c", " && ".join(lines))


def _is_site(step: Step) -> bool:
    return isinstance(step, Get) and step.host != ""


def _words(step: Step) -> list[str]:
    if isinstance(step, Get):
        return [f'--header "Host: {step.host}"'] if step.host else []
    words = [f"--request {step.method}"]
    if step.content:
        words.append(f'--form "content=@{step.content}"')
    elif step.form:
        words += [f'--data-urlencode "{name}={value}"' for name, value in step.form]
    else:
        words.append("--data ''")
    return words
