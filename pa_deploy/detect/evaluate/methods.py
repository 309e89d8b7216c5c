"""Methods of texts, lists, dicts and sets."""

from __future__ import annotations

from collections.abc import Sequence

from pa_deploy.detect.evaluate.call import Call
from pa_deploy.detect.evaluate.formats import WIDE, formatted, joined
from pa_deploy.detect.evaluate.operators import FAILURES, same
from pa_deploy.detect.evaluate.run import LONGEST_TEXT, Run
from pa_deploy.detect.evaluate.values import (
    Unknown,
    Value,
    first_unknown,
    is_key,
    is_plain,
    settled,
    unknown_part,
)

OF_TEXT = {
    *("split", "rsplit", "splitlines", "partition", "rpartition", "strip", "lstrip", "rstrip"),
    *("lower", "upper", "title", "capitalize", "casefold", "swapcase", "removeprefix"),
    *("removesuffix", "startswith", "endswith", "find", "rfind", "index", "rindex", "count"),
    *("isdigit", "isalpha", "isalnum", "isupper", "islower", "isspace", "isnumeric", "isdecimal"),
    *("isidentifier", "replace", "zfill", "ljust", "rjust", "center"),
}
WIDENING = ("zfill", "ljust", "rjust", "center")
MOST_ELEMENTS = 10_000
"""Settings have no longer lists. To copy one for each step takes long."""
NOT_KNOWN = Unknown("it cannot be computed")


def call_method(owner: Value, name: str, call: Call) -> Value:
    """The result of `owner.name(…)`; raises LookupError for a key that is certain to be missing."""
    match owner:
        case str():
            return _of_text(owner, name, call)
        case bytes():
            return _of_bytes(owner, name, call)
        case list():
            return _of_list(owner, name, call)
        case tuple():
            return _of_sequence(call.run, owner, name, call.args)
        case dict():
            return _of_dict(owner, name, call)
        case set():
            return _of_set(owner, name, call)
        case _:
            return NOT_KNOWN


def _of_text(text: str, name: str, call: Call) -> Value:
    unknown = first_unknown((*call.args, *call.named.values()))
    if unknown:
        return unknown
    if name == "format":
        return formatted(call.run, text, call.args, call.named)
    if name == "join":
        return _joined(text, call)
    if name == "encode":
        is_known = _is_utf8(call.get(0, "encoding", "utf-8"))
        return text.encode("utf-8", "replace") if is_known else NOT_KNOWN
    return _simple(text, name, call)


def _joined(between: str, call: Call) -> Value:
    parts = elements(call.get(0, ""))
    known = parts is not None and all(isinstance(each, str) for each in parts)
    return joined(call.run, parts or (), between) if known else NOT_KNOWN


def _simple(text: str, name: str, call: Call) -> Value:
    args = [settled(each) for each in call.args]
    if name not in OF_TEXT or not all(_is_argument(each) for each in (*args, *call.named.values())):
        return NOT_KNOWN
    if name in WIDENING and args and (not isinstance(args[0], int) or WIDE.search(str(args[0]))):
        return NOT_KNOWN
    if name == "replace" and not _is_small_replacement(text, args):
        return NOT_KNOWN
    try:
        result = getattr(text, name)(*args, **call.named)
    except FAILURES:
        return NOT_KNOWN
    call.run.spend(1 + (len(result) // 8 if isinstance(result, list) else len(text) // 64))
    return result


def _is_argument(value: Value) -> bool:
    if isinstance(value, tuple):
        return all(isinstance(each, str) for each in value)
    return value is None or isinstance(value, str | int)


def _is_small_replacement(text: str, args: Sequence[Value]) -> bool:
    if len(args) < 2 or not all(isinstance(each, str) for each in args[:2]):
        return False
    return len(text) + text.count(args[0]) * len(args[1]) <= LONGEST_TEXT


def _is_utf8(name: Value) -> bool:
    return str(name).lower().replace("_", "-") in ("utf-8", "utf8", "ascii", "latin-1")


def _of_bytes(data: bytes, name: str, call: Call) -> Value:
    if name == "decode" and _is_utf8(call.get(0, "encoding", "utf-8")):
        return data.decode("utf-8", "replace")
    if name in ("strip", "rstrip", "lstrip") and not call.args:
        return getattr(data, name)()
    return NOT_KNOWN


def elements(value: Value) -> list[Value] | None:
    """What an iteration over the value gives; None if that is not known, or too much."""
    if (
        isinstance(value, list | tuple | str | dict | set | frozenset)
        and len(value) > MOST_ELEMENTS
    ):
        return None
    if isinstance(value, list | tuple | str):
        return list(value)
    if isinstance(value, dict):
        return list(value)
    if isinstance(value, set | frozenset):
        return sorted(value, key=str)
    if isinstance(value, range):
        return list(value) if len(value[: MOST_ELEMENTS + 1]) <= MOST_ELEMENTS else None
    return None


def _of_sequence(run: Run, owner: Sequence[Value], name: str, args: Sequence[Value]) -> Value:
    if len(args) != 1 or name not in ("index", "count"):
        return NOT_KNOWN
    places = [at for at, each in enumerate(owner) if same(run, each, args[0])]
    if name == "count":
        return len(places)
    return places[0] if places else NOT_KNOWN


def _of_list(owner: list[Value], name: str, call: Call) -> Value:
    run, args = call.run, call.args
    run.spend(1 + len(owner) // 8)
    match name, args:
        case "append", (value,):
            grow(run, owner, [value])
        case "extend", (more,):
            found = elements(more)
            grow(run, owner, [unknown_part(more)] if found is None else found)
        case "insert", (int() as at, value):
            grow(run, owner, [value])
            owner.insert(at, owner.pop())
        case "copy", ():
            return list(owner)
        case "index" | "count", _:
            return _of_sequence(run, owner, name, args)
        case _:
            return _lessened(run, owner, name, args)
    return None


def _lessened(run: Run, owner: list[Value], name: str, args: Sequence[Value]) -> Value:
    """What takes from a list, or orders it."""
    match name, args:
        case "remove", (value,):
            places = [at for at, each in enumerate(owner) if same(run, each, value)]
            for at in places[:1]:
                del owner[at]
        case "pop", _ if owner and all(isinstance(each, int) for each in args[:1]):
            at = args[0] if args else -1
            return owner.pop(at) if -len(owner) <= at < len(owner) else NOT_KNOWN
        case "reverse", ():
            owner.reverse()
        case "clear", ():
            owner.clear()
        case "sort", ():
            owner[:] = in_order(run, owner) or owner
        case _:
            return NOT_KNOWN
    return None


def grow(run: Run, owner: list[Value], more: list[Value]) -> None:
    """Add to a list in place. One that would be too long is not known any more."""
    run.spend(1 + len(more) // 8)
    if len(owner) + len(more) <= LONGEST_TEXT:
        owner.extend(more)
    else:
        owner[:] = [Unknown("the list is too long")]


def in_order(run: Run, values: list[Value]) -> list[Value] | None:
    """Sorted, if they are texts or numbers alone."""
    run.spend(1 + len(values))
    for kind in (str, (int, float)):
        if all(isinstance(each, kind) for each in values):
            return sorted(values)
    return None


def _of_dict(owner: dict[Value, Value], name: str, call: Call) -> Value:
    run, args = call.run, call.args
    run.spend(1 + len(owner) // 8)
    match name, args:
        case "get" | "setdefault" | "pop", (key, *rest):
            return _of_key(owner, name, key, rest)
        case "keys", ():
            return list(owner)
        case "values", ():
            return list(owner.values())
        case "items", ():
            return list(owner.items())
        case "copy", ():
            return dict(owner)
        case "clear", ():
            owner.clear()
        case "update", _:
            if args and isinstance(args[0], dict) and len(args[0]) <= MOST_ELEMENTS:
                owner.update(args[0])
            owner.update(call.named)
        case _:
            return NOT_KNOWN
    return None


def _of_key(owner: dict[Value, Value], name: str, key: Value, rest: Sequence[Value]) -> Value:
    if isinstance(key, Unknown):
        return key
    if not is_key(key):
        return NOT_KNOWN
    if name == "pop":
        return owner.pop(key, *rest[:1])
    default = rest[0] if rest else None
    return owner.setdefault(key, default) if name == "setdefault" else owner.get(key, default)


def _of_set(owner: set[Value], name: str, call: Call) -> Value:
    values = [each for each in call.args if is_plain(each)]
    call.run.spend(1 + len(owner) // 8)
    if name == "add" and values:
        owner.add(values[0])
        return None
    if name in ("discard", "remove") and values:
        owner.discard(values[0])
        return None
    if name == "copy":
        return set(owner)
    more = [each for many in call.args for each in elements(many) or [NOT_KNOWN]]
    if name == "union" and all(map(is_plain, more)):
        return owner.union(more)
    return NOT_KNOWN
