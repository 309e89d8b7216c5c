"""The forms of the lines that pa-deploy writes for uv. uv reads nothing else."""

from __future__ import annotations

import re
from urllib.parse import quote

NAME = r"[a-z0-9]+(?:-[a-z0-9]+)*"
EXTRAS = rf"(?:\[{NAME}(?:,{NAME})*\])?"
ONE_VERSION = r"(?:===|==|~=|!=|<=|>=|<|>)[A-Za-z0-9._+!*-]+"
MARKER = r"""(?:(?! -)[A-Za-z0-9_.,+!*<>=~()"' -])+"""
"""Without a dash behind a blank, which would begin an option."""
ADDRESS = r"[A-Za-z0-9._~:/@!&()*+=%\[\]-]+"
"""A URL without its query. So there is one way alone in which a text can match."""
URL = rf"{ADDRESS}(?:\?[A-Za-z0-9._~:/?@!&()*+=%\[\]-]*)?"
QUERY = r"\?[A-Za-z0-9._~:/?@!&()*+=%\[\]-]+"
DIGEST = "(?:sha256{0}[0-9a-f]{{64}}|sha384{0}[0-9a-f]{{96}}|sha512{0}[0-9a-f]{{128}})"
FRAGMENT = rf"(?:#{DIGEST.format('=')})?"

REQUIREMENT = re.compile(
    rf"{NAME}{EXTRAS}(?:{ONE_VERSION}(?:,{ONE_VERSION})*"
    rf"| @ (?:https|file)://{ADDRESS}\.whl(?:{QUERY})?"
    rf"{FRAGMENT})?(?: ; {MARKER})?"
)
BUILT = re.compile(
    rf"(?:{NAME}{EXTRAS} @ )?(?:git\+)?https?://{ADDRESS}(?:{QUERY})?"
    rf"(?:#[A-Za-z0-9_=&./-]+)?(?: ; {MARKER})?"
)
"""What pip gets besides, for packages that it is to build."""
HASH = re.compile(DIGEST.format(":"))
INDEX_URL = re.compile(rf"https?://{URL}")


def encoded(url: str) -> str:
    """The URL with all that has a meaning to uv's reader, such as `$` and `;`, percent-encoded."""
    return quote(url, safe="%/:?@!&()*+=~[]", errors="surrogatepass")
