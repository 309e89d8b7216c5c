"""What the app has written in the live release, and what to do about it, for people."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from pa_deploy.inputs import BY_NAME
from pa_deploy.layout import Layout
from pa_deploy.loader.paths import shown
from pa_deploy.model import Compared, Late, ReleaseStatus, Written

ABOVE = "../"
"""How a path begins that is above the source."""


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
    share = tuple(path for path in wrote.share if _can_be_named(path))
    steps = [_sharing(share)] if share else []
    steps += [
        f"{path} is in `shared`, but release {live} has its own, and shared/{path} exists too. To "
        f"use shared/{path}, add {path} to `discard-changes`. To use the live one, rename "
        f"shared/{path} on PythonAnywhere."
        for path in map(shown, wrote.twice)
    ]
    if share:
        steps.append(
            "To leave them behind, add them to `discard-changes` instead. If you changed a file by "
            "hand, commit the change."
        )
    above = ", ".join(shown(path) for path in wrote.share if path.startswith(ABOVE))
    if above:
        steps.append(
            f"{above} is above `source`, where each release has a folder of its own. Set `source` "
            "to the folder above it, `python-path` to the present one, and share the path. Then "
            f"move it on PythonAnywhere from releases/{live} to the folder shared beside that."
        )
    named = (*share, *(path for path in wrote.share if path.startswith(ABOVE)))
    odd = ", ".join(shown(path) for path in wrote.share if path not in named)
    if odd:
        place = f", in the folder releases/{live}/code" if live else ""
        steps.append(
            f"No input can contain the name {odd}. Rename or delete it in a console on "
            f"PythonAnywhere{place}."
        )
    return " ".join(steps)


def _names(wrote: Written) -> str:
    return _some(wrote.paths, wrote.count)


def _some(paths: tuple[str, ...], count: int) -> str:
    names, more = ", ".join(map(shown, paths)), count - len(paths)
    return f"{names} and {more:,} more" if more else names


def _sharing(paths: tuple[str, ...]) -> str:
    """The line to add; a list if a line would be ambiguous."""
    as_list = json.dumps(list(paths), ensure_ascii=False)
    if all(_reads(path, path) for path in paths):
        line = f"`shared: {paths[0]}`" if len(paths) == 1 else f"to `shared`: {', '.join(paths)}"
        return f"To keep them, add {line}. The next deploy takes them along."
    return f"To keep them, set `shared` to a JSON list with {as_list}."


def _can_be_named(path: str) -> bool:
    return _reads(json.dumps([path], ensure_ascii=False), path)


def _reads(text: str, *paths: str) -> bool:
    return bool(BY_NAME["shared"].read(text).value == paths)


def late_sentences(late: Iterable[Late], status: ReleaseStatus, layout: Layout) -> Iterator[str]:
    """What was written in releases after they were left, and where it is.

    `status` is the last one: with a release that is removed, its files are moved.
    """
    kept = {row.id for row in status.releases}
    for each in late:
        place = _place(each.release, layout) if each.release in kept else layout.backups
        yield (
            f"Files were written in release {each.release} after the site had left it: "
            f"{_some(each.paths, each.count)}. A request was probably still under way. The live "
            f"release does not have these files. They are in {place}. Copy what you need."
        )


def left_sentences(status: ReleaseStatus, layout: Layout, *, is_rollback: bool) -> Iterator[str]:
    """What releases have that the site has left: nobody would look for it there."""
    yield from late_sentences(status.late, status, layout)
    if status.wrote and is_rollback:
        yield (
            f"Release {status.previous}, which the site has left, has files that the live release "
            f"does not have: {_names(status.wrote)}. They are in "
            f"{_place(status.previous, layout)}, and move to {layout.backups} when that release is "
            "removed. Copy what you need from there."
        )


def _place(release: str, layout: Layout) -> str:
    return f"{layout.release(release)}/code"
