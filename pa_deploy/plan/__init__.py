"""The difference between what is and what is wanted, as a value. Pure."""

from pa_deploy.plan.describe import count, sentence, sentences
from pa_deploy.plan.encode import (
    change_json,
    combined_digest,
    plan_json,
    sets_virtualenv,
    target,
    writes,
)
from pa_deploy.plan.make import make_plan, same_setting
from pa_deploy.plan.notes import (
    final_mappings,
    final_python,
    is_made,
    missing_notes,
    used_paths,
    venv_command,
)
from pa_deploy.plan.order import Rival, rivals
from pa_deploy.plan.pacing import CALLS_A_MINUTE, Pace, pace

__all__ = [
    "CALLS_A_MINUTE",
    "Pace",
    "Rival",
    "change_json",
    "combined_digest",
    "count",
    "final_mappings",
    "final_python",
    "is_made",
    "make_plan",
    "missing_notes",
    "pace",
    "plan_json",
    "rivals",
    "same_setting",
    "sentence",
    "sentences",
    "sets_virtualenv",
    "target",
    "used_paths",
    "venv_command",
    "writes",
]
