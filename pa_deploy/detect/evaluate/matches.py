"""The `match` statement, for cases that are plain values."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from pa_deploy.detect.evaluate.branches import Execute, Outcome, run_both
from pa_deploy.detect.evaluate.comparisons import compare
from pa_deploy.detect.evaluate.expressions import code, evaluate
from pa_deploy.detect.evaluate.operators import truth
from pa_deploy.detect.evaluate.run import Run
from pa_deploy.detect.evaluate.targets import sources_of
from pa_deploy.detect.evaluate.values import Scope, Unknown, Value


def run_match(execute: Execute, run: Run, node: ast.Match, scope: Scope) -> Outcome:
    mark = len(run.reads)
    subject = evaluate(run, node.subject, scope)
    sources = sources_of(run, node.subject, scope, mark)
    return _cases(execute, run, node.cases, subject, scope, sources)


def _cases(
    execute: Execute,
    run: Run,
    cases: Sequence[ast.match_case],
    subject: Value,
    scope: Scope,
    sources: frozenset[str],
) -> Outcome:
    if not cases:
        return None
    first, *rest = cases
    test = _fits(run, first, subject, scope)
    known = truth(test)
    if known is None:
        branches = (
            lambda: execute(run, first.body, scope),
            lambda: _cases(execute, run, rest, subject, scope, sources),
        )
        return run_both(run, scope, branches, code(_tested(first)), sources)
    if known:
        return execute(run, first.body, scope)
    return _cases(execute, run, rest, subject, scope, sources)


def _tested(case: ast.match_case) -> ast.expr:
    return case.pattern.value if isinstance(case.pattern, ast.MatchValue) else ast.Constant("match")


def _fits(run: Run, case: ast.match_case, subject: Value, scope: Scope) -> Value:
    match case.pattern:
        case _ if case.guard is not None:
            return Unknown("a guard")
        case ast.MatchValue(value=value):
            return compare(run, ast.Eq(), subject, evaluate(run, value, scope))
        case ast.MatchOr(patterns=patterns):
            tests = [
                _fits(run, ast.match_case(pattern=each, guard=None, body=[]), subject, scope)
                for each in patterns
            ]
            known = [truth(each) for each in tests]
            return True if True in known else Unknown("a case") if None in known else False
        case ast.MatchAs(pattern=None, name=None):
            return True
        case _:
            return Unknown("a case")
