"""Where the repository's files are, from whatever folder a test asks."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parent.parent
