"""Ask the site whether it is healthy and serves its static files, and read its error log if not."""

from pa_deploy.verify.error_log import LOG_LINES, LOGS, errors_since, log_path, read_errors, tail
from pa_deploy.verify.site import Site, with_login
from pa_deploy.verify.static_files import Expected, Received, wait_for_file
from pa_deploy.verify.visit import ask_once
from pa_deploy.verify.wait import wait_until_healthy

__all__ = [
    "LOGS",
    "LOG_LINES",
    "Expected",
    "Received",
    "Site",
    "ask_once",
    "errors_since",
    "log_path",
    "read_errors",
    "tail",
    "wait_for_file",
    "wait_until_healthy",
    "with_login",
]
