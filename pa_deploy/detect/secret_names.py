"""Which variables hold secrets, as their names tell."""

from __future__ import annotations

import re

from pa_deploy.urls import LIKE_A_TOKEN, secrets_of_urls

SECRET = re.compile(
    r"(?:^|_)(SECRETS?|TOKEN|PASSWORD|PASS|PASSWD|PWD|PW|PAT|KEY|APIKEY|CREDENTIALS?|DSN|PRIVATE|SALT"
    r"|AUTH|DATABASE_URL|DB_URL|DB_URI|DATABASE_URI|REDIS_URL|MONGO\w*|CONNECTION_STRING)"
    r"(?:_|$)|SECRET|PASSWORD|TOKEN|APIKEY|PW$",
    re.IGNORECASE,
)
PLAIN = re.compile(r".*(PUBLIC_KEY|_KEY_ID|TOKEN_URL|AUTH_URL|KEY_NAME)$", re.IGNORECASE)


def is_secret_name(name: str) -> bool:
    return SECRET.search(name) is not None and not PLAIN.fullmatch(name)


KEY = re.compile(
    r"((FLASK|DJANGO|FASTAPI|APP|MY|WEB|SITE|JWT|CSRF|WTF|AUTH|COOKIE|SESSION|SECURITY)_)*"
    r"(SECRET_KEY|SESSION_SECRET|APP_SECRET|COOKIE_SECRET|PASSWORD_SALT)",
    re.IGNORECASE,
)


def is_key(name: str) -> bool:
    """Whether it is a secret of the app alone, for which any value will do.

    Other services give out secrets with such names too: STRIPE_SECRET_KEY is none of them.
    """
    return KEY.fullmatch(name) is not None


def looks_secret(value: str) -> bool:
    """Whether a value is a token, or a URL with a password or a token, whatever its name."""
    return LIKE_A_TOKEN.fullmatch(value) is not None or any(secrets_of_urls(value))
