"""The official library doing a first deploy of each domain named.

The calls are those of its command `pa webapp create`, which also makes a virtualenv.
"""

import sys
from pathlib import Path

from pythonanywhere_core.webapp import Webapp

HOME = Path("/home/alice/mysite")
MAPPINGS = (("/static/", HOME / "static"), ("/media/", HOME / "media"))


def main(mappings: int, domains: list[str]) -> None:
    for domain in domains:
        webapp = Webapp(domain)
        webapp.sanity_checks(nuke=False)
        webapp.create("3.13", None, HOME, nuke=False)
        for url, path in MAPPINGS[:mappings]:
            webapp.create_static_file_mapping(url, path)
        webapp.reload()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
