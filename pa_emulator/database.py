"""Tables made straight from the models: a local tool needs no migrations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import apps
from django.db import DatabaseError, connection, transaction

from .config import StartError

if TYPE_CHECKING:
    from pathlib import Path

# Goes up when a model changes; a root of another version is refused, not guessed at.
VERSION = 3


def prepare(root: Path) -> None:
    """Make the tables if this root is new. Raises StartError for a database that is not ours."""
    try:
        found = _version()
    except DatabaseError as error:
        name = connection.settings_dict["NAME"]
        raise StartError(f"{name}: {error}; remove it, or give a new --root") from error
    if found == VERSION:
        return
    if found:
        raise StartError(
            f"{root} was made by another emulator (version {found}, this is {VERSION}): "
            "give a new --root"
        )
    with connection.schema_editor() as editor:
        for model in apps.get_models():
            editor.create_model(model)
        # In the same transaction: a start that is killed leaves all of it or nothing.
        editor.execute(f"PRAGMA user_version = {VERSION}")


def _version() -> int:
    with connection.cursor() as cursor:
        version: int = cursor.execute("PRAGMA user_version").fetchone()[0]
    return version


def empty() -> None:
    """Remove every row; ids start at 1 again."""
    with transaction.atomic(), connection.cursor() as cursor:
        for model in reversed(list(apps.get_models())):
            model.objects.all().delete()
        cursor.execute("DELETE FROM sqlite_sequence")
