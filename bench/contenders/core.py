"""The official library doing a first deploy of each domain named, as its own tools call it."""

import sys
from pathlib import Path

from pythonanywhere_core.webapp import Webapp


def main(domains: list[str]) -> None:
    for domain in domains:
        webapp = Webapp(domain)
        webapp.create("3.13", None, Path("/home/alice/mysite"), nuke=False)
        webapp.create_static_file_mapping("/static/", Path("/home/alice/mysite/static"))
        webapp.create_static_file_mapping("/media/", Path("/home/alice/mysite/media"))
        webapp.reload()


if __name__ == "__main__":
    main(sys.argv[1:])
