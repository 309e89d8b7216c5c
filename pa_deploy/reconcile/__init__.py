"""PythonAnywhere as it is, and the changes that make it what is wanted."""

from pa_deploy.reconcile.apply import apply, keep_former, no_release
from pa_deploy.reconcile.missing import find_missing
from pa_deploy.reconcile.observe import observe

__all__ = ["apply", "find_missing", "keep_former", "no_release", "observe"]
