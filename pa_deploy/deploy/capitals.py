"""The capitals of the account's name: home directories keep them, and the API takes any."""

from __future__ import annotations

from pa_deploy.api import Api
from pa_deploy.errors import OtherCapitals
from pa_deploy.reconcile import account_name


def insist_on_capitals(typed: str, name: str) -> None:
    """Raise OtherCapitals if `name`, the account's name or "", has other capitals."""
    if name != typed and name.casefold() == typed.casefold():
        raise OtherCapitals(typed, name)


def look_for_capitals(api: Api) -> None:
    """Ask PythonAnywhere how the name is spelled. Raises OtherCapitals."""
    insist_on_capitals(api.username, account_name(api.webapps.list()))
