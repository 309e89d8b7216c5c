"""A settings module of our own that imports theirs: what is missing needs no edit of their files.

It must be shown before it is written. App and commands use it by DJANGO_SETTINGS_MODULE.
"""

from __future__ import annotations

SETTINGS_FILE = "pa_settings.py"
WSGI_FILE = "pa_wsgi.py"


def settings_text(
    settings: str,
    host: str,
    *,
    static: str = "",
    media: str = "",
    database: str = "",
    hosts: bool = False,
) -> str:
    """The text of `pa_settings.py`: `from SETTINGS import *`, and what is missing.

    `static` is a folder for STATIC_ROOT, `media` one for MEDIA_ROOT, `database` a file for SQLite;
    `hosts` adds `host` to ALLOWED_HOSTS and CSRF_TRUSTED_ORIGINS.
    """
    lines = [
        f'"""Settings for PythonAnywhere: those of {settings}, and the lines below."""',
        "",
    ]
    if static or media or database:
        lines += ["from pathlib import Path", ""]
    lines += [f"from {settings} import *", ""]
    if static:
        lines += [f"STATIC_ROOT = Path(__file__).resolve().parent / {_quoted(static)}"]
    if media:
        lines += [f"MEDIA_ROOT = Path(__file__).resolve().parent / {_quoted(media)}"]
    if database:
        name = f"Path(__file__).resolve().parent / {_quoted(database)}"
        lines += [f'DATABASES["default"]["NAME"] = {name}']
    if hosts:
        origin = f"https://*{host}" if host.startswith(".") else f"https://{host}"
        for name, value in (("ALLOWED_HOSTS", host), ("CSRF_TRUSTED_ORIGINS", origin)):
            lines += [f'{name} = [*globals().get("{name}", []), {_quoted(value)}]']
    return "\n".join(lines) + "\n"


def wsgi_text() -> str:
    """The text of `pa_wsgi.py`, for a project without a WSGI module that can be used."""
    return (
        '"""The app for PythonAnywhere."""\n\n'
        "import os\n\n"
        "from django.core.wsgi import get_wsgi_application\n\n"
        'os.environ["DJANGO_SETTINGS_MODULE"] = "pa_settings"\n'
        "application = get_wsgi_application()\n"
    )


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
