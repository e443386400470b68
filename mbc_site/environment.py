"""Settings from the environment: each value checked, each refusal a sentence."""

from __future__ import annotations

import ipaddress
import os
import re
import secrets
import warnings
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

import environ
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

LOOPBACK = ("127.0.0.1", "localhost", "[::1]", "::1")
ORIGIN = re.compile(r"https://[a-z0-9.-]+(:[0-9]{1,5})?|http://(127\.0\.0\.1|localhost)(:[0-9]{1,5})?")
MAIL_SCHEMES = ("smtp", "smtp+tls", "smtp+ssl", "smtps", "filemail", "consolemail")
MAIL_SECONDS = 10  # a mail server that does not answer holds up one person for so long
HOST = re.compile(r"\.?[a-z0-9-]+(\.[a-z0-9-]+)*\.?|\[[0-9a-f:.]+\]", re.IGNORECASE)
LANGUAGE_NAMES = {"en": "English", "es": "Español", "fr": "Français", "de": "Deutsch", "pt": "Português"}

env = environ.Env()


def text(name: str, default: str = "") -> str:
    """Read here, because django-environ takes a value that starts with “$” for another's name."""
    return os.environ.get(name, "").strip() or default


def words(name: str) -> list[str]:
    """A list: words with commas between them."""
    return [word.strip() for word in text(name).split(",") if word.strip()]


def flag(name: str, default: bool) -> bool:
    value = text(name).lower()
    if value == "":
        return default
    if value in ("1", "true", "yes", "on"):
        return True
    if value in ("0", "false", "no", "off"):
        return False
    raise ImproperlyConfigured(f"{name} is “{value}”. Use on or off.")


def site_url() -> str:
    value = text("SITE_URL", "http://127.0.0.1:8000").rstrip("/")
    try:
        parts = urlsplit(value)
        good = parts.hostname is not None and value == f"{parts.scheme}://{parts.netloc}" and parts.port != 0
    except ValueError:  # an address or a port that cannot be read
        good = False
    if not good or parts.scheme not in ("http", "https") or "@" in value or not HOST.fullmatch(_host(parts.netloc)):
        value = re.sub(r"//.*@", "//…@", value)
        raise ImproperlyConfigured(f"SITE_URL is “{value}”. Use an address like https://pages.example.org.")
    return value


def _host(netloc: str) -> str:
    return re.sub(r":[0-9]*$", "", netloc)


def allowed_hosts(url: str) -> list[str]:
    named = words("ALLOWED_HOSTS")
    if "*" in named:
        raise ImproperlyConfigured("ALLOWED_HOSTS holds “*”. Name the hosts that this site answers for.")
    for host in named:
        if not HOST.fullmatch(host):
            raise ImproperlyConfigured(f"ALLOWED_HOSTS holds “{host}”. Use host names like pages.example.org.")
    return sorted({*LOOPBACK[:3], _host(urlsplit(url).netloc), *named})


def data_folder(base: Path) -> Path:
    folder = Path(text("VAR") or base / "var").expanduser().resolve()
    try:
        folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"VAR is “{folder}”, which cannot be made: {error.strerror}.") from None
    return folder


def secret_key(var: Path) -> str:
    """From SECRET_KEY, or made once and kept in VAR where only its owner can read it."""
    value = text("SECRET_KEY")
    if value:
        if len(value) < 50 or len(set(value)) < 10 or value.startswith("django-insecure"):
            raise ImproperlyConfigured("SECRET_KEY is too weak. Use 50 or more random characters, or leave it unset.")
        return value
    path = var / "secret_key"
    try:
        if not path.exists():
            _keep_new_key(path)
        key = path.read_text()
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not text"
        raise ImproperlyConfigured(f"The secret key cannot be kept in {path}: {why}.") from None
    if len(key) < 50:
        raise ImproperlyConfigured(f"The file {path} holds no whole secret key. Remove it, and a new one is made.")
    return key


def _keep_new_key(path: Path) -> None:
    """Several processes may start at once: each writes a file of its own, and the first one's is the key."""
    draft = path.with_name(f"secret_key.{secrets.token_hex(8)}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(64))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def languages() -> list[tuple[str, str]]:
    codes = words("LANGUAGES") or ["en", "es"]
    if not codes or codes[0] != "en":
        raise ImproperlyConfigured("LANGUAGES has to start with en: English pages are at the root. Use en,es.")
    if len(set(codes)) != len(codes):
        raise ImproperlyConfigured("LANGUAGES names a language twice. Use en,es.")
    for code in codes:
        if code not in LANGUAGE_NAMES:
            known = ", ".join(LANGUAGE_NAMES)
            raise ImproperlyConfigured(f"LANGUAGES holds “{code}”, which this site cannot speak. Known: {known}.")
    return [(code, LANGUAGE_NAMES[code]) for code in codes]


def portal_origins() -> list[str]:
    origins = words("PORTAL_ORIGINS")
    for origin in origins:
        if not ORIGIN.fullmatch(origin):
            raise ImproperlyConfigured(
                f"PORTAL_ORIGINS holds “{origin}”. Use whole origins like https://portal.example.org."
            )
    return origins


def trusted_proxies() -> list[str]:
    proxies = words("TRUSTED_PROXIES")
    for proxy in proxies:
        try:
            ipaddress.ip_network(proxy)
        except ValueError:
            what = f"TRUSTED_PROXIES holds “{proxy}”. Use addresses like 127.0.0.1 or 10.0.0.0/8."
            raise ImproperlyConfigured(what) from None
    return proxies


def cache() -> dict[str, object]:
    try:
        return dict(env.cache_url_config(text("CACHE_URL", "locmemcache://")))
    except Exception as error:  # django-environ raises what its parser raises
        what = f"CACHE_URL cannot be read ({type(error).__name__}). Use an address like rediscache://127.0.0.1:6379/0."
        raise ImproperlyConfigured(what) from None


def time_zone() -> str:
    """Where the clinic's clocks are: staff type times in it, and pages print dates by it."""
    name = text("TIME_ZONE", "UTC")
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown, not a name, or a folder
        what = f"TIME_ZONE is “{name}”, which is no time zone known here. Use a name like Europe/London."
        raise ImproperlyConfigured(what) from None
    return name


def email(var: Path) -> dict[str, Any]:
    """Django's `EMAIL_…` settings. Unset, letters are files in VAR/mail, so that none is lost."""
    url = text("EMAIL_URL")
    if not url:
        folder = var / "mail"
        folder.mkdir(mode=0o700, exist_ok=True)  # links and codes stand in them
        backend = "django.core.mail.backends.filebased.EmailBackend"
        return {"EMAIL_BACKEND": backend, "EMAIL_FILE_PATH": str(folder)}
    try:
        config: dict[str, Any] = dict(env.email_url_config(url))
    except Exception as error:  # django-environ raises what its parser raises
        raise ImproperlyConfigured(f"EMAIL_URL cannot be read ({type(error).__name__}). {MAIL_EXAMPLE}") from None
    if url.split(":", 1)[0] not in MAIL_SCHEMES:
        raise ImproperlyConfigured(f"EMAIL_URL has to start with one of {', '.join(MAIL_SCHEMES)}. {MAIL_EXAMPLE}")
    if config.pop("OPTIONS", {}):
        raise ImproperlyConfigured(f"EMAIL_URL takes nothing after a “?”. {MAIL_EXAMPLE}")
    return _mail_server(config) if url.startswith("smtp") else _mail_elsewhere(config)


MAIL_EXAMPLE = "Use an address like smtp+tls://user:password@mail.example.org:587."


def _mail_server(config: dict[str, Any]) -> dict[str, Any]:
    if not config["EMAIL_HOST"]:
        raise ImproperlyConfigured(f"EMAIL_URL names no mail server. {MAIL_EXAMPLE}")
    secure = config.get("EMAIL_USE_TLS") or config.get("EMAIL_USE_SSL")
    if not secure and config["EMAIL_HOST"] not in LOOPBACK:
        raise ImproperlyConfigured(f"EMAIL_URL would send links and codes unencrypted. {MAIL_EXAMPLE}")
    port = config["EMAIL_PORT"] or (465 if config.get("EMAIL_USE_SSL") else 587 if secure else 25)
    account = {name: config[name] or "" for name in ("EMAIL_HOST_USER", "EMAIL_HOST_PASSWORD")}
    return {**config, **account, "EMAIL_PORT": port, "EMAIL_TIMEOUT": MAIL_SECONDS}


def _mail_elsewhere(config: dict[str, Any]) -> dict[str, Any]:
    backend, path = config["EMAIL_BACKEND"], config["EMAIL_FILE_PATH"]
    if not backend.endswith("filebased.EmailBackend"):
        return {"EMAIL_BACKEND": backend}
    if not path:
        raise ImproperlyConfigured("EMAIL_URL names no folder. Use one like filemail:////srv/mbc/mail.")
    return {"EMAIL_BACKEND": backend, "EMAIL_FILE_PATH": path}


def email_from(url: str) -> str:
    """The sender: EMAIL_FROM, or no-reply at the site's own host."""
    value = text("EMAIL_FROM") or f"no-reply@{urlsplit(url).hostname}"
    address = value.rsplit("<", 1)[-1].removesuffix(">") if value.endswith(">") else value
    try:
        if any(char in value for char in "\r\n"):
            raise ValidationError("")
        if text("EMAIL_FROM"):
            validate_email(address)
    except ValidationError:
        what = f"EMAIL_FROM is “{value}”. Use an address like pages@example.org, or “Our clinic <pages@example.org>”."
        raise ImproperlyConfigured(what) from None
    return value


def database(var: Path) -> dict[str, object]:
    """SQLite in VAR, or PostgreSQL by DATABASE_URL, with the options each needs to be safe."""
    config = _database_config(text("DATABASE_URL"), var)
    engine = str(config.get("ENGINE", ""))
    if engine.endswith("sqlite3"):
        # WAL alone makes writers fail; WAL with IMMEDIATE lets them queue. FULL: a save survives power loss.
        config["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        }
    elif engine.endswith("postgresql"):
        config |= {"HOST": unquote(config["HOST"]), "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
        limits = "-c statement_timeout=15000 -c lock_timeout=5000 -c idle_in_transaction_session_timeout=30000"
        config["OPTIONS"] = {**config.get("OPTIONS", {}), "options": limits}
    else:
        raise ImproperlyConfigured("DATABASE_URL has to start with sqlite:// or postgres://.")
    if not config["NAME"]:
        raise ImproperlyConfigured("DATABASE_URL names no database. Use one like postgres://user:password@host/name.")
    return config


def _database_config(url: str, var: Path) -> dict[str, Any]:
    if not url:
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(var / "mbc.sqlite3")}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return dict(env.db_url_config(url))
    except Exception as error:  # django-environ raises what its parser raises
        raise ImproperlyConfigured(f"DATABASE_URL cannot be read ({type(error).__name__}).") from None
