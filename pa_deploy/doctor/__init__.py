"""Look at a web app and its account as a whole, and say of each part whether it is well."""

from pa_deploy.doctor.account import examine
from pa_deploy.doctor.line import Line, noted

__all__ = ["Line", "examine", "noted"]
