"""The functions that Python has without an import."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath

from pa_deploy.detect.evaluate.call import Call
from pa_deploy.detect.evaluate.methods import elements, in_order
from pa_deploy.detect.evaluate.operators import FAILURES, text_of, truth
from pa_deploy.detect.evaluate.run import LONGEST_TEXT, MOST_TURNS
from pa_deploy.detect.evaluate.values import (
    Absent,
    External,
    Function,
    Unknown,
    Value,
    first_unknown,
    is_key,
)

NAMES = {
    *("str", "int", "float", "bool", "list", "tuple", "dict", "set", "frozenset", "len", "open"),
    *("sorted", "reversed", "range", "enumerate", "zip", "map", "filter", "any", "all", "min"),
    *("max", "sum", "abs", "print", "isinstance", "getattr", "hasattr", "repr", "bytes", "type"),
    *("super", "property", "staticmethod", "classmethod", "object", "callable", "id", "next"),
    *("exec", "eval", "globals", "locals", "vars", "__import__", "exit", "quit", "input", "iter"),
    *("Exception", "BaseException", "KeyError", "ValueError", "ImportError", "RuntimeError"),
    *("ModuleNotFoundError", "AttributeError", "OSError", "IOError", "FileNotFoundError"),
    *("TypeError", "IndexError", "LookupError", "AssertionError", "NotImplementedError"),
    *("EnvironmentError", "SystemExit", "NameError", "PermissionError", "StopIteration"),
}


def is_builtin(name: str) -> bool:
    return name in NAMES


def call_builtin(name: str, call: Call) -> Value:
    """The result of one of `FUNCTIONS`."""
    function = FUNCTIONS[name]
    args = call.args
    unknown = first_unknown(args)
    if unknown:
        return unknown
    absent = next((each for each in args if isinstance(each, Absent)), None)
    if absent and name not in ("str", "bool"):
        call.run.require(frozenset({absent.variable}))
        return Unknown(f"{absent.variable} is not set", absent.variable)
    try:
        return function(call)
    except FAILURES:
        return Unknown(f"the result of {name}")


def _text(call: Call) -> Value:
    if not call.args:
        return ""
    found = text_of(call.args[0])
    return Unknown("the text of an object") if found is None else found


def _bool(call: Call) -> Value:
    found = truth(call.get(0, "x", None))
    return Unknown("it is not known") if found is None else found


def _number(kind: type) -> Callable[[Call], Value]:
    def make(call: Call) -> Value:
        if not all(isinstance(each, str | int | float) for each in call.args):
            return Unknown("it is not a number")
        return kind(*call.args)

    return make


def _elements(call: Call, position: int = 0) -> list[Value]:
    """What an argument gives one by one; raises ValueError if that is not known or too much."""
    found = elements(call.args[position]) if position < len(call.args) else []
    if found is None or len(found) > LONGEST_TEXT:
        raise ValueError
    call.run.spend(1 + len(found) // 8)
    return found


def _dict(call: Call) -> Value:
    given = call.args[0] if call.args else {}
    pairs = given if isinstance(given, dict) else dict(_pairs(call))
    return {**pairs, **call.named}


def _pairs(call: Call) -> list[tuple[Value, Value]]:
    found = [tuple(each) for each in _elements(call)]
    if not all(len(each) == 2 and is_key(each[0]) for each in found):
        raise ValueError
    return [(each[0], each[1]) for each in found]


def _set(call: Call) -> Value:
    found = _elements(call)
    return set(found) if all(map(is_key, found)) else Unknown("a set of objects")


def _sorted(call: Call) -> Value:
    found = None if call.named else in_order(call.run, _elements(call))
    return Unknown("the order is not known") if found is None else found


def _range(call: Call) -> Value:
    return range(*call.args)


def _zip(call: Call) -> Value:
    many = [_elements(call, at) for at in range(len(call.args))]
    return list(zip(*many, strict=False))


def _map(call: Call) -> Value:
    function, *_ = call.args
    found = _elements(call, 1)
    if len(found) > MOST_TURNS or len(call.args) != 2:
        return Unknown("a long loop")
    return [_called(function, each, call) for each in found]


def _filter(call: Call) -> Value:
    function, *_ = call.args
    found = _elements(call, 1)
    if len(found) > MOST_TURNS:
        return Unknown("a long loop")
    kept = [each if function is None else _called(function, each, call) for each in found]
    if any(truth(each) is None for each in kept):
        return Unknown("what is filtered is not known")
    return [each for each, is_kept in zip(found, kept, strict=True) if truth(is_kept)]


def _called(function: Value, value: Value, call: Call) -> Value:
    inner = Call(call.run, (value,), {}, call.line)
    if isinstance(function, Function):
        return function.call(inner)
    if isinstance(function, External):
        if function.name.startswith("str.") and isinstance(value, str):
            name = function.name.removeprefix("str.")
            return getattr(value, name)() if name in ("strip", "lower", "upper") else UNCALLED
        if function.name in FUNCTIONS:
            return call_builtin(function.name, inner)
    return UNCALLED


UNCALLED = Unknown("the result of a function")


def _any(call: Call) -> Value:
    found = [truth(each) for each in _elements(call)]
    return True if True in found else Unknown("a part is not known") if None in found else False


def _all(call: Call) -> Value:
    found = [truth(each) for each in _elements(call)]
    return False if False in found else Unknown("a part is not known") if None in found else True


def _extreme(function: Callable[..., Value]) -> Callable[[Call], Value]:
    def find(call: Call) -> Value:
        found = list(call.args) if len(call.args) > 1 else _elements(call)
        is_number = all(isinstance(each, int | float) for each in found)
        if call.named or not (is_number or all(isinstance(each, str) for each in found)):
            return Unknown("the order is not known")
        return function(found)

    return find


def _sum(call: Call) -> Value:
    found = _elements(call)
    is_known = len(call.args) == 1 and all(isinstance(each, int | float) for each in found)
    return sum(found) if is_known else Unknown("the sum is not known")


def _is_instance(call: Call) -> Value:
    kinds = {"str": str, "list": list, "tuple": tuple, "dict": dict, "bool": bool, "int": int}
    wanted = call.args[1] if isinstance(call.args[1], tuple) else (call.args[1],)
    names = [each.name if isinstance(each, External) else "" for each in wanted]
    if not all(name in kinds for name in names):
        return Unknown("the class is not known")
    return isinstance(call.args[0], tuple(kinds[name] for name in names))


def _length(call: Call) -> Value:
    value = call.args[0]
    return len(value) if isinstance(value, str | bytes | list | tuple | dict | set) else UNCALLED


def _repr(call: Call) -> Value:
    found = text_of(call.args[0])
    is_path = isinstance(call.args[0], PurePosixPath)
    return UNCALLED if found is None or is_path else repr(call.args[0])


FUNCTIONS: dict[str, Callable[[Call], Value]] = {
    "str": _text,
    "bool": _bool,
    "int": _number(int),
    "float": _number(float),
    "list": _elements,
    "tuple": lambda call: tuple(_elements(call)),
    "dict": _dict,
    "set": _set,
    "frozenset": _set,
    "len": _length,
    "sorted": _sorted,
    "reversed": lambda call: _elements(call)[::-1],
    "range": _range,
    "enumerate": lambda call: list(enumerate(_elements(call))),
    "zip": _zip,
    "map": _map,
    "filter": _filter,
    "any": _any,
    "all": _all,
    "min": _extreme(min),
    "max": _extreme(max),
    "sum": _sum,
    "repr": _repr,
    "isinstance": _is_instance,
}
