"""Questions that no public source answers, what this emulator does, and why."""

from __future__ import annotations

TREE_DEPTH = 2
"""`files/tree/`: the official command line says "2 levels deep", and 1000 entries are the API
page's limit.
"""
TREE_ENTRIES = 1000

PING_SECONDS = 20.0
"""The ping of a reload: the help pages say 20 seconds. Access logs of live accounts show who
asks, but not which of PythonAnywhere's own addresses.
"""
PING_AGENT = "python-requests/2.32.5"
PING_ADDRESS = "10.0.0.46"

RELOAD_STATUS = 409
"""The four errors of a reload are known by name. `slow_startup_error` was seen after reloads
that had worked, with 409. The others have the same status here. After an error about a
virtualenv or another failure, the web app has not been reloaded.
"""

MERCY_SECONDS = 60.0
"""How long a reload lets running requests finish: a real server log says 60 seconds."""

RELOAD_HOLD_SECONDS = 1.0
"""New requests during a reload are redirected to themselves. The emulator holds each a moment
first, or a client on the same machine would use up its redirects in milliseconds.
"""

PASSWORD_CHARACTERS = 8
"""Only so much of a site's password counts (Web tab of 2026). The API gives back all of it; what
the real one does is not known.
"""

HARAKIRI_SECONDS = 300.0
"""A request may run for five minutes (help pages). Then the web server answers 504."""

SITE_QUEUE = 100
"""How many visitors may wait for a busy site (a real server log says 100). One more gets the
page `502-backend` (help pages).
"""

PYTHON_VERSIONS = ("3.9", "3.10", "3.11", "3.12", "3.13", "3.14")
"""The Pythons on offer: those of the newest system image, and 3.14, which the official library
knows.
"""

CREATE_STATUS = 200
"""Web app creation: 200 was seen live, the official library's mock says 201; clients accept both.
"""

LIMIT_ERROR_TYPE = "webapp_limit_reached"
"""The kinds of errors if a web app cannot be made: the plan allows no more, it exists already,
or the plan does not allow its domain. We know that there are kinds, but not their names.
"""
EXISTS_ERROR_TYPE = "webapp_exists"
DOMAIN_ERROR_TYPE = "domain_not_allowed"

HTTPS_STATUS = 302
"""`force_https` redirects; 301 or 302 is not known. 302 leaves nothing behind in browsers' caches.
"""

COMING_SOON_STATUS = 404
"""A domain without a web app shows "Coming Soon!". Its status is not known. With 404, no health
check takes it for the site.
"""

CONSOLE_LIMIT_STATUS = 429
"""If the plan allows no more consoles, the answer is a page. One client saw 429, another a 2xx
that was not 201. 429 says what is wrong.
"""

CONSOLE_OUTPUT_CHARACTERS = 500
"""`get_latest_output` gives about this many characters (API page)."""

DEFAULT_PYTHON = "3.13"
"""The newest image's default (help pages). A new account is on the newest image and cannot go to
one older than that of its sign-up day.
"""
SYSTEM_IMAGES = ("innit",)

UPLOAD_LIMIT_BYTES = 100 * 1024 * 1024
"""The web page for uploads takes at most 100 MiB (help pages). The API's limit is not
documented, so it is the same here, with the web server's own page.
"""

QUOTA_STATUS = 500
"""Over the disk quota a program sees an OSError (help pages). What the API answers is not known.
A view that does not expect that error answers 500 and a page.
"""

METHODS = ("get", "post", "put", "patch", "delete", "head")
"""What OPTIONS answers is not known. The framework would describe this emulator's own classes,
unlike the real one. So it is refused like any method that an endpoint does not have.
"""

PERMISSION_KEY = "can_create"
"""`user_perms/schedule/` exists and says whether the account may create tasks; its shape is not
known.
"""

MYSQL_DATABASES: tuple[str, ...] = ()
"""`databases/mysql/` is documented without a description. Here it is a list of what the
Databases tab shows, as other lists of the API are.
"""

RESTART_PAUSE_SECONDS = 1.0
"""An always-on task that ends is started again (help pages); how soon is not known. These are
the seconds before the first restart, doubled each time, and the longest pause.
"""
RESTART_PAUSE_LONGEST = 60.0

LISTEN_SECONDS = 20.0
"""How long a visitor of a website waits for its command to listen, before the page
`502-backend`. The real front is likely not to wait; but a client on the same machine is faster
than any start.
"""
