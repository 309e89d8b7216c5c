"""The paths that a WSGI file names, by whatever expression. The file is read, and never run."""

from __future__ import annotations

import ast
import os
import re
from contextlib import suppress
from typing import Any, Callable, Dict, List, Optional, Sequence

FIELD = re.compile(r"\{(\w*)\}")
HOME_VARIABLE = re.compile(r"\$HOME\b|\$\{HOME\}")
WSGI_FOLDER = "/var/www"
MOST_CHARACTERS = 1000
JOINING = ("Path", "PurePath", "PosixPath", "PurePosixPath", "join", "joinpath")
UNCHANGING = ("str", "fspath", "abspath", "realpath", "normpath", "expanduser", "expandvars")
"""Functions that return the same place. `~` and `$HOME` are replaced at the end."""
OF_A_PATH = ("resolve", "absolute", "expanduser", "as_posix")
OF_A_TEXT = ("strip", "lstrip", "rstrip", "replace", "lower")


class Paths:
    """What a WSGI file names. `home` is the account's home directory as the file would write it."""

    def __init__(self, text: str, home: str) -> None:
        self.found: Dict[str, None] = {}
        self.working: List[str] = []
        """The folders to which it changes."""
        self._home = home
        self._names = {"__file__": WSGI_FOLDER + "/wsgi.py"}
        user = os.path.basename(home)
        self._variables = {"HOME": home, "USER": user, "LOGNAME": user, "PWD": home}
        with suppress(SyntaxError, ValueError, RecursionError, MemoryError):
            self._read(ast.parse(text))

    def _read(self, node: ast.AST) -> None:
        """Read what is in a node, then the node itself; so statements are read in their order."""
        if isinstance(node, ast.For) and isinstance(node.iter, (ast.List, ast.Tuple)):
            for each in node.iter.elts:
                self._assign(node.target, self._value(each))
                self._read_all(node.body)
        self._read_all(list(ast.iter_child_nodes(node)))
        if isinstance(node, ast.Assign):
            for target in node.targets:
                self._assign(target, self._value(node.value))
        elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)):
            self._assign(node.target, self._value(node.value) if node.value else None)
        elif isinstance(node, ast.AugAssign):
            both = ast.BinOp(left=node.target, op=node.op, right=node.value)
            self._assign(node.target, self._value(both))
        elif isinstance(node, ast.expr):
            self._note(node)

    def _read_all(self, nodes: Sequence[ast.AST]) -> None:
        for each in nodes:
            self._read(each)

    def _note(self, node: ast.expr) -> None:
        self._keep(self._value(node))
        if isinstance(node, ast.Call) and node.args:
            first = self._value(node.args[0])
            if _name(node.func) == "chdir" and first:
                self.working.append(self._place(first))
            elif _name(node.func) == "setdefault" and first and len(node.args) > 1:
                self._variables.setdefault(first, self._value(node.args[1]) or "")

    def _keep(self, value: Optional[str]) -> None:
        if value and len(value) <= MOST_CHARACTERS and value.isprintable():
            self.found[self._place(value)] = None

    def _place(self, value: str) -> str:
        """An absolute path. A relative one is in the folder to which the file has changed."""
        value = HOME_VARIABLE.sub(lambda _: self._home, value)
        if value == "~" or value.startswith("~/"):
            value = self._home + value[1:]
        return os.path.normpath(os.path.join((self.working or [self._home])[-1], value))

    def _assign(self, target: ast.expr, value: Optional[str]) -> None:
        self._keep(value)
        if value is None:
            return
        if isinstance(target, ast.Name):
            self._names[target.id] = value
        elif isinstance(target, ast.Subscript) and _name(target.value) == "environ":
            name = self._value(_index(target))
            if name:
                self._variables[name] = value

    # --- values: texts and paths; None for what is not known

    def _value(self, node: ast.AST) -> Optional[str]:
        read = self._readers.get(type(node))
        return read(node) if read else None

    @property
    def _readers(self) -> Dict[type, Callable[[Any], Optional[str]]]:
        return {
            ast.Constant: lambda node: node.value if isinstance(node.value, str) else None,
            ast.Name: lambda node: self._names.get(node.id),
            ast.JoinedStr: lambda node: _joined("", self._values(node.values)),
            ast.FormattedValue: lambda node: None if node.format_spec else self._value(node.value),
            ast.BinOp: self._of_operator,
            ast.BoolOp: lambda node: next(filter(None, self._values(node.values)), None),
            ast.IfExp: lambda node: self._value(node.body) or self._value(node.orelse),
            ast.Attribute: self._of_attribute,
            ast.Subscript: self._of_index,
            ast.Call: self._of_call,
        }

    def _values(self, nodes: Sequence[ast.AST]) -> List[Optional[str]]:
        return [self._value(each) for each in nodes]

    def _of_operator(self, node: ast.BinOp) -> Optional[str]:
        left = self._value(node.left)
        if isinstance(node.op, ast.Mod):
            given = node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]
            return _percent(left, self._values(given))
        right = self._value(node.right)
        if isinstance(node.op, ast.Add):
            return _joined("", [left, right])
        return _path([left, right]) if isinstance(node.op, ast.Div) else None

    def _of_attribute(self, node: ast.Attribute) -> Optional[str]:
        if node.attr in ("pw_dir", "pw_name"):
            return self._variables["HOME" if node.attr == "pw_dir" else "USER"]
        if node.attr in ("sep", "curdir"):
            return "/" if node.attr == "sep" else "."
        own = self._value(node.value)
        if own is None or node.attr not in ("parent", "name"):
            return None
        return os.path.dirname(own) if node.attr == "parent" else os.path.basename(own)

    def _of_index(self, node: ast.Subscript) -> Optional[str]:
        index = _index(node)
        if _name(node.value) == "environ":
            return self._variables.get(self._value(index) or "")
        if isinstance(node.value, ast.Attribute) and node.value.attr == "parents":
            own, number = self._value(node.value.value), getattr(index, "value", None)
            if own is None or type(number) is not int or not 0 <= number < MOST_CHARACTERS:
                return None
            for _ in range(number + 1):
                own = os.path.dirname(own)
            return own
        return None

    def _of_call(self, node: ast.Call) -> Optional[str]:
        name, given = _name(node.func), self._values(node.args)
        own = self._value(node.func.value) if isinstance(node.func, ast.Attribute) else None
        if own is not None:
            return self._of_method(own, name, node, given)
        if name in ("get", "getenv") and given:
            return self._variables.get(given[0] or "") or (given[1] if given[1:] else None)
        if name in ("home", "getcwd", "cwd"):
            is_home = name == "home" or not self.working
            return self._home if is_home else self.working[-1]
        if name in ("getuser", "getlogin"):
            return os.path.basename(self._home)
        if name in JOINING:
            return _path(given or ["."])
        if not given or given[0] is None:
            return None
        if name in ("dirname", "basename"):
            return os.path.dirname(given[0]) if name == "dirname" else os.path.basename(given[0])
        return given[0] if name in UNCHANGING else None

    def _of_method(
        self, own: str, name: str, node: ast.Call, given: List[Optional[str]]
    ) -> Optional[str]:
        """The result of a method of a text or path."""
        if name == "joinpath":
            return _path([own, *given])
        if name == "join" and node.args and isinstance(node.args[0], (ast.List, ast.Tuple)):
            return _joined(own, self._values(node.args[0].elts))
        if name == "format":
            named = {word.arg: self._value(word.value) for word in node.keywords}
            return _formatted(own, given, named)
        if name in OF_A_PATH:
            return own
        texts = [each for each in given if each is not None]
        if name in OF_A_TEXT and len(texts) == len(given):
            with suppress(TypeError):
                return str(getattr(own, name)(*texts))
        return None


def _name(node: ast.expr) -> str:
    """The last part of a dotted name."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _index(node: ast.Subscript) -> ast.AST:
    index: ast.AST = node.slice
    if type(index).__name__ == "Index":  # before Python 3.9
        index = index.value  # type: ignore[attr-defined]
    return index


def _joined(between: str, parts: Sequence[Optional[str]]) -> Optional[str]:
    known = [each for each in parts if each is not None]
    return between.join(known) if len(known) == len(parts) else None


def _path(parts: Sequence[Optional[str]]) -> Optional[str]:
    known = [each for each in parts if each is not None]
    return os.path.join(*known) if known and len(known) == len(parts) else None


def _formatted(
    text: str, given: Sequence[Optional[str]], named: Dict[Optional[str], Optional[str]]
) -> Optional[str]:
    """What `text.format(…)` makes, of fields without options."""
    values: Dict[Optional[str], Optional[str]] = {**named}
    values.update({str(number): value for number, value in enumerate(given)})
    parts = FIELD.split(text)
    for number in range(1, len(parts), 2):
        value = values.get(parts[number] or str(number // 2))
        if value is None:
            return None
        parts[number] = value
    return "".join(parts)


def _percent(text: Optional[str], given: Sequence[Optional[str]]) -> Optional[str]:
    """What `text % given` makes, if it has `%s` alone."""
    parts = (text or "").split("%s")
    if len(parts) != len(given) + 1 or "%" in "".join(parts):
        return None
    return _joined("", [each for pair in zip(parts, [*given, ""]) for each in pair])
