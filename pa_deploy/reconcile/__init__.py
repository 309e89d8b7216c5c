"""PythonAnywhere as it is, and the changes that make it what is wanted."""

from pa_deploy.reconcile.apply import apply, keep_former, no_release
from pa_deploy.reconcile.missing import find_missing
from pa_deploy.reconcile.observe import observe
from pa_deploy.reconcile.reading import Reading

__all__ = ["Reading", "apply", "find_missing", "keep_former", "no_release", "observe"]
