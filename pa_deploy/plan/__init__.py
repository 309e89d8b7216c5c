"""The difference between what is and what is wanted, as a value. Pure."""

from pa_deploy.plan.encode import (
    change_json,
    combined_digest,
    digest,
    kind,
    plan_json,
    resource_json,
    target,
)
from pa_deploy.plan.make import make_plan, same_setting

__all__ = [
    "change_json",
    "combined_digest",
    "digest",
    "kind",
    "make_plan",
    "plan_json",
    "resource_json",
    "same_setting",
    "target",
]
