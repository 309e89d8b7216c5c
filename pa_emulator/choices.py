"""Questions that no public source answers, what this emulator does, and why."""

from __future__ import annotations

# `files/tree/`: the official command line says "2 levels deep", and 1000 entries are the API
# page's limit.
TREE_DEPTH = 2
TREE_ENTRIES = 1000

# Reload's ping: the help pages say 20 seconds, access logs of live accounts who asks. Which of
# PythonAnywhere's own addresses does is not known.
PING_SECONDS = 20.0
PING_AGENT = "python-requests/2.32.5"
PING_ADDRESS = "10.0.0.46"

# The four errors of a reload are known by name. `slow_startup_error` was seen after reloads that
# had worked, with 409. The others have the same status here; one that tells of a virtualenv or of
# another failure has not reloaded.
RELOAD_STATUS = 409

# How long a reload lets running requests finish: a real server log says 60 seconds.
MERCY_SECONDS = 60.0

# New requests during a reload are redirected to themselves. The emulator holds each a moment
# first, or a client on the same machine would use up its redirects in milliseconds.
RELOAD_HOLD_SECONDS = 1.0

# Only so much of a site's password counts (Web tab of 2026). The API gives back the whole; what
# the real one does is not known.
PASSWORD_CHARACTERS = 8

# A request may run for five minutes (help pages); after as long, the web server says 504.
HARAKIRI_SECONDS = 300.0

# How many visitors may wait for a busy site (a real server log says 100). One more gets the page
# `502-backend` (help pages).
SITE_QUEUE = 100

# Interpreters that can be asked for: the newest system image's, and 3.14, which the official
# library knows.
PYTHON_VERSIONS = ("3.9", "3.10", "3.11", "3.12", "3.13", "3.14")

# Web app creation: 200 was seen live, the official library's mock says 201; clients accept both.
CREATE_STATUS = 200

# The kinds of errors when a web app cannot be made: beyond the plan, there already, at a domain
# that the plan does not allow. That there are kinds is known, their names are not.
LIMIT_ERROR_TYPE = "webapp_limit_reached"
EXISTS_ERROR_TYPE = "webapp_exists"
DOMAIN_ERROR_TYPE = "domain_not_allowed"

# `force_https` redirects; 301 or 302 is not known. 302 leaves nothing behind in browsers' caches.
HTTPS_STATUS = 302

# "Coming Soon!" is what a domain without web app shows; its status is not known, and 404 is what
# keeps a health check from taking it for the site.
COMING_SOON_STATUS = 404

# Past the plan's consoles the answer is a page; one client saw 429, another a 2xx that was not
# 201. 429 is the one that says what is the matter.
CONSOLE_LIMIT_STATUS = 429

# `get_latest_output` gives about this many characters (API page).
CONSOLE_OUTPUT_CHARACTERS = 500

# The newest image's default (help pages). A new account is on the newest image and cannot go to
# one older than that of its sign-up day.
DEFAULT_PYTHON = "3.13"
SYSTEM_IMAGES = ("innit",)

# The web page for uploads ends at 100 MiB (help pages); the API's limit is not documented, so the
# same is taken, with the page that the web server makes by itself.
UPLOAD_LIMIT_BYTES = 100 * 1024 * 1024

# Over the disk quota a program sees an OSError (help pages). What the API answers is not known;
# a view that meets that error unprepared answers 500 and a page.
QUOTA_STATUS = 500

# What OPTIONS answers is not known: the framework would describe this emulator's own classes, which
# is not what the real one says. So it is refused, as any method that an endpoint does not have.
METHODS = ("get", "post", "put", "patch", "delete", "head")

# `user_perms/schedule/` exists and says whether the account may create tasks; its shape is not
# known.
PERMISSION_KEY = "can_create"

# `databases/mysql/` is documented without a description. A list, as all lists of the API are, of
# what the Databases tab shows.
MYSQL_DATABASES: tuple[str, ...] = ()

# An always-on task that ends is started again (help pages); how soon is not known. Seconds before
# the first time, doubled each time it ends again, at most the second number.
RESTART_PAUSE_SECONDS = 1.0
RESTART_PAUSE_LONGEST = 60.0

# How long a visitor of a website waits for its command to listen, before the page `502-backend`.
# The real front is likely not to wait; but a client on the same machine is faster than any start.
LISTEN_SECONDS = 20.0
