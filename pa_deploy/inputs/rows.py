"""From text to static file mappings and static headers. Pure; raises BadValue."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence

from pa_deploy.inputs.lists import read_json, refuse, said_lines
from pa_deploy.inputs.parse import NONE_WORD, BadValue, Complaint
from pa_deploy.model import SharedFile, StaticFile, StaticHeader
from pa_deploy.unprintable import is_unprintable


def static_files(value: str) -> tuple[StaticFile, ...]:
    """Lines `URL = PATH`, a JSON object or list of objects, or `none`; in order, each URL once.

    A path may be relative, to the release that is live: see `absolute_complaints`.
    """
    if value.lower() == NONE_WORD:
        return ()
    if value.startswith("{"):
        pairs = _json_pairs(value)
    elif value.startswith("["):
        rows = _json_objects(value, "mapping", ("url", "path"), ONE_MAPPING_A_LINE)
        pairs = [(None, row["url"].strip(), row["path"].strip()) for row in rows]
    else:
        pairs = _line_pairs(value)
    _insist_on_some(pairs)
    refuse(_mapping_complaints(pairs))
    return tuple(StaticFile(url, path) for _, url, path in pairs)


def absolute_complaints(value: str, rows: Sequence[StaticFile]) -> Iterator[Complaint]:
    """Complaints about relative paths among the `rows` of a text: only a release has such."""
    as_json = value.startswith(("{", "["))
    numbers = iter(()) if as_json else (number for number, _ in said_lines(value))
    for row in rows:
        yield from _not_absolute(next(numbers, None), row.path)


def static_headers(value: str) -> tuple[StaticHeader, ...]:
    """Lines `URL  Name: value`, a JSON list of objects, or `none`; each URL and name once."""
    if value.lower() == NONE_WORD:
        return ()
    rows = _json_headers(value) if value.startswith("[") else _line_headers(value)
    _insist_on_some(rows)
    complaints: list[Complaint] = []
    seen = set()
    for line, row in rows:
        if not row.url.startswith("/"):
            complaints.append((line, f'the URL "{row.url}" must begin with a slash.', ""))
        if not re.fullmatch(HEADER_NAME, row.name):
            complaints.append((line, f'"{row.name}" is not the name of a header.', ""))
        if is_unprintable(row.url + row.value):
            complaints.append((line, f"{row.name} has characters that no header has.", ""))
        key = (row.url, row.name.lower())
        if key in seen:
            said = f'the header "{row.name}" for "{row.url}" is listed twice.'
            complaints.append((line, said, "Keep one of the two."))
        seen.add(key)
    refuse(complaints)
    return tuple(row for _, row in rows)


def shared_files(value: str) -> tuple[SharedFile, ...]:
    """Lines that are paths, or a JSON list of them; each once."""
    if value.lower() == NONE_WORD:
        raise BadValue.because(
            "PythonAnywhere does not list shared files, so pa-deploy cannot find those to unshare.",
            "Leave the input out. To stop sharing a file: pa-deploy files unshare PATH",
        )
    rows = _json_paths(value) if value.startswith("[") else _line_paths(value)
    _insist_on_some(rows)
    complaints: list[Complaint] = []
    seen = set()
    for line, path in rows:
        complaints += (*_not_absolute(line, path), *_path_complaints(line, path))
        if path in seen:
            complaints.append((line, f'the path "{path}" is listed twice.', "Keep one of the two."))
        seen.add(path)
    refuse(complaints)
    return tuple(SharedFile(path) for _, path in rows)


def _line_paths(value: str) -> Sequence[tuple[int | None, str]]:
    rows = list(said_lines(value))
    refuse(
        (number, f'"{line}" has more than one path.', "Write each path on a line of its own.")
        for number, line in rows
        if re.search(ANOTHER_PATH, line)
    )
    return rows


def _json_paths(value: str) -> Sequence[tuple[int | None, str]]:
    paths = read_json(value, "Correct it, or write one path per line.", tells_why=True)
    if all(isinstance(path, str) for path in paths):
        return [(None, path.strip()) for path in paths]
    raise BadValue.because("the JSON list must contain only paths, as strings.")


HEADER_NAME = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"


def _line_headers(value: str) -> list[tuple[int | None, StaticHeader]]:
    rows: list[tuple[int | None, StaticHeader]] = []
    complaints: list[Complaint] = []
    for number, line in said_lines(value):
        match = re.fullmatch(r"(\S+)\s+([^\s:]+)\s*:\s*(.*)", line)
        if match and re.search(ANOTHER_HEADER, match[3]):
            said = f'"{line}" has more than one header.'
            complaints.append((number, said, "Write each header on a line of its own."))
        elif match:
            rows.append((number, StaticHeader(match[1], match[2], match[3])))
        else:
            advice = "Write URL Name: value, for example: /static/ Cache-Control: max-age=3600"
            complaints.append((number, f'"{line}" is not a header.', advice))
    refuse(complaints)
    return rows


def _json_headers(value: str) -> list[tuple[int | None, StaticHeader]]:
    items = _json_objects(value, "header", ("url", "name", "value"), ONE_HEADER_A_LINE)
    return [(None, StaticHeader(item["url"], item["name"], item["value"])) for item in items]


def _json_objects(
    value: str, what: str, keys: tuple[str, ...], advice: str
) -> list[dict[str, str]]:
    """A JSON list of objects that have exactly these keys, with texts."""
    items = read_json(value, advice, tells_why=True)
    for number, item in enumerate(items, start=1):
        texts = isinstance(item, dict) and all(isinstance(text, str) for text in item.values())
        if not texts or set(item) != set(keys):
            named = " and ".join((", ".join(f'"{key}"' for key in keys[:-1]), f'"{keys[-1]}"'))
            raise BadValue.because(f"{what} {number} must have exactly {named}, as texts.")
    return list(items)


ONE_MAPPING_A_LINE = "Correct it, or write one mapping per line: URL = PATH"
ONE_HEADER_A_LINE = "Correct it, or write one header per line: URL Name: value"
ANOTHER_MAPPING = r"(?:[,;]\s*|\s)/[^\s=]*\s*="
ANOTHER_HEADER = r"[,;]\s*/\S*\s+[^\s:/]+\s*:"
ANOTHER_PATH = r"[,;]\s*~?/|\s~?/"
"""Within a line, where the next one seems to begin."""
Pair = tuple[int | None, str, str]


def _line_pairs(value: str) -> list[Pair]:
    pairs: list[Pair] = []
    complaints: list[Complaint] = []
    for number, line in said_lines(value):
        url, equals, path = (part.strip() for part in line.partition("="))
        if re.search(ANOTHER_MAPPING, path):
            said = f'"{line}" has more than one mapping.'
            complaints.append((number, said, "Write each mapping on a line of its own."))
        elif equals and url and path:
            pairs.append((number, url, path))
        else:
            advice = "Write URL = PATH, for example: /static/ = ~/mysite/static"
            complaints.append((number, f'"{line}" is not a mapping.', advice))
    refuse(complaints)
    return pairs


def _json_pairs(value: str) -> list[Pair]:
    pairs = read_json(value, ONE_MAPPING_A_LINE, tells_why=True, object_pairs_hook=list)
    if all(isinstance(path, str) for _, path in pairs):
        return [(None, url.strip(), path.strip()) for url, path in pairs]
    raise BadValue.because("each URL must have a path, as a text.")


def mapping(url: str, path: str) -> StaticFile:
    """One mapping, by the same rules as those in a list; its path is absolute."""
    row = StaticFile(url.strip(), path.strip())
    pairs = [(None, row.url, row.path)]
    refuse((*_mapping_complaints(pairs), *_not_absolute(None, row.path)))
    return row


def _insist_on_some(rows: Sequence[object]) -> None:
    """Refuse a list in which every line is a comment: it must not delete everything."""
    if not rows:
        raise BadValue.because("nothing is listed in it.", "Write none if there must be none.")


def _mapping_complaints(pairs: Sequence[Pair]) -> Iterator[Complaint]:
    first_line: dict[str, int | None] = {}
    for line, url, path in pairs:
        if not url.startswith("/"):
            yield line, f'the URL "{url}" must begin with a slash.', ""
        if is_unprintable(url):
            yield line, f"{url!a} has characters that no URL has.", ""
        yield from _path_complaints(line, path)
        if url in first_line:
            yield line, f'the URL "{url}" is listed twice.', "Keep one of the two."
        first_line.setdefault(url, line)


def _not_absolute(line: int | None, path: str) -> Iterator[Complaint]:
    if not path.startswith(("/", "~/")):
        advice = "Begin it with / or ~/; it is a path on PythonAnywhere."
        yield line, f'the path "{path}" is not absolute.', advice


def _path_complaints(line: int | None, path: str) -> Iterator[Complaint]:
    is_relative = not path.startswith(("/", "~/"))
    if is_relative and posixpath.normpath(path).split("/")[0] in ("..", "~"):
        yield line, f'the path "{path}" is not in the release.', ""
    if is_unprintable(path):
        yield line, f"{path!a} has characters that no path has.", ""
    if " #" in path:
        yield line, f'the path "{path}" ends in a comment.', "Put a comment on its own line."
