"""Why a release was refused, as the error says it: by what the loader has written down."""

from __future__ import annotations

import pytest

from pa_deploy.errors import ReleaseRefused
from pa_deploy.model import ReleaseStatus
from pa_deploy.release import insist_on_live


@pytest.mark.parametrize(
    ("step", "error", "cause"),
    [
        ("run: sleep 9", "it ended with exit code 124", "It took longer than `timeout` allows."),
        ("import: mysite:app", "it ended with exit code 124", "within `health-timeout`"),
        ("run: make", "it ended with exit code -9", "too much memory"),
        ("unpack", "not a directory: /home/a/shared/data", "must be a directory"),
        ("run: make", "No space left on device", "disk is full"),
    ],
)
def test_the_likely_cause_is_told(step: str, error: str, cause: str) -> None:
    with pytest.raises(ReleaseRefused) as refused:
        insist_on_live(ReleaseStatus(id="a", live="b", state="refused", step=step, error=error))

    assert cause in refused.value.cause
    assert "Release b is still the live one." in refused.value.advice
