"""The environment a site is set up by: read once, checked before anything starts, refused in one line that names it."""

import ipaddress
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on", "y", "ok"}
FALSE = {"0", "false", "no", "off", "n", ""}
DEVELOPMENT_SECRET = "development-only-secret-key-never-used-in-production"  # noqa: S105


def read(source: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment with the content of the file ``NAME_FILE`` as ``NAME``. What is empty is not set.

    Raises ``ImproperlyConfigured`` when such a file cannot be read.
    """
    values = dict(os.environ if source is None else source)
    for name in [name for name in values if name.endswith("_FILE") and name.removesuffix("_FILE") in CHECKS]:
        try:
            values[name.removesuffix("_FILE")] = Path(values[name]).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name} : impossible de lire {values[name]} ({error.strerror}).") from error
    return {name: value for name, value in values.items() if value or name not in CHECKS}


def check(values: Mapping[str, str]) -> None:
    """Raise ``ImproperlyConfigured``, with one sentence, for the first variable that is wrong."""
    for name, rule in CHECKS.items():
        wrong = rule(values[name]) if name in values else None
        if wrong:
            raise ImproperlyConfigured(f"{name} : {wrong}.")
    if stays_here(values) and not is_loopback(values.get("HOST") or "127.0.0.1"):
        raise ImproperlyConfigured("HOST : avec DEMO ou DEBUG, seule la machine elle-même est permise (127.0.0.1).")


def stays_here(values: Mapping[str, str]) -> bool:
    """Tell whether the program demonstrates or develops: then only this machine may reach it."""
    return any(is_true(values.get(name, "")) for name in ("DEMO", "DEBUG"))


def secret_key(values: Mapping[str, str]) -> str:
    """Return the key that signs. Raises ``ImproperlyConfigured`` in production when there is none of the site's own."""
    key = values.get("SECRET_KEY") or (DEVELOPMENT_SECRET if stays_here(values) else "")
    if not key or (key == DEVELOPMENT_SECRET and not stays_here(values)):
        raise ImproperlyConfigured("SECRET_KEY : donner une longue valeur secrète (ou SECRET_KEY_FILE, un fichier).")
    return key


def is_true(value: str) -> bool:
    """Tell whether a switch is on."""
    return value.strip().lower() in TRUE


def is_loopback(host: str) -> bool:
    """Tell whether an address can only be reached from this machine."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _scheme(*known: str) -> Callable[[str], str | None]:
    expected = " ou ".join(f"{scheme}://" for scheme in known)
    return lambda value: None if urlsplit(value).scheme in known else f"l’adresse doit commencer par {expected}"


def _number(least: int, most: int) -> Callable[[str], str | None]:
    def rule(value: str) -> str | None:
        is_number = value.isascii() and value.isdigit()
        return None if is_number and least <= int(value) <= most else f"un nombre de {least} à {most} est attendu"

    return rule


def _switch(value: str) -> str | None:
    return None if value.strip().lower() in TRUE | FALSE else "1 ou 0 est attendu"


def _time_zone(value: str) -> str | None:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        return "un fuseau horaire tel que Europe/Paris est attendu"
    return None


def _any(value: str) -> None:
    return None


CHECKS: dict[str, Callable[[str], str | None]] = {
    "DATABASE_URL": _scheme("postgresql", "postgres"),
    "REDIS_URL": _scheme("redis", "rediss"),
    "SECRET_KEY": _any,
    "DEBUG": _switch,
    "DEMO": _switch,
    "PORT": _number(1, 65535),
    "MLLP_PORT": _number(1, 65535),
    "WEB_THREADS": _number(1, 64),
    "CONN_MAX_AGE": _number(0, 86_400),
    "TIME_ZONE": _time_zone,
    "EMAIL_URL": _scheme("smtp", "smtp+tls", "smtp+ssl", "consolemail", "filemail", "memorymail", "dummymail"),
    "SMS_GATEWAY_URL": _scheme("http", "https"),
    "SMS_GATEWAY_TOKEN": _any,
    "OIDC_CLIENT_SECRET": _any,
    "SENTRY_DSN": _any,
    "CLAMD_URL": _scheme("tcp"),
}
