"""What the runner replaces by `***`: the secrets, their lines, and their usual encodings
(HostContext.cs, ValueEncoders.cs). Matching is exact and by line.
"""

from __future__ import annotations

import base64
import json
import re
from urllib.parse import quote
from xml.sax.saxutils import escape


class Masker:
    def __init__(self, *secrets: str) -> None:
        self._texts: set[str] = set()
        for secret in secrets:
            self.add(secret)

    def add(self, secret: str) -> None:
        """The whole text, and each of its lines."""
        for text in {secret.strip(), *(line.strip() for line in secret.splitlines())} - {""}:
            self._texts |= {form for form in encodings(text) if form}

    def mask(self, line: str) -> str:
        """Hits that touch or overlap become one `***`."""
        hits = sorted(
            (match.start(1), match.start(1) + len(text))
            for text in self._texts
            for match in re.finditer(f"(?=({re.escape(text)}))", line)
        )
        masked, end = "", 0
        for start, stop in hits:
            if start > end or not masked:
                masked += line[end:start] + "***"
            end = max(end, stop)
        return masked + line[end:]


def encodings(text: str) -> set[str]:
    raw = text.encode()
    forms = {text, json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1]}
    forms |= {base64.b64encode(raw[skip:]).decode() for skip in range(3)}
    forms |= {
        text.replace('"', '\\"'),
        text.replace("'", "''"),
        quote(text, safe="~"),
        escape(text),
    }
    if len(text) > 8:
        forms.add(text.strip('"'))
    return forms
