"""Settings from the environment: each value checked, each refusal a sentence."""

from __future__ import annotations

import re
import secrets
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

LOOPBACK = ("127.0.0.1", "localhost", "[::1]", "::1")
ORIGIN = re.compile(r"^https://[a-z0-9.-]+(:[0-9]{1,5})?$|^http://(127\.0\.0\.1|localhost)(:[0-9]{1,5})?$")
LANGUAGE_NAMES = {"en": "English", "es": "Español", "fr": "Français", "de": "Deutsch", "pt": "Português"}

env = environ.Env()


def flag(name: str, default: bool) -> bool:
    value = env.str(name, default="").strip().lower()
    if value == "":
        return default
    if value in ("1", "true", "yes", "on"):
        return True
    if value in ("0", "false", "no", "off"):
        return False
    raise ImproperlyConfigured(f"{name} is “{value}”. Use on or off.")


def site_url() -> str:
    value = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query:
        raise ImproperlyConfigured(f"SITE_URL is “{value}”. Use an address like https://pages.example.org.")
    return value


def allowed_hosts(url: str) -> list[str]:
    hosts = [*LOOPBACK[:3], urlsplit(url).hostname or "", *env.list("ALLOWED_HOSTS", default=[])]
    if "*" in hosts:
        raise ImproperlyConfigured("ALLOWED_HOSTS holds “*”. Name the hosts that this site answers for.")
    return sorted({host.strip() for host in hosts if host.strip()})


def data_folder(base: Path) -> Path:
    folder = Path(env.str("VAR", default="") or base / "var").expanduser().resolve()
    try:
        folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"VAR is “{folder}”, which cannot be made: {error.strerror}.") from None
    return folder


def secret_key(var: Path) -> str:
    """From SECRET_KEY, or made once and kept in VAR where only its owner can read it."""
    value = env.str("SECRET_KEY", default="")
    if value:
        if len(value) < 50 or len(set(value)) < 10 or value.startswith("django-insecure"):
            raise ImproperlyConfigured("SECRET_KEY is too weak. Use 50 or more random characters, or leave it unset.")
        return value
    path = var / "secret_key"
    try:
        with path.open("x") as file:
            path.chmod(0o600)
            file.write(secrets.token_urlsafe(64))
    except FileExistsError:
        pass
    except OSError as error:
        raise ImproperlyConfigured(f"The secret key cannot be kept in {path}: {error.strerror}.") from None
    return path.read_text()


def languages() -> list[tuple[str, str]]:
    codes = env.list("LANGUAGES", default=["en", "es"])
    if not codes or codes[0] != "en":
        raise ImproperlyConfigured("LANGUAGES has to start with en: English pages are at the root. Use en,es.")
    for code in codes:
        if code not in LANGUAGE_NAMES:
            known = ", ".join(LANGUAGE_NAMES)
            raise ImproperlyConfigured(f"LANGUAGES holds “{code}”, which this site cannot speak. Known: {known}.")
    return [(code, LANGUAGE_NAMES[code]) for code in codes]


def portal_origins() -> list[str]:
    origins = env.list("PORTAL_ORIGINS", default=[])
    for origin in origins:
        if not ORIGIN.match(origin):
            raise ImproperlyConfigured(
                f"PORTAL_ORIGINS holds “{origin}”. Use whole origins like https://portal.example.org."
            )
    return origins


def database(var: Path) -> dict[str, object]:
    """SQLite in VAR, or PostgreSQL by DATABASE_URL, with the options each needs to be safe."""
    url = env.str("DATABASE_URL", default="") or f"sqlite:///{var / 'mbc.sqlite3'}"
    try:
        config = env.db_url_config(url)
    except Exception as error:  # django-environ raises what its parser raises
        raise ImproperlyConfigured(f"DATABASE_URL cannot be read ({type(error).__name__}).") from None
    engine = config.get("ENGINE", "")
    if engine.endswith("sqlite3"):
        # WAL alone makes writers fail; WAL with IMMEDIATE lets them queue. FULL: a save survives power loss.
        config["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        }
    elif engine.endswith("postgresql"):
        config |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
        limits = "-c statement_timeout=15000 -c lock_timeout=5000 -c idle_in_transaction_session_timeout=30000"
        config["OPTIONS"] = {**config.get("OPTIONS", {}), "options": limits}
    else:
        raise ImproperlyConfigured("DATABASE_URL has to start with sqlite:// or postgres://.")
    return config
