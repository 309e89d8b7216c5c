"""Names, items and attributes that statements change, and the variables their values come from."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from pa_deploy.detect.evaluate.app_config import note_setting
from pa_deploy.detect.evaluate.comprehensions import unpacked
from pa_deploy.detect.evaluate.expressions import evaluate
from pa_deploy.detect.evaluate.methods import elements, grow
from pa_deploy.detect.evaluate.operators import binary
from pa_deploy.detect.evaluate.run import Run
from pa_deploy.detect.evaluate.values import (
    Either,
    Environ,
    Instance,
    Place,
    Scope,
    Unknown,
    Value,
    is_key,
    unknown_part,
)


def sources_of(run: Run, node: ast.expr, scope: Scope, mark: int) -> frozenset[str]:
    """The variables that an expression depends on: read since `mark`, or by what it names."""
    found = {each.name for each in run.reads[mark:]}
    count = 0
    for each in ast.walk(node):
        count += 1
        if isinstance(each, ast.Name):
            found |= _origin(each.id, scope)
    run.spend(count // 4)
    return frozenset(found)


def _origin(name: str, scope: Scope) -> frozenset[str]:
    inner: Scope | None = scope
    while inner is not None:
        if name in inner.names:
            return inner.sources.get(name, frozenset())
        inner = inner.outer
    return frozenset()


def add_skipped(run: Run, body: Sequence[ast.stmt], scope: Scope, sources: frozenset[str]) -> None:
    """What statements that do not run would change depends on the condition, too."""
    if not sources:
        return
    for statement in body:
        for each in ast.walk(statement):
            run.spend()
            match each:
                case (
                    ast.Name(id=name, ctx=ast.Store())
                    | ast.Call(func=ast.Attribute(value=ast.Name(id=name)))
                ):
                    scope.sources[name] = scope.sources.get(name, frozenset()) | sources
                case _:
                    pass


def bind(
    run: Run, name: str, value: Value, scope: Scope, line: int, sources: frozenset[str]
) -> None:
    owner = scope.globals if name in scope.global_names else scope
    owner.names[name] = value
    owner.places[name] = Place(run.path, line)
    owner.sources[name] = sources.union(*run.conditions)
    if run.watching:
        run.watching.note_setting(name, value, Place(scope.path, line))


def assign(run: Run, target: ast.expr, value: Value, scope: Scope, sources: frozenset[str]) -> None:
    run.spend()
    match target:
        case ast.Name(id=name):
            bind(run, name, value, scope, target.lineno, sources)
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            if any(isinstance(each, ast.Starred) for each in parts):
                value = Unknown("its parts are not known")
            for part, each in zip(parts, unpacked(value, len(parts)), strict=True):
                assign(run, part, each, scope, sources)
        case ast.Starred(value=inner):
            assign(run, inner, value, scope, sources)
        case ast.Attribute(value=owner, attr=name):
            found = evaluate(run, owner, scope)
            if isinstance(found, Instance):
                found.attributes[name] = value
            if run.watching:
                run.watching.note_setting(name, value, Place(scope.path, target.lineno))
        case ast.Subscript(value=owner, slice=key):
            held, item = evaluate(run, owner, scope), evaluate(run, key, scope)
            _set_item(run, held, item, value)
            note_setting(run, held, item, value, Place(scope.path, target.lineno))
            _add_sources(owner, scope, sources)
        case _:
            pass


def _set_item(run: Run, owner: Value, key: Value, value: Value) -> None:
    run.spend()
    match owner:
        case Environ() if isinstance(key, str):
            run.environ[key] = value
        case dict() if is_key(key):
            owner[key] = value
        case list() if isinstance(key, int) and -len(owner) <= key < len(owner):
            owner[key] = value
        case Either():
            for each in owner.options:
                if not isinstance(each, Either):
                    _set_item(run, each, key, value)
        case _:
            pass


def _add_sources(owner: ast.expr, scope: Scope, sources: frozenset[str]) -> None:
    """`DATABASES["default"]["NAME"] = …` changes what DATABASES comes from."""
    while isinstance(owner, ast.Subscript | ast.Attribute):
        owner = owner.value
    if isinstance(owner, ast.Name):
        scope.sources[owner.id] = scope.sources.get(owner.id, frozenset()) | sources


def augment(run: Run, node: ast.AugAssign, scope: Scope) -> None:
    """`target += value`. A list changes in place, as Python has it."""
    mark = len(run.reads)
    value = evaluate(run, node.value, scope)
    sources = sources_of(run, node.value, scope, mark)
    target = node.target
    load: ast.expr = target
    owner = evaluate(run, load, scope)
    if isinstance(owner, list) and isinstance(node.op, ast.Add):
        found = elements(value)
        more = [unknown_part(value)] if found is None else list(found)
        grow(run, owner, more)
        result: Value = owner
    else:
        result = binary(run, node.op, owner, value)
    if isinstance(target, ast.Name):
        place = scope.places.get(target.id)
        sources |= scope.sources.get(target.id, frozenset())
        bind(run, target.id, result, scope, place.line if place else node.lineno, sources)
        if place:
            scope.places[target.id] = place
    else:
        assign(run, target, result, scope, sources)


def delete(run: Run, target: ast.expr, scope: Scope) -> None:
    match target:
        case ast.Name(id=name):
            scope.names.pop(name, None)
        case ast.Subscript(value=owner, slice=key):
            found = evaluate(run, owner, scope)
            name = evaluate(run, key, scope)
            if isinstance(found, dict) and is_key(name):
                found.pop(name, None)
            elif (
                isinstance(found, list)
                and isinstance(name, int)
                and -len(found) <= name < len(found)
            ):
                del found[name]
            elif isinstance(found, Environ) and isinstance(name, str):
                run.environ.pop(name, None)
        case _:
            pass
