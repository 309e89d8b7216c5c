"""Names of copies that editors and people make: a copy holds the same secret as its file. Pure."""

from __future__ import annotations

import re

ENDINGS = re.compile(
    r"(~|[._-](bak|back|backup|old|orig|save|saved|copy|tmp|temp)[._-]?\d*|\.sw[a-px]|\.~\d+~"
    r"|[._-]\d[\d_.:-]*|\.(rpmsave|rpmnew|rpmorig|dpkg-\w+|ucf-\w+|disabled)"
    r"|( -)? copy( \d+)?| \(\d+\))$"
)
COPY_OF = re.compile(r"^copy( \(\d+\))? of ")
IN_EMACS = re.compile(r"^#(.+)#$", re.DOTALL)
IN_VIM = re.compile(r"\..*\.sw[a-px]", re.DOTALL)


def originals(path: str) -> tuple[str, ...]:
    """What the path of a copy may have been, in small letters; of another, the path itself.

    Vim puts a dot before the name, so there it may have been with and without one.
    """
    folder, slash, name = path.casefold().rpartition("/")
    bare = _original(name)
    names = (bare, bare.removeprefix(".")) if IN_VIM.fullmatch(name) else (bare,)
    return tuple(f"{folder}{slash}{each}" for each in dict.fromkeys(names) if each)


def _original(name: str) -> str:
    while True:
        bare = IN_EMACS.sub(r"\1", COPY_OF.sub("", ENDINGS.sub("", name), count=1))
        if bare in ("", name):
            return name
        name = bare
