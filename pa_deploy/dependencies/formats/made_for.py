"""Whether a lock file is of a known version, and was made for PythonAnywhere's machines."""

from __future__ import annotations

import re

from pa_deploy.dependencies.formats.document import Node
from pa_deploy.dependencies.formats.listing import Asked, Misread

SHOWABLE = re.compile(r"[0-9.]{1,20}")
"""A version. Other text is not shown."""


def check_version(node: Node, known: tuple[str, ...], command: str) -> None:
    """Raise Misread if the format has another version. Those that are `known` have no minor part.

    A file without a version is read. `command` makes it again.
    """
    said = str(node.value)
    if not node or said.partition(".")[0] in known:
        return
    shown = said if SHOWABLE.fullmatch(said) else "another one"
    which = f"version{'s' if len(known) > 1 else ''} {' and '.join(known)}"
    why = f"{node.name} is {shown}, and pa-deploy knows only {which} of this format."
    raise node.misread(why, f"Update pa-deploy. Or {command}, so that it has a known version.")


def check_markers(markers: Node, asked: Asked, advice: str) -> None:
    """Raise Misread if the file names environments, and none of them is PythonAnywhere's."""
    rows = tuple(markers.rows())
    if rows and not any(_holds(row, asked) for row in rows):
        raise elsewhere(markers, asked, advice)


def elsewhere(node: Node, asked: Asked, advice: str) -> Misread:
    """The message about a part that names the machines of the file."""
    ours = f"Linux (x86_64) with Python {asked.target.version}"
    why = f"it was locked for other machines: none in {node.name} is {ours}, as on PythonAnywhere."
    return node.misread(why, advice)


def _holds(row: Node, asked: Asked) -> bool:
    try:
        return asked.target.holds(row.text())
    except ValueError:
        raise row.misread(f"{row.name} is not a marker.") from None
