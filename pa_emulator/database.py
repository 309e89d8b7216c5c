"""Tables made straight from the models: a local tool needs no migrations.

The statements that make them are the schema. If the database lacks whole tables, they are added. If
a table has other columns, the database is refused.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import DatabaseError, connection, transaction

from pa_emulator.config import CannotStart

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

VERSION_BYTES = 4
"""SQLite keeps a signed number of 32 bits for its user."""
LARGEST = 2**31 - 1


def prepare(root: Path) -> None:
    """Make the tables that are missing. Raises CannotStart if the database is not ours."""
    try:
        wanted = _wanted()
        if _version() != version(wanted):
            _complete(root, wanted)
    except DatabaseError as error:
        name = connection.settings_dict["NAME"]
        raise CannotStart(
            f"{name}: {error}. Remove that file to start empty, or pass another --root."
        ) from error


def version(statements: Iterable[str]) -> int:
    """Return a positive number that follows from the statements."""
    digest = hashlib.sha256("\n".join(sorted(statements)).encode()).digest()
    return int.from_bytes(digest[:VERSION_BYTES], "big") % LARGEST + 1


def _complete(root: Path, wanted: list[str]) -> None:
    """Make the missing tables: all of them, or none if the emulator is killed meanwhile."""
    found = _found()
    if found - set(wanted):
        raise CannotStart(
            f"{root} was made by another version of pa-emulator, whose tables differ. "
            "Pass another --root, or start the version that made it."
        )
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in wanted:
            if statement not in found:
                cursor.execute(statement)
        cursor.execute(f"PRAGMA user_version = {version(wanted)}")


def _wanted() -> list[str]:
    """Return the statements that make the models' tables and indexes."""
    with connection.schema_editor(collect_sql=True) as editor:
        for model in apps.get_models():
            editor.create_model(model)
    return [statement.rstrip(";") for statement in editor.collected_sql]


def _found() -> set[str]:
    """Return the statements that made what is in the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"
        )
        return {statement for (statement,) in cursor.fetchall()}


def _version() -> int:
    with connection.cursor() as cursor:
        found: int = cursor.execute("PRAGMA user_version").fetchone()[0]
    return found


def empty() -> None:
    """Remove every row; ids start at 1 again."""
    with transaction.atomic(), connection.cursor() as cursor:
        for model in reversed(list(apps.get_models())):
            model.objects.all().delete()
        cursor.execute("DELETE FROM sqlite_sequence")
