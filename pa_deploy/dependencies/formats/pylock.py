"""pylock.toml (PEP 751): the packages whose markers hold on PythonAnywhere.

Read here, because `packaging.pylock` tells no lines, and refuses a file for parts that we need not.
"""

from __future__ import annotations

from collections.abc import Iterator

from packaging.utils import canonicalize_name

from pa_deploy.dependencies.formats import chosen, made_for
from pa_deploy.dependencies.formats.document import Node, toml
from pa_deploy.dependencies.formats.listing import Asked, Line, Listing, OptionLine, PythonLimit
from pa_deploy.dependencies.formats.packages import Locked, from_commit, pinned
from pa_deploy.dependencies.formats.sources import as_path, in_folder, index

ADVICE = (
    "Make the file again for Linux, and commit it: for example with "
    "`uv export --format pylock.toml --output-file pylock.toml`."
)


def read(text: str, asked: Asked) -> Listing:
    """Raises Misread."""
    file = toml(text)
    made_for.check_version(file["lock-version"], ("1",), "make the file again")
    made_for.check_markers(file["environments"], asked, ADVICE)
    groups = (*file["dependency-groups"].texts(), *file["default-groups"].texts())
    chosen.check(asked.chosen, extras=file["extras"].texts(), groups=groups)
    wanted = (*file["default-groups"].texts(), *asked.chosen.groups)
    rows = [row for row in file["packages"].rows() if _is_needed(row, asked, wanted)]
    return Listing(
        lines=tuple(_line(row) for row in rows),
        options=tuple(dict.fromkeys(_options(rows))),
        python=tuple(limit for node in (file, *rows) for limit in _python(node)),
        is_locked=True,
    )


def _is_needed(row: Node, asked: Asked, groups: tuple[str, ...]) -> bool:
    node = row["marker"]
    try:
        return not node or asked.target.holds(node.text(), asked.chosen.extras, groups)
    except ValueError:
        raise node.misread(f"{node.name} is not a marker.") from None


def _line(row: Node) -> Line:
    name, at = str(canonicalize_name(row["name"].needed())), row.line
    if row["vcs"]:
        return Line(f"{name} @ {_repository(row['vcs'])}", at)
    if row["directory"]:
        return Line(f"{name} @ {as_path(row['directory']['path'].needed())}", at)
    archive = row["archive"]
    if archive:
        place = archive["url"].text() or as_path(archive["path"].needed())
        place = in_folder(place, archive["subdirectory"].text())
        return Line(f"{name} @ {place}", at, tuple(_hashes(archive)))
    files = [*row["wheels"].rows(), row["sdist"]]
    found = pinned(Locked(row, name, row["version"].needed()), ())
    return Line(found.text, at, tuple(each for file in files for each in _hashes(file)))


def _repository(vcs: Node) -> str:
    url = vcs["url"].text() or vcs["path"].text()
    system = vcs["type"].text() or "git"
    return from_commit(vcs, url, vcs["commit-id"].text(), vcs["subdirectory"].text(), system)


def _hashes(file: Node) -> Iterator[str]:
    """One for each file: that of the kind that uv looks at, if there is one."""
    for kind in ("sha256", "sha512", "sha384"):
        if file["hashes"][kind]:
            yield f"{kind}:{file['hashes'][kind].text()}"
            return


def _options(rows: list[Node]) -> Iterator[OptionLine]:
    seen = {row["index"].text(): row["index"] for row in rows}
    for url, node in seen.items():
        yield from index(node, url)


def _python(node: Node) -> Iterator[PythonLimit]:
    limit = node["requires-python"]
    if limit:
        yield PythonLimit("requires-python", limit.text(), limit.text(), limit.line)
