"""Sets up Django in code when it is imported; `keep_in` says where its database is."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import django
from django.conf import settings

if TYPE_CHECKING:
    from pa_emulator.config import Config

SERVICES = (
    "accounts",
    "webapps",
    "files",
    "consoles",
    "tasks",
    "schedule",
    "always_on",
    "students",
    "websites",
)


DATABASE: dict[str, object] = {
    "ENGINE": "django.db.backends.sqlite3",
    "CONN_MAX_AGE": None,
    "OPTIONS": {
        "timeout": 30,
        # Take the write lock at the start, so that two writers never deadlock.
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    },
}
REST_FRAMEWORK: dict[str, object] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [
        "pa_emulator.parsers.JsonParser",
        "rest_framework.parsers.FormParser",
        "rest_framework.parsers.MultiPartParser",
    ],
    "EXCEPTION_HANDLER": "pa_emulator.rest.handle_exception",
    "UNAUTHENTICATED_USER": None,
    "UNAUTHENTICATED_TOKEN": None,
}
"""Each view names its own authentication, permissions and throttle."""

settings.configure(
    DEBUG=False,
    ALLOWED_HOSTS=["*"],
    SECRET_KEY="a local emulator signs nothing",  # noqa: S106 - no secret: nothing is signed
    ROOT_URLCONF="pa_emulator.urls",
    INSTALLED_APPS=["rest_framework", *(f"pa_emulator.{name}" for name in SERVICES)],
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
    APPEND_SLASH=True,
    DATABASES={"default": DATABASE},
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    USE_TZ=True,
    USE_I18N=False,
    DATA_UPLOAD_MAX_MEMORY_SIZE=None,
    DATA_UPLOAD_MAX_NUMBER_FIELDS=None,
    LOGGING_CONFIG=None,
    REST_FRAMEWORK=REST_FRAMEWORK,
)
django.setup()
# Refusals are normal for the emulator, and some are 500. Only its own failures, which have a
# traceback, belong on stderr.
logging.getLogger("django.request").addFilter(lambda record: bool(record.exc_info))
logging.getLogger("django.security").setLevel(logging.CRITICAL)


def keep_in(config: Config) -> None:
    """Say where state is kept, before the first use of the database."""
    settings.DATABASES["default"]["NAME"] = config.state / "db.sqlite3"
    settings.FILE_UPLOAD_TEMP_DIR = str(config.state)
