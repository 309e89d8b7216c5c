"""Which variables are keys of the app alone, so that PythonAnywhere can make them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pa_deploy.detect.app_variables import MENTION, last_name, reads
from pa_deploy.detect.findings import Variable
from pa_deploy.detect.secret_names import is_key
from pa_deploy.detect.tree import Tree, nodes_of

SETTINGS = {
    *("secret_key", "jwt_secret_key", "wtf_csrf_secret_key", "security_password_salt"),
    *("cookie_secret", "session_secret"),
}
"""With these an app signs what it reads itself, so any text will do."""
FORMS = {
    *("Fernet", "AESGCM", "ChaCha20Poly1305", "TOTP", "UUID", "int", "fromhex", "unhexlify"),
    *("b64decode", "urlsafe_b64decode", "b32decode", "load_pem_private_key", "new"),
}
"""Functions that take texts of one form only, or what somebody else has given out, as `hmac.new`
does of a webhook.
"""
OF_OTHERS = re.compile(
    r"\w*(api_?key|access_?key|client_secret|auth_token|api_secret)", re.IGNORECASE
)
"""How settings and arguments are called that are for another service."""
TYPED = re.compile("PASSWORD|PASSWD|TOKEN", re.IGNORECASE)
"""Parts of names of what somebody types, or gets from elsewhere."""
HAS_FORM = re.compile(rf"\b({'|'.join(FORMS - {'int'})})\(|(?i:api_?key|access_?key)")
SAME = {"encode", "decode", "strip", "str", "bytes"}
"""Functions whose result has the form of what they are given."""


def own_keys(tree: Tree, paths: Sequence[str], variables: Iterable[Variable]) -> frozenset[str]:
    """The names of those that the code uses so, or whose names say it; none that needs a form."""
    found = {each.name for each in variables if is_key(each.name)}
    bound = _bound(tree, paths)
    for node in _nodes(tree, paths, MENTION):
        for name, value in given(node):
            if name.lower() in SETTINGS:
                used = {each.name for each in reads(ast.walk(value), "")} | _direct(value, bound)
                found |= {each for each in used if not TYPED.search(each)}
    return frozenset(found) - keys_of_a_form(tree, paths)


def keys_of_a_form(tree: Tree, paths: Sequence[str]) -> frozenset[str]:
    """The variables that go to a function which takes only texts of one form, such as Fernet, or to
    another service.
    """
    bound = _bound(tree, paths)
    found: set[str] = set()
    for node in _nodes(tree, paths, MENTION):
        found |= _elsewhere(node, bound)
    for node in _nodes(tree, paths, HAS_FORM) if bound else ():
        found |= _elsewhere(node, bound)
    return frozenset(found)


def _elsewhere(node: ast.AST, bound: Mapping[str, set[str]]) -> set[str]:
    """The variables that a piece of code gives to such a function, or to another service."""
    found: set[str] = set()
    if isinstance(node, ast.Call) and last_name(node.func) in FORMS:
        found |= {name for each in node.args for name in _direct(each, bound)}
    for name, value in given(node):
        if OF_OTHERS.fullmatch(name):
            found |= _direct(value, bound)
    return found


def _nodes(tree: Tree, paths: Sequence[str], words: re.Pattern[str]) -> Iterator[ast.AST]:
    """All nodes of the files that have one of the words."""
    for path in paths:
        code = tree.parse(path) if words.search(tree.text(path)) else None
        yield from nodes_of(code) if code else ()


def given(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """What a piece of code calls a value: a variable, an attribute, a key or an argument."""
    match node:
        case ast.Assign(targets=[ast.Name(id=name) | ast.Attribute(attr=name)], value=value):
            yield name, value
        case ast.Assign(targets=[ast.Subscript(slice=ast.Constant(value=str(name)))], value=value):
            yield name, value
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
            yield name, value
        case ast.keyword(arg=str(name), value=value):
            yield name, value
        case ast.Dict(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield key.value, value
        case _:
            pass


def _bound(tree: Tree, paths: Sequence[str]) -> dict[str, set[str]]:
    """The names in the code that have the value of a variable, in whatever file."""
    found: dict[str, set[str]] = {}
    for node in _nodes(tree, paths, MENTION):
        for name, value in given(node):
            read = _direct(value, {})
            if read:
                found.setdefault(name, set()).update(read)
    return found


def _direct(value: ast.expr, bound: Mapping[str, set[str]]) -> set[str]:
    """The variables whose value this is, or may be."""
    match value:
        case ast.Name(id=name) | ast.Attribute(attr=name) if name in bound:
            return bound[name]
        case ast.Subscript(slice=ast.Constant(value=str(name))) if name in bound:
            return bound[name]
        case ast.BoolOp(values=values):
            return {name for each in values for name in _direct(each, bound)}
        case ast.Call(func=ast.Attribute(value=inner, attr=name)) if name in SAME:
            return _direct(inner, bound)
        case ast.Call(func=ast.Name(id=name), args=[inner, *_]) if name in SAME:
            return _direct(inner, bound)
        case _:
            return {each.name for each in reads([value], "")}
