"""The loader as it is on PythonAnywhere: a zip, and the WSGI file that imports it."""

from __future__ import annotations

import io
import re
from functools import cache
from pathlib import Path

PACKAGE = "pa_deploy_loader"
"""Its name on PythonAnywhere, where an app may well import `pa_deploy`."""
FOLDER = Path(__file__).with_name("loader")
WSGI_FILE = "wsgi_file.py"
MAIN = f"from {PACKAGE}.program import main\n\nmain()\n"
"""What `python LOADER.zip` runs."""
BEGINNING = (1980, 1, 1, 0, 0, 0)
"""The oldest moment that a zip can tell. All are the same, so that its digest tells its content."""
UNIX = 3
"""The number of the system in a zip."""
UNFILLED_BASE = 'BASE = ""'
UNFILLED_LOADER = 'LOADER = ""'
FILLED = re.compile(rb"^(BASE|LOADER) = '[^'\n]*'$", re.MULTILINE)
WRITTEN = (
    "db1fd9965267bf7d3fcfb1e2be51f18f4790cba59659ff0290fde5a69c77ffb4",
    "3ffe4030f408318f658dee2fd9fa7247ac60babf25e07d73bd0303037e86e056",
)
"""The SHA-256 of each WSGI file that a pa-deploy has written, before it was filled in.

If you change `wsgi_file.py`, add the new one, or the next version takes this one for edited.
"""
DIGEST_CHARACTERS = 12
"""Of the digest in the name of a WSGI file that is kept."""
NUMBER = re.compile(rb"^LAYOUT = (\d{1,4})$", re.MULTILINE)


@cache
def loader_zip() -> bytes:
    """The zip. It is not compressed, because compression differs from machine to machine."""
    import zipfile  # noqa: PLC0415 - with all that it needs, a twentieth of each start

    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        modules = {f"{PACKAGE}/{name}": text for name, text in _modules().items()}
        for name, text in {"__main__.py": MAIN, **modules}.items():
            member = zipfile.ZipInfo(name, BEGINNING)
            member.create_system = UNIX  # else it would tell where pa-deploy runs
            archive.writestr(member, text)
    return target.getvalue()


@cache
def loader_name() -> str:
    """The zip's name, which is its digest: it is never written over with another content."""
    import hashlib  # noqa: PLC0415 - as above

    return f"{hashlib.sha256(loader_zip()).hexdigest()}.zip"


def wsgi_file(base: str) -> bytes:
    """The WSGI file for the releases in the folder `base`."""
    text = FOLDER.joinpath(WSGI_FILE).read_text(encoding="utf-8")
    if text.count(UNFILLED_BASE) != 1 or text.count(UNFILLED_LOADER) != 1:
        raise AssertionError(WSGI_FILE)
    text = text.replace(UNFILLED_BASE, f"BASE = {base!r}")
    return text.replace(UNFILLED_LOADER, f"LOADER = {loader_name()!r}").encode()


def is_loader(content: bytes) -> bool:
    """Whether a WSGI file is pa-deploy's, of this version or another."""
    return b"\nBASE = '" in content and b"pa-deploy fills in BASE" in content


def is_untouched(content: bytes) -> bool:
    """Whether a WSGI file is as a pa-deploy has written it, and nobody has edited it since."""
    import hashlib  # noqa: PLC0415 - as above

    unfilled = FILLED.sub(rb'\1 = ""', content)
    return hashlib.sha256(unfilled).hexdigest() in WRITTEN


def replaced_name(path: str, content: bytes) -> str:
    """The name under which a WSGI file is kept that is about to be overwritten."""
    import hashlib  # noqa: PLC0415 - as above

    digest = hashlib.sha256(content).hexdigest()[:DIGEST_CHARACTERS]
    return f"{path.rpartition('/')[2]}.{digest}.replaced"


def number_of_loader(content: bytes) -> int:
    """The layout number in a WSGI file; 0 for the first edition's and for those of others."""
    found = NUMBER.search(content) if is_loader(content) else None
    return int(found[1]) if found else 0


def _modules() -> dict[str, str]:
    """The modules of the loader, by name, in an order that is always the same."""
    names = sorted(each.name for each in FOLDER.iterdir() if each.name.endswith(".py"))
    return {
        name: FOLDER.joinpath(name).read_text(encoding="utf-8")
        for name in names
        if name != WSGI_FILE
    }
