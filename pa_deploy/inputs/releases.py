"""From text to the parts of a release. Pure; raises BadValue for what cannot be used."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator, Sequence

from pa_deploy.inputs.lists import read_json, refuse, said_lines
from pa_deploy.inputs.parse import NONE_WORD, BadValue, Complaint
from pa_deploy.model import OUTPUT_PREFIX, Secret
from pa_deploy.unprintable import is_unprintable
from pa_deploy.urls import secrets_of_urls

FEWEST_RELEASES = 2
MOST_RELEASES = 50
MOST_BACKUPS = 50
LEAST_DISK_LIMIT = 1024 * 1024
SIZE = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,6})?)\s*([kmgt]?)(i?)(b?|bytes?)")
HOW_TO_WRITE_SIZE = "Write it as 512MiB or 1 GB, or `none` for no limit."
NAME = r"[A-Za-z_][A-Za-z0-9_]*"
UNFIT = re.compile("[\\0\ud800-\udc7f\udd00-\udfff]")
"""What no environment variable can hold; bytes that are not UTF-8 come as \\udc80 to \\udcff."""
EXAMPLE_LIST = '["db.sqlite3", "media/"]'
ONE_A_LINE = "Write each path on its own line."
SIGNS = (
    (",", "a comma", ONE_A_LINE),
    (r"\s", "a space", ONE_A_LINE),
    ("#", "a #", "Put a comment on its own line."),
)
"""Signs in a line of paths that may be a mistake. The first one found is told."""
HOW_TO_WRITE = "Write KEY=value. A value of several lines needs the JSON form."
HOW_TO_WRITE_ENV = (
    "Write KEY=value, with = and no colon. A KEY has letters, digits and _ only. A value of "
    "several lines needs the JSON form."
)
BETWEEN_PATTERNS = r",(?=\s+\S|[*./!])"
"""A comma before a blank, or before a sign that many patterns begin with."""


def patterns(value: str) -> tuple[str, ...]:
    """Lines as in a `.gitignore`. A comma that seems to part two patterns is refused."""
    lines = tuple(said_lines(value))
    advice = "Write each pattern on a line of its own. If it is one pattern, write [,] for a comma."
    refuse(
        (number, f'"{line}" has a comma, but each line must be one pattern.', advice)
        for number, line in lines
        if re.search(BETWEEN_PATTERNS, line)
    )
    return tuple(line for _, line in lines)


def commands(value: str) -> tuple[str, ...]:
    """A command a line; one that ends in a backslash goes on in the next."""
    return tuple(line for _, line in said_lines(re.sub(r"\\(\r\n|\r|\n)", " ", value)))


def shared(value: str) -> tuple[str, ...]:
    """A path a line, or a JSON list of paths, in which each text is taken as it is.

    They are relative to the release; a directory's ends in a slash.
    """
    return _paths(value, "shared", "share")


def discard_changes(value: str) -> tuple[str, ...]:
    """As `shared`."""
    return _paths(value, "discard-changes", "name")


def _paths(value: str, name: str, verb: str) -> tuple[str, ...]:
    """`name` is the input's; `verb` is what it does with a path, for people."""
    complaints: list[Complaint] = []
    paths: dict[str, int | None] = {}
    if value.startswith("["):
        rows: Sequence[tuple[int | None, str]] = [(None, path) for path in _json_texts(value)]
    else:
        rows = list(said_lines(value))
        complaints += [
            (number, *said) for number, line in rows for said in _ambiguous(line, name, verb)
        ]
    for number, text in () if complaints else rows:
        path = posixpath.normpath(text)
        if path.startswith(("/", "~")) or path.split("/")[0] in ("..", "."):
            advice = "Write a path within the release, for example media/ or db.sqlite3."
            complaints.append((number, f'"{text}" is not in the release.', advice))
        elif is_unprintable(path):
            said = f"{text!a} has characters that a file name cannot have here."
            complaints.append((number, said, "Type the name again."))
        else:
            paths.setdefault(path + ("/" if text.endswith("/") else ""), number)
    for path, number in paths.items():
        above = next((other for other in paths if _is_in(path, other)), None)
        if above:
            said = f'"{path}" is in "{above}", which is {verb}d already.'
            complaints.append((number, said, "Keep one of the two."))
    refuse(complaints)
    return tuple(paths)


def _json_texts(value: str) -> list[str]:
    texts = read_json(value, f"Write {EXAMPLE_LIST}.")
    if not texts or not all(isinstance(text, str) for text in texts):
        raise BadValue.because(
            "the JSON list must contain one or more texts, and nothing else.",
            f"Write {EXAMPLE_LIST}.",
        )
    return list(texts)


def _ambiguous(line: str, name: str, verb: str) -> Iterator[tuple[str, str]]:
    """The problem with a line that may not be a single path, and what to write instead."""
    as_list = json.dumps([line], ensure_ascii=False)
    in_a_list = (
        f"If it is one name, write a list: {name} = {as_list} in pa-deploy.toml, or {as_list} as "
        "JSON in a workflow."
    )
    if re.search(r"\s#", line):
        path = re.split(r"\s+#", line)[0]
        yield f'"{line}" ends in a comment.', f'Write only "{path}". {in_a_list}'
    elif "\\" in line:
        path = line.replace("\\", "/")
        yield f'"{line}" has a backslash.', f'Write "{path}". {in_a_list}'
    elif re.search(r"[*?\[]", line):
        folder = re.split(r"[^/]*[*?\[]", line)[0]
        advice = f'Write "{folder}" to {verb} the folder.' if folder else "Name each path."
        yield f'"{line}" has a wildcard, which is not expanded here.', f"{advice} {in_a_list}"
    else:
        for sign, called, advice in SIGNS:
            if re.search(sign, line):
                yield f'"{line}" has {called}.', f"{advice} {in_a_list}"
                return


def _is_in(path: str, other: str) -> bool:
    return path != other and f"{path}/".startswith(f"{other.rstrip('/')}/")


def variables(value: str, *, secret: bool = False) -> tuple[tuple[str, str], ...]:
    """Lines `KEY=value`, or one JSON object for values of several lines.

    `secret`: no complaint cites a value, or text that is not a name and so may be one.
    """
    is_json = value.startswith("{")
    pairs = _json_pairs(value) if is_json else _line_pairs(value, secret=secret)
    names = [name for name, _ in pairs]
    complaints: list[Complaint] = []
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            complaints.append((None, f'"{name}" is given twice.', "Keep one of the two."))
        if name.startswith(OUTPUT_PREFIX):
            advice = f"Use a name that does not begin with {OUTPUT_PREFIX}."
            complaints.append((None, f'"{name}" is set by pa-deploy itself.', advice))
    refuse(complaints)
    return tuple(pairs)


def env(value: str) -> tuple[tuple[str, Secret], ...]:
    """As `variables`, but the values are secrets."""
    return tuple((name, Secret(text)) for name, text in variables(value, secret=True))


def generate(value: str) -> tuple[str, ...]:
    """A name of a variable a line. No complaint cites what may be a value."""
    complaints: list[Complaint] = []
    names: dict[str, None] = {}
    for number, line in said_lines(value):
        name = line.partition("=")[0].strip()
        if "=" in line:
            said = "it has a value, but PythonAnywhere makes the value."
            complaints.append((number, said, "Write the name alone, or use `env` for your value."))
        elif not re.fullmatch(NAME, line):
            said = f'"{line}" is not a name of a variable.'
            complaints.append((number, said, "Write one name per line, such as SECRET_KEY."))
        elif name.startswith(OUTPUT_PREFIX):
            advice = f"Use a name that does not begin with {OUTPUT_PREFIX}."
            complaints.append((number, f'"{name}" is set by pa-deploy itself.', advice))
        names.setdefault(name)
    refuse(complaints)
    return tuple(names)


def python_path(value: str) -> tuple[str, ...]:
    """A folder of the release a line; `.` is the release itself."""
    complaints: list[Complaint] = []
    folders: dict[str, None] = {}
    for number, line in said_lines(value):
        folder = posixpath.normpath(line)
        if folder.startswith(("/", "~")) or folder.split("/")[0] == ".." or ":" in folder:
            advice = "Write a folder within `source`, for example src."
            complaints.append((number, f'"{line}" is not in the release.', advice))
        elif re.search(r"\s#", line):
            said = f'"{line}" ends in a comment.'
            complaints.append((number, said, "Put a comment on its own line."))
        elif "\\" in line:
            slashed = line.replace("\\", "/")
            complaints.append((number, f'"{line}" has a backslash.', f'Write "{slashed}".'))
        elif "," in line:
            said = f'"{line}" has a comma, but each line must be one folder.'
            complaints.append((number, said, "Write each folder on a line of its own."))
        folders.setdefault(folder)
    refuse(complaints)
    return tuple(folders)


def env_secrets(value: str, pairs: Sequence[tuple[str, Secret]] | None) -> tuple[str, ...]:
    """The texts to hide in `env`, valid or not: the values, not the names. Of a URL, which others
    may show without its password, the password and tokens too.

    `pairs` is what the text was parsed to, or None if it is not valid.
    """
    if pairs is not None:
        texts = [secret.reveal() for _, secret in pairs]
    else:
        texts = [line.partition("=")[2].strip() or line for _, line in said_lines(value)]
    lines = (line.strip() for text in texts for line in (text, *text.splitlines()))
    parts = (part for text in texts for part in secrets_of_urls(text))
    return tuple(dict.fromkeys(each for each in (*lines, *parts) if each))


def keep_releases(value: str) -> int:
    if re.fullmatch(r"\d{1,3}", value) and FEWEST_RELEASES <= int(value) <= MOST_RELEASES:
        return int(value)
    raise BadValue.because(
        f'"{value}" is not a number from {FEWEST_RELEASES} to {MOST_RELEASES}.',
        "The live release counts, and a rollback needs one more.",
    )


def backups(value: str) -> int:
    if re.fullmatch(r"\d{1,3}", value) and int(value) <= MOST_BACKUPS:
        return int(value)
    raise BadValue.because(
        f'"{value}" is not a number from 0 to {MOST_BACKUPS}.', "With 0, no copies are made."
    )


def disk_limit(value: str) -> int:
    """Bytes; 0 if there is no limit. The units are those of 1,000 and of 1,024."""
    if value.lower() in (NONE_WORD, "0"):
        return 0
    found = SIZE.fullmatch(value.lower())
    if not found:
        raise BadValue.because(f'"{value}" is not a size.', HOW_TO_WRITE_SIZE)
    number, prefix, binary, unit = found.groups()
    if not (prefix or unit) or (binary and not prefix):
        raise BadValue.because(f'"{value}" has no unit.', f"Write {number}MiB if you mean that.")
    is_decimal = bool(unit) and not binary  # as `du -h` writes it, 512M are MiB
    base = 1000 if is_decimal else 1024
    size = int(float(number) * base ** " kmgt".index(prefix or " "))
    if size < LEAST_DISK_LIMIT:
        raise BadValue.because(f'"{value}" is less than 1 MiB: no release fits.', HOW_TO_WRITE_SIZE)
    return size


def _line_pairs(value: str, *, secret: bool) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    complaints: list[Complaint] = []
    for number, line in said_lines(value):
        name, equals, text = (part.strip() for part in line.partition("="))
        if equals and re.fullmatch(NAME, name):
            pairs.append((name, _unquoted(text)))
        else:
            said, advice = _no_pair(line)
            if secret:
                said, advice = "this is not KEY=value.", HOW_TO_WRITE_ENV
            complaints.append((number, said, advice))
    refuse(complaints)
    return pairs


def _no_pair(line: str) -> tuple[str, str]:
    """The problem with a line that is not `KEY=value`, and what to write."""
    name, equals, text = (part.strip() for part in line.partition("="))
    with_colon = re.fullmatch(rf"({NAME})\s*:(?:\s+(.*)|$)", line)
    if with_colon:
        key, said = with_colon[1], _unquoted((with_colon[2] or "").strip())
        return f'"{key}" has a colon after it.', f"Write {key}={said}"
    if not equals:
        return f'"{line}" has no = in it.', HOW_TO_WRITE
    if not name:
        return "there is no name before the =.", HOW_TO_WRITE
    bare = re.fullmatch(rf"(?:export|set|declare -x|\$env:)\s*({NAME})", name, re.IGNORECASE)
    if bare:
        return f'"{name}" is not just a name.', f"Write {bare[1]}={text}"
    offer = re.sub(r"[^A-Za-z0-9_]+", "_", name).strip("_")
    advice = f"Write {offer}={text}" if re.fullmatch(NAME, offer) else HOW_TO_WRITE
    if re.search(r"\s", name):
        return f'the name "{name}" has a space.', advice
    return f'"{name}" is not a name: letters, digits and _, and no digit first.', advice


def _unquoted(text: str) -> str:
    """As in a `.env` file, one pair of quotes around a value is not part of it."""
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1]
    return text


def _json_pairs(value: str) -> list[tuple[str, str]]:
    advice = 'Correct it, for example {"KEY": "value"}, or write one KEY=value per line.'
    pairs = read_json(value, advice, object_pairs_hook=list)
    if not all(
        re.fullmatch(NAME, name) and isinstance(text, str) and not UNFIT.search(text)
        for name, text in pairs
    ):
        said = "each key of the JSON object must be a variable's name, and each value a text."
        raise BadValue.because(said)
    return list(pairs)
