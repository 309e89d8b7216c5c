"""Plan and outcome for people and for machines."""

from pa_deploy.report.failure import CONTINUES, failure_from
from pa_deploy.report.lines import last_line, plan_lines, undone_lines
from pa_deploy.report.redact import redacted
from pa_deploy.report.run import (
    NOT_BEGUN,
    run_digest,
    run_exit_code,
    run_failure,
    run_json,
    run_last_line,
    run_outputs,
    run_summary_md,
)
from pa_deploy.report.status import status_json, status_lines, webapp_json
from pa_deploy.report.words import health_sentence, pace_sentence

__all__ = [
    "CONTINUES",
    "NOT_BEGUN",
    "failure_from",
    "health_sentence",
    "last_line",
    "pace_sentence",
    "plan_lines",
    "redacted",
    "run_digest",
    "run_exit_code",
    "run_failure",
    "run_json",
    "run_last_line",
    "run_outputs",
    "run_summary_md",
    "status_json",
    "status_lines",
    "undone_lines",
    "webapp_json",
]
