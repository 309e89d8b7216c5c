"""What the app has written in the live release, and what to do about it, for people."""

from __future__ import annotations

import json

from pa_deploy.inputs import BY_NAME
from pa_deploy.loader.paths import shown
from pa_deploy.model import Compared, Written


def written_sentence(wrote: Written) -> str:
    """What there is, as a part of a sentence."""
    number = f"{wrote.count:,} {'file' if wrote.count == 1 else 'files'}"
    return f"the live release has {number} that the new one would not have: {_names(wrote)}"


def difference(compared: Compared) -> str:
    """What was written in the live release, as a sentence; "" if nothing was."""
    if compared.changed:
        return f"Code of the live release was changed: {', '.join(map(shown, compared.changed))}."
    if compared.wrote:
        names = _names(compared.wrote)
        return f"The live release has files that are not in `shared`: {names}."
    return ""


def next_steps(wrote: Written, live: str) -> str:
    """All ways out; `live` is the id of the live release."""
    steps = [_sharing(wrote.share)] if wrote.share else []
    steps += [
        f"{path} is in `shared`, but release {live} has its own, and shared/{path} exists too. To "
        f"use shared/{path}, add {path} to `discard-changes`. To use the live one, rename "
        f"shared/{path} on PythonAnywhere."
        for path in map(shown, wrote.twice)
    ]
    if wrote.share:
        steps.append(
            "To leave them behind, add them to `discard-changes` instead. If you changed a file by "
            "hand, commit the change."
        )
    return " ".join(steps)


def _names(wrote: Written) -> str:
    names = ", ".join(map(shown, wrote.paths))
    more = wrote.count - len(wrote.paths)
    return f"{names} and {more:,} more" if more else names


def _sharing(paths: tuple[str, ...]) -> str:
    """The line to add; a list if a line would be ambiguous."""
    as_list = json.dumps(list(paths), ensure_ascii=False)
    if all(_reads(path, path) for path in paths):
        line = f"`shared: {paths[0]}`" if len(paths) == 1 else f"to `shared`: {', '.join(paths)}"
        return f"To keep them, add {line}. The next deploy takes them along."
    if _reads(as_list, *paths):
        return f"To keep them, set `shared` to a JSON list with {as_list}."
    return "Rename the files with unusual names on PythonAnywhere, because no input can name them."


def _reads(text: str, *paths: str) -> bool:
    return bool(BY_NAME["shared"].read(text).value == paths)
