"""PythonAnywhere as it is, and the changes that make it what is wanted."""

from pa_deploy.reconcile.apply import apply, keep_former, no_release
from pa_deploy.reconcile.missing import find_missing
from pa_deploy.reconcile.observe import account_name, observe

__all__ = ["account_name", "apply", "find_missing", "keep_former", "no_release", "observe"]
