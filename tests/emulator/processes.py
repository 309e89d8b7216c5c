"""What runs below an emulator, as /proc has it."""

from __future__ import annotations

from pathlib import Path


def children_of(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    tasks = Path(f"/proc/{pid}/task").iterdir()
    text = " ".join((task / "children").read_text() for task in tasks)
    own = [int(child) for child in text.split()]
    return own + [grandchild for child in own for grandchild in children_of(child)]


def is_running(pid: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
