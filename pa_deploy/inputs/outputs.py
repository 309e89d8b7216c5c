"""Every output, declared once: the action's `outputs:` block and the table in docs/reference.md."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Output:
    """One output of the action; `help` is Markdown of one line."""

    name: str
    help: str


OUTPUTS: tuple[Output, ...] = (
    Output("url", "The site's address. For several web apps: one line each."),
    Output("domain", "The web app's domain. For several web apps: one line each."),
    Output("created", "`true` if this run created a web app."),
    Output(
        "changed", "`true` if this run changed anything; with `mode: plan` or `check`, if it would."
    ),
    Output("reloaded", "`true` if a web app was reloaded."),
    Output(
        "healthy",
        "`true` or `false`; of several sites, `true` if all are. Empty if no site was checked.",
    ),
    Output("rolled-back", "`true` if the former configuration of a web app was put back."),
    Output("plan", "The plan, as JSON. For several web apps: a list of plans."),
    Output(
        "digest",
        "SHA-256 of the plan's changes: equal plans have equal digests. For several web apps: "
        "SHA-256 of their digests, one per line.",
    ),
    Output(
        "shared-urls",
        "The files of `share-files` that are shared, as a JSON object of path and URL.",
    ),
    Output(
        "expires",
        "The day on which the web app expires, as `YYYY-MM-DD`; may be empty. For several web "
        "apps: one line each.",
    ),
    Output("release", "The id of the release that is live after the run."),
    Output("previous-release", "The id of the release that was live before it."),
    Output("requests", "How many requests were sent to the API."),
    Output("duration", "How many seconds the run took."),
)
