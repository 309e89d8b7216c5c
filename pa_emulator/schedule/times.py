"""When a task is due."""

from __future__ import annotations

from datetime import datetime, timedelta


def next_time(after: datetime, hour: int | None, minute: int) -> datetime:
    """Return the first time later than `after`; each hour has one if `hour` is None."""
    time = after.replace(minute=minute, second=0, microsecond=0)
    if hour is not None:
        time = time.replace(hour=hour)
    if time > after:
        return time
    return time + (timedelta(hours=1) if hour is None else timedelta(days=1))
