"""Writes what is generated: blocks between markers in action.yml and docs, and values in schemas.

`python docs/generate.py` writes; with `--check` it only says what is stale, and exits 1.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import get_args

import click

from pa_deploy.cli.commands import cli
from pa_deploy.inputs import (
    INPUTS,
    OUTPUTS,
    Input,
    names_in_file,
)
from pa_deploy.model import SETTINGS, Change, Mode, ReleaseState, Resource
from pa_deploy.plan.encode import kind

ROOT = Path(__file__).parent.parent

EXIT_CODES = {
    0: "done",
    1: "a bug in pa-deploy, and the log says how to report it; or the machine that runs it has no "
    "space left",
    2: "bad input: nothing was changed",
    3: "`mode: check` found differences",
    4: "the token is refused, or is not for this account",
    5: "PythonAnywhere refused a change, the account's disk is full, or what was asked for is not "
    "there",
    6: "PythonAnywhere or a package index cannot be reached, or still fails after the retries",
    7: "the reload failed",
    8: "the site is unhealthy; the summary says whether it was rolled back",
    9: "the new release was refused on PythonAnywhere; the former release still serves",
    10: "the plan is not the one that `expect-digest` names, another deploy has the lock or has "
    "changed what a rollback would go back to, or a newer pa-deploy has made the releases",
    130: "interrupted (SIGINT); the summary says what was done and what was not",
    143: "interrupted (SIGTERM)",
}


def plain(markdown: str) -> str:
    return markdown.replace("`", "").replace("*", "")


def action_inputs() -> str:
    """Without `default:`, because the runner would send a default as if the user had given it,
    and so hide what a weaker source says.
    """
    lines = ["inputs:"]
    for each in INPUTS:
        default = f" Default: {each.default}." if each.default else ""
        description = json.dumps(plain(each.help) + default, ensure_ascii=False)
        lines += [f"  {each.name}:", f"    description: {description}"]
        # What may be in the config file need not be in the workflow.
        required = each.required and each.scope == "nowhere"
        lines.append(f"    required: {str(required).lower()}")
    return "\n".join(lines)


def action_outputs() -> str:
    lines = ["outputs:"]
    for each in OUTPUTS:
        lines += [f"  {each.name}:", f"    description: {json.dumps(plain(each.help))}"]
    return "\n".join(lines)


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(
        f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in lines
    )


def default_md(each: Input) -> str:
    if each.required:
        return "**required**"
    return f"`{each.default}`" if each.default else ""


def inputs_table() -> str:
    rows = [(f"`{each.name}`", default_md(each), each.help) for each in INPUTS]
    return table(("input", "default", "meaning"), rows)


def outputs_table() -> str:
    return table(("output", "meaning"), [(f"`{each.name}`", each.help) for each in OUTPUTS])


def exit_codes_table() -> str:
    return table(("exit code", "meaning"), [(str(code), text) for code, text in EXIT_CODES.items()])


def config_keys() -> str:
    """Where in the config file each input may stand, and why the others may not."""
    rows = [(f"`{name}`", "top, environment, `[[webapp]]`") for name in names_in_file("webapp")]
    rows += [(f"`{name}`", "top, environment") for name in names_in_file("run")]
    rows += [
        (
            f"`{each.name}`",
            f"nowhere. {each.not_in_file}.",
        )
        for each in INPUTS
        if each.scope == "nowhere"
    ]
    return table(("key", "where it may be"), rows)


def command_help() -> str:
    """The help of every command, in the order of `--help`."""
    pages = [
        f"```text\n{text}\n```" for text in _help_of(cli, click.Context(cli, info_name="pa-deploy"))
    ]
    return "\n\n".join(pages)


def _help_of(command: click.Command, context: click.Context) -> Iterator[str]:
    context.max_content_width = context.terminal_width = 100
    yield command.get_help(context).rstrip()
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            assert child is not None, name  # noqa: S101 - it is listed
            yield from _help_of(child, click.Context(child, info_name=name, parent=context))


BLOCKS: dict[str, dict[str, Callable[[], str]]] = {
    "action.yml": {"inputs": action_inputs, "outputs": action_outputs},
    "docs/reference.md": {
        "inputs": inputs_table,
        "outputs": outputs_table,
        "exit codes": exit_codes_table,
    },
    "docs/commands.md": {"help": command_help},
    "docs/config.md": {"keys": config_keys},
}


SETTING_NAMES = [name.replace("_", "-") for name in SETTINGS]
ENUMS: dict[str, dict[str, list[str]]] = {
    "docs/schema/plan.schema.json": {
        "$defs/setting/properties/name": SETTING_NAMES,
        "$defs/kind": [kind(object.__new__(each)) for each in get_args(Resource)],
        "$defs/change/properties/action": [each.__name__.lower() for each in get_args(Change)],
        "$defs/unchanged/oneOf/1/properties/name": SETTING_NAMES,
    },
    "docs/schema/report.schema.json": {
        "$defs/webapp/properties/mode": list(get_args(Mode)),
        "$defs/webapp/properties/release/anyOf/0/properties/state": list(get_args(ReleaseState)),
    },
}
"""The values that the types allow, by their place in a schema."""


def schema(text: str, enums: dict[str, list[str]]) -> str:
    """The schema with these values."""
    root = json.loads(text)
    for place, values in enums.items():
        node = root
        for key in place.split("/"):
            node = node[int(key) if key.isdigit() else key]
        node["enum"] = values
    return f"{json.dumps(root, indent=2, ensure_ascii=False)}\n"


def filled(text: str, name: str, block: str) -> str:
    """The text with what stands between the two markers of `name` replaced."""
    pattern = rf"([^\n]*\[{name}: written by make docs\][^\n]*\n).*?([^\n]*\[end of {name}\])"
    result, count = re.subn(
        pattern, lambda match: f"{match[1]}{block}\n{match[2]}", text, flags=re.DOTALL
    )
    if count != 1:
        message = f"the markers of [{name}] are there {count} times, not once"
        raise SystemExit(message)
    return result


def written(file: str, text: str) -> str:
    """The text of a file with what is generated in it."""
    for name, write in BLOCKS.get(file, {}).items():
        text = filled(text, name, write())
    return schema(text, ENUMS[file]) if file in ENUMS else text


def sealed(picture: str, text: str) -> str:
    """A picture that carries the digest of the text that it shows, and of the rest of itself."""
    shown, rest = (hashlib.sha256(each.encode()).hexdigest() for each in (text, picture))
    digests = f"<desc>SHA-256 of its text: {shown}, of its other lines: {rest}</desc>"
    return picture.replace("\n", f"\n{digests}\n", 1)


def undrawn(folder: Path) -> Iterator[str]:
    """The pictures that do not show the text beside them, or were changed by hand."""
    for text in sorted(folder.glob("*.txt")):
        picture = text.with_suffix(".svg")
        there = picture.read_text(encoding="utf-8")
        bare = re.sub(r"<desc>.*</desc>\n", "", there)
        if there != sealed(bare, text.read_text(encoding="utf-8")):
            yield f"docs/pictures/{picture.name}"


def main(arguments: list[str]) -> int:
    stale = []
    for file in (*BLOCKS, *ENUMS):
        path = ROOT / file
        before = path.read_text(encoding="utf-8")
        after = written(file, before)
        if after != before:
            stale.append(file)
            if "--check" not in arguments:
                path.write_text(after, encoding="utf-8")
    if stale and "--check" in arguments:
        print(f"stale, run `make docs`: {', '.join(stale)}")
        return 1
    pictures = list(undrawn(ROOT / "docs" / "pictures"))
    if pictures:
        print(f"stale, run `make pictures`: {', '.join(pictures)}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
