"""Tables made straight from the models: a local tool needs no migrations."""

from __future__ import annotations

from django.apps import apps
from django.db import connection, transaction

from .config import OtherVersionError

# Goes up when a model changes; a root of another version is refused, not guessed at.
VERSION = 3


def prepare() -> None:
    """Make the tables if this root is new."""
    with connection.cursor() as cursor:
        found = cursor.execute("PRAGMA user_version").fetchone()[0]
    if found == VERSION:
        return
    if found:
        raise OtherVersionError(f"version {found}, this is {VERSION}")
    with connection.schema_editor() as editor:
        for model in apps.get_models():
            editor.create_model(model)
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA user_version = {VERSION}")


def empty() -> None:
    """Remove every row; ids start at 1 again."""
    with transaction.atomic(), connection.cursor() as cursor:
        for model in reversed(list(apps.get_models())):
            model.objects.all().delete()
        cursor.execute("DELETE FROM sqlite_sequence")
