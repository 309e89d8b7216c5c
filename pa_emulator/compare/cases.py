"""What a recording shows, as cases of the contract: `pa_emulator/contract/README.md`."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pa_emulator.compare.shapes import placeholders

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pa_emulator.compare.player import Comparison, Played
    from pa_emulator.compare.recording import Line

MARK = "# Written by `pa-emulator compare --cases`."
"""How a file of cases begins."""
SOURCE = "observed by clients"
WHY = "it comes from a recording. Read it before you try it on a real account"
FILES = "files/path/"
CONTENT = "text"
ROWS = re.compile(r"(webapps/<domain>/static_(?:files|headers)|consoles)/(?:(\d+)/?)?")
ROW_FORMS: Mapping[str, dict[str, str]] = {
    "files": {"url": "/static/", "path": "/home"},
    "headers": {"url": "/static/", "name": "Cache-Control", "value": "text"},
    "consoles": {"executable": "bash"},
}
NAMES = (
    ("/var/www/DOMAIN_wsgi.py", "<wsgi>"),
    (r"/home/USER/(?=[\w.])", "<folder>/"),
    ("/home/USER", "<home>"),
    (r"\bDOMAIN(?![\w-])", "<domain>"),
    (r"\bUSER\b", "<user>"),
)
"""The recording's names, and the contract's."""
OTHER_DOMAIN = re.compile(r"DOMAIN-\d|HOST\b")
BEYOND = 429
"""These answers (too many calls, failures) say nothing about the request itself."""


def text(comparison: Comparison) -> str:
    """Return all cases as YAML; each shape of a request and its answer comes once."""
    seen: set[str] = set()
    blocks = [f"{MARK} Review each case and give it a name.\n"]
    for played in comparison.played:
        case = _case(played)
        if case is None:
            continue
        shape = json.dumps({**case, "name": ""}, sort_keys=True)
        if shape not in seen:
            seen.add(shape)
            blocks.append(_yaml(case))
    return "\n".join(blocks) if len(blocks) > 1 else f"{blocks[0]}[]\n"


def _yaml(case: Mapping[str, Any]) -> str:
    """A case as YAML: a line for each key, its value as JSON."""
    rows = [f"{key}: {json.dumps(value)}" for key, value in case.items()]
    return "- " + "\n  ".join(rows) + "\n"


@dataclass(frozen=True, slots=True)
class _Situation:
    """What a request needs. `path` is the request's own path in that situation."""

    path: str
    needs: str = ""
    given: tuple[Mapping[str, Any], ...] = ()


def _case(played: Played) -> dict[str, Any] | None:
    """The case of one request; None if the contract has no words for it."""
    line = played.line
    asked = json.dumps([line.path, line.query, line.form])
    if line.status is None or line.status >= BEYOND or OTHER_DOMAIN.search(asked):
        return None
    situation = _situation(line)
    answer = _answer(line) if situation else None
    if situation is None or answer is None:
        return None
    said = f"{line.method} {situation.path} answers {line.status}, as in line {line.number}"
    return {
        "name": said,
        "source": SOURCE,
        "safe": False,
        "why": WHY,
        **({"api": line.version} if line.version != "v0" else {}),
        **({"needs": situation.needs} if situation.needs else {}),
        **({"given": list(situation.given)} if situation.given else {}),
        "request": _request(line, situation.path),
        "answer": answer,
    }


def _request(line: Line, path: str) -> dict[str, Any]:
    asked: dict[str, Any] = {"method": line.method, "path": path}
    if line.query:
        asked["query"] = _named(dict(line.query))
    if line.form is not None:
        asked["form"] = _named(dict(line.form))
    if line.upload is not None:
        asked["content"] = CONTENT
    return asked


def _situation(line: Line) -> _Situation | None:
    path = str(_named(line.rest))
    if line.rest.startswith(FILES):
        return _file_situation(line)
    if line.rest.startswith("files/"):
        return _shared_situation(line, path)
    if line.rest.startswith("webapps/") and line.rest != "webapps/":
        if line.status in {403, 404}:
            return _Situation(path.replace("<domain>", "<nowhere>"))
        return _row_situation(line, path, "webapp")
    if line.rest == "webapps/" and line.method == "POST":
        is_made = line.is_good and not (isinstance(line.json, dict) and "error_type" in line.json)
        return _Situation(path, "no webapp") if is_made else None
    if line.rest.startswith("consoles/"):
        return _row_situation(line, path, "")
    return _Situation(path) if line.method == "GET" else None


def _file_situation(line: Line) -> _Situation | None:
    """Upload the file first; make a folder by a file in it."""
    path = FILES.rstrip("/") + str(_named("/" + line.rest.removeprefix(FILES).lstrip("/")))
    if not path.startswith(f"{FILES.rstrip('/')}<folder>/"):
        return None
    was_there = (line.method, line.status) in {("GET", 200), ("POST", 200), ("DELETE", 204)}
    if isinstance(line.json, dict) and line.is_good:
        name = _first_file(line.json)
        path = path.rstrip("/")
        return _Situation(path, given=(_upload(f"{path}/{name}"),)) if name else None
    return _Situation(path, given=(_upload(path),) if was_there else ())


def _shared_situation(line: Line, path: str) -> _Situation | None:
    asked = line.query.get("path") or (line.form or {}).get("path", "")
    file = str(_named(asked))
    if not file.startswith("<folder>/"):
        return None
    if line.rest.startswith("files/tree"):
        inner = f"{file.rstrip('/')}/name.txt"
        return _Situation(path, given=(_upload(f"files/path{inner}"),)) if line.is_good else None
    given = [_upload(f"files/path{file}")]
    if line.status == (204 if line.method == "DELETE" else 200):
        given.append({"method": "POST", "path": "files/sharing/", "form": {"path": file}})
    return _Situation(path, given=tuple(given))


def _row_situation(line: Line, path: str, needs: str) -> _Situation | None:
    row = ROWS.fullmatch(path)
    if row is None or not row[2]:
        return _Situation(path, needs)
    if not line.is_good:
        return None
    kind = row[1].rpartition("_")[2]
    form = ROW_FORMS[kind]
    made = {"method": "POST", "path": f"{row[1]}/", "form": form, "keep": {"row": "id"}}
    return _Situation(f"{row[1]}/<row>/", needs, (made,))


def _upload(path: str) -> dict[str, Any]:
    return {"method": "POST", "path": path, "content": CONTENT}


def _first_file(entries: Mapping[str, Any]) -> str:
    files = (
        name
        for name, entry in entries.items()
        if isinstance(entry, dict) and entry.get("type") == "file"
    )
    return next(files, "")


def _answer(line: Line) -> dict[str, Any] | None:
    answer: dict[str, Any] = {"status": line.status}
    kind = line.headers.get("content-type", "").partition(";")[0].strip()
    if kind:
        answer["type"] = kind
    if not line.body:
        if line.content is None or not line.content.size:
            answer["text"] = ""
        return answer
    if line.rest.startswith(FILES) and line.is_good and isinstance(line.json, dict):
        name = _first_file(line.json)
        return {**answer, "includes": {name: _general(line.json[name], line)}}
    return {**answer, "body": _general(line.json, line)}


def _general(value: Any, line: Line, key: str = "") -> Any:  # noqa: ANN401 - JSON
    """Return the part of an answer that holds for each account: what was asked for, and errors."""
    asked = {**line.query, **(line.form or {})}
    if isinstance(value, dict):
        return {name: _general(inner, line, name) for name, inner in value.items()}
    if isinstance(value, list):
        is_error = not line.is_good
        return [_general(each, line, key) for each in value] if is_error else "<list>"
    if key == "id" or value is None:
        return value if value is None or isinstance(value, str) else "<id>"
    if isinstance(value, bool):
        return value if asked.get(key, "").lower() == str(value).lower() else "<any>"
    if not isinstance(value, str):
        return "<number>"
    is_said = not line.is_good or asked.get(key) == value or key in {"status", "type", "user"}
    unknown = placeholders(value) - placeholders(f"{line.path} {asked}")
    return _named(value) if is_said and not unknown else "<text>"


def _named(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Replace the recording's names by the contract's."""
    if isinstance(value, dict):
        return {key: _named(inner) for key, inner in value.items()}
    if not isinstance(value, str):
        return value
    for pattern, name in NAMES:
        value = re.sub(pattern, name, value)
    return value
