"""Commands in the lines that a step prints (ActionCommand.cs, ActionCommandManager.cs)."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.actions_runner.annotations import LONGEST, Annotation, Annotations
from tests.actions_runner.masking import Masker

DATA_ESCAPES = (("%0D", "\r"), ("%0A", "\n"), ("%25", "%"))
PROPERTY_ESCAPES = (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%"))
V1_ESCAPES = (("%3B", ";"), ("%0D", "\r"), ("%0A", "\n"), ("%5D", "]"), ("%25", "%"))
LOGGED = ("error", "warning", "notice")
DISABLED = ("set-env", "add-path")
DEPRECATED = ("set-output", "save-state")
OTHERS = ("add-mask", "add-matcher", "remove-matcher", "debug", "group", "endgroup", "echo")
STOP = "stop-commands"
NAMES = (*LOGGED, *DISABLED, *DEPRECATED, *OTHERS, STOP)


@dataclass(frozen=True, slots=True)
class Command:
    name: str
    data: str
    properties: dict[str, str] = field(default_factory=dict)


def parse(line: str, names: tuple[str, ...] = NAMES) -> Command | None:
    """A command in either syntax, or None where the line is text."""
    return _parse_v2(line, names) or _parse_v1(line, names)


def _parse_v2(line: str, names: tuple[str, ...]) -> Command | None:
    """`::name key=value,key=value::data`, after any blanks."""
    text = line.lstrip()
    end = text.find("::", 2)
    if not text.startswith("::") or end < 0:
        return None
    name, _, rest = text[2:end].partition(" ")
    if name.lower() not in names:
        return None
    data = _unescaped(text[end + 2 :], DATA_ESCAPES)
    return Command(name.lower(), data, _properties(rest, ",", PROPERTY_ESCAPES))


def _parse_v1(line: str, names: tuple[str, ...]) -> Command | None:
    """`##[name key=value;key=value]data`, anywhere in the line."""
    start = line.find("##[")
    end = line.find("]", start + 3)
    if start < 0 or end < 0:
        return None
    name, _, rest = line[start + 3 : end].partition(" ")
    if name.lower() not in names:
        return None
    data = _unescaped(line[end + 1 :], V1_ESCAPES)
    return Command(name.lower(), data, _properties(rest, ";", V1_ESCAPES))


def _properties(text: str, separator: str, escapes: tuple[tuple[str, str], ...]) -> dict[str, str]:
    pairs = (part.strip().split("=", 1) for part in text.split(separator))
    return {pair[0]: _unescaped(pair[1], escapes) for pair in pairs if len(pair) == 2}


def _unescaped(text: str, escapes: tuple[tuple[str, str], ...]) -> str:
    for code, character in escapes:
        text = text.replace(code, character)
    return text


class CommandReader:
    """Reads the lines of one step, one after the other."""

    def __init__(self, masker: Masker) -> None:
        self._masker = masker
        self._resume: str | None = None
        self.annotations = Annotations()
        self.failed = False
        self.log: list[str] = []
        self.outputs: dict[str, str] = {}

    def read(self, line: str) -> None:
        if self._resume is not None:
            self._read_while_stopped(line)
            return
        command = parse(line)
        if command is None:
            self._write(line)
        else:
            self._obey(command)

    def _read_while_stopped(self, line: str) -> None:
        if self._resume and parse(line, (self._resume.lower(),)):
            self._resume = None
        self._write(line)

    def _obey(self, command: Command) -> None:
        if command.name in LOGGED:
            self._annotate(command)
        elif command.name in DISABLED:
            self._fail(f"The `{command.name}` command is disabled.")
        elif command.name in DEPRECATED:
            self._write(f"##[warning]The `{command.name}` command is deprecated")
            self.annotations.add(
                Annotation("warning", f"The `{command.name}` command is deprecated")
            )
            self.outputs[command.properties.get("name", "")] = command.data
        elif command.name == STOP:
            self._stop(command.data)
        elif command.name == "add-mask":
            self._masker.add(command.data)
        elif command.name != "debug":
            self._write(f"##[{command.name}]{command.data}")

    def _annotate(self, command: Command) -> None:
        message = self._masker.mask(command.data)[:LONGEST]
        title = self._masker.mask(command.properties.get("title", ""))
        self.annotations.add(Annotation(command.name, message, title))
        self._write(f"##[{command.name}]{command.data}")

    def _stop(self, token: str) -> None:
        if not token or token.lower() in (*NAMES, "pause-logging"):
            self._fail("Invalid stop token")
        else:
            self._resume = token

    def _fail(self, message: str) -> None:
        self.failed = True
        self.annotations.add(Annotation("error", message))
        self._write(f"##[error]{message}")

    def _write(self, line: str) -> None:
        self.log.append(self._masker.mask(line))
