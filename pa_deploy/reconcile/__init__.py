"""PythonAnywhere as it is, and the changes that make it what is wanted."""

from pa_deploy.reconcile.changer import Changer, batches
from pa_deploy.reconcile.missing import find_missing
from pa_deploy.reconcile.observing import account_name, observe
from pa_deploy.reconcile.virtualenv import find_virtualenv

__all__ = [
    "Changer",
    "account_name",
    "batches",
    "find_missing",
    "find_virtualenv",
    "observe",
]
