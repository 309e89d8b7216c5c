"""The text of pa-deploy.toml: each value with a comment that says where it was found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pa_deploy.detect import Finding, Variable
from pa_deploy.detect.project import Detected
from pa_deploy.init.toml import comment, key, quoted
from pa_deploy.inputs import INPUTS

CONFIG = "pa-deploy.toml"
MOST_OTHERS = 5
LIKELY = "likely"
HEADER = """\
# How pa-deploy deploys this repository to PythonAnywhere. `pa-deploy init` wrote this file. The
# comments say where each value was found. Change what you like.
"""


def config_text(detected: Detected, account: Mapping[str, str]) -> str:
    """Accepted by pa-deploy as it stands, but for a `username` that is not known.

    `account` has the inputs that say whose web app it is.
    """
    found = detected.findings
    by_input: dict[str, list[Finding]] = {}
    for each in found.values:
        by_input.setdefault(each.input_name, []).append(each)
    given = by_input.pop("variables", [])
    generated = {each.value for each in by_input.get("generate", ())}
    variables = [each for each in found.variables if each.name not in generated]
    rows = [(one, by_input[one.name]) for one in INPUTS if one.name in by_input]
    blocks = [HEADER, _account(account)]
    blocks.append(
        "".join(line for one, each in rows if not one.is_list for line in _scalar(each[0]))
    )
    blocks += ["".join(_list(each)) for one, each in rows if one.is_list]
    blocks.append("".join(_variables(given, variables)))
    return "\n".join(block for block in blocks if block)


def _account(account: Mapping[str, str]) -> str:
    if "username" not in account:
        return '# Fill in your PythonAnywhere username, or set PA_USERNAME.\n# username = "…"\n'
    return "".join(f"{name} = {quoted(value)}\n" for name, value in account.items())


def _scalar(finding: Finding) -> Iterator[str]:
    yield from _others(finding)
    yield f"{finding.input_name} = {quoted(finding.value)}{_place(finding)}\n"


def _list(findings: Sequence[Finding]) -> Iterator[str]:
    for each in findings:
        yield from _others(each)
    yield f"{findings[0].input_name} = [\n"
    for each in findings:
        yield f"    {quoted(each.value)},{_place(each)}\n"
    yield "]\n"


def _place(finding: Finding) -> str:
    note = f"{LIKELY}: " if finding.confidence == LIKELY else ""
    return f"  # {note}{comment(finding.place)}" if finding.place else ""


def _others(finding: Finding) -> Iterator[str]:
    """What might be meant as well, each on its own line."""
    for value, place in finding.others[:MOST_OTHERS]:
        where = "" if place == value else f"  ({place})"
        yield f"# Also found: {comment(quoted(value) + where)}\n"


def _variables(given: Sequence[Finding], variables: Sequence[Variable]) -> Iterator[str]:
    """A table, which ends the file. Secrets and what is not known are comments."""
    known = {
        each.value.partition("=")[0]: (each.value.partition("=")[2], _place(each)) for each in given
    }
    for one in variables:
        if one.value is not None and not one.is_secret:
            known.setdefault(one.name, (one.value, f"  # {comment(one.place)}"))
    needed = [one for one in variables if one.default is None and one.name not in known]
    if known:
        yield "[variables]\n"
    elif not all(one.is_secret for one in needed):
        yield "# [variables]\n"
    for name, (value, place) in known.items():
        yield f"{key(name)} = {quoted(value)}{place}\n"
    for one in needed:
        if one.is_secret:
            yield f"# {comment(one.name)} ({comment(one.place)}) is secret: give it in `env`.\n"
        else:
            yield f'# {comment(key(one.name))} = "…"  # {comment(one.place)} needs it\n'
