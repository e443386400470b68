"""Settings from the environment: an odd value stops the start with a sentence; good ones make a safe site."""

import json
import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from mbc_site import environment

KEY = "k3y-of-a-test-that-is-long-enough-and-has-many-different-letters"
MAIL = ("EMAIL_URL", "EMAIL_FROM", "TIME_ZONE")
OURS = (*MAIL, "SITE_URL", "DEBUG", "ALLOWED_HOSTS", "LANGUAGES", "PORTAL_ORIGINS", "SECRET_KEY", "TRUSTED_PROXIES")


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch):
    for name in (*OURS, "DATABASE_URL", "CACHE_URL", "VAR", "SECRET_KEY_FALLBACKS"):
        monkeypatch.delenv(name, raising=False)


def refusal(task) -> str:
    with pytest.raises(ImproperlyConfigured) as refused:
        task()
    return str(refused.value)


# --- odd values ------------------------------------------------------------------------------

READ = {
    "DEBUG": lambda: environment.flag("DEBUG", default=False),
    "SITE_URL": environment.site_url,
    "ALLOWED_HOSTS": lambda: environment.allowed_hosts("http://127.0.0.1:8000"),
    "LANGUAGES": environment.languages,
    "PORTAL_ORIGINS": environment.portal_origins,
    "TRUSTED_PROXIES": environment.trusted_proxies,
    "CACHE_URL": environment.cache,
    "DATABASE_URL": lambda: environment.database(Path("unused")),
    "SECRET_KEY": lambda: environment.secret_key(Path("unused")),
    "EMAIL_URL": lambda: environment.email(Path("unused")),
    "EMAIL_FROM": lambda: environment.email_from("https://pages.example.org"),
    "TIME_ZONE": environment.time_zone,
}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", "maybe"),
        ("DEBUG", "2"),
        ("SITE_URL", "pages.example.org"),
        ("SITE_URL", "ftp://pages.example.org"),
        ("SITE_URL", "https://"),
        ("SITE_URL", "https://pages.example.org/path"),
        ("SITE_URL", "https://pages.example.org?a=b"),
        ("SITE_URL", "https://pages.example.org#a"),
        ("SITE_URL", "https://somebody:secret@pages.example.org"),
        ("SITE_URL", "https://pages.example.org:99999"),
        ("SITE_URL", "https://pages.example.org:0"),
        ("SITE_URL", "https://pages.example.org:port"),
        ("SITE_URL", "https://[::1"),
        ("SITE_URL", "https://two words"),
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_HOSTS", "pages.example.org,*"),
        ("ALLOWED_HOSTS", "https://pages.example.org"),
        ("ALLOWED_HOSTS", "pages.example.org/path"),
        ("ALLOWED_HOSTS", "pages.example.org:8000"),
        ("LANGUAGES", "es"),
        ("LANGUAGES", "es,en"),
        ("LANGUAGES", "en,tlh"),
        ("LANGUAGES", "en,es,es"),
        ("LANGUAGES", "English"),
        ("PORTAL_ORIGINS", "*"),
        ("PORTAL_ORIGINS", "http://portal.example.org"),
        ("PORTAL_ORIGINS", "https://portal.example.org/path"),
        ("PORTAL_ORIGINS", "https://portal.example.org; script-src *"),
        ("PORTAL_ORIGINS", "https://*.example.org"),
        ("PORTAL_ORIGINS", "portal.example.org"),
        ("TRUSTED_PROXIES", "yes"),
        ("TRUSTED_PROXIES", "10.0.0.0/99"),
        ("TRUSTED_PROXIES", "127.0.0.1,*"),
        ("CACHE_URL", "nonsense"),
        ("CACHE_URL", "gopher://host"),
        ("DATABASE_URL", "nonsense"),
        ("DATABASE_URL", "mysql://user:secret@host/name"),
        ("DATABASE_URL", "postgres://user:secret@host:port/name"),
        ("DATABASE_URL", "postgres://"),
        ("EMAIL_URL", "nonsense"),
        ("EMAIL_URL", "smtp://user:secret@mail.example.org:25"),
        ("EMAIL_URL", "smtp+tls://user:secret@mail.example.org:port"),
        ("EMAIL_URL", "smtp+tls://user:secret@mail.example.org:587/?fail_silently=1"),
        ("EMAIL_URL", "smtp+tls://"),
        ("EMAIL_URL", "memorymail://"),
        ("EMAIL_URL", "dummymail://"),
        ("EMAIL_URL", "filemail://"),
        ("EMAIL_FROM", "our clinic"),
        ("EMAIL_FROM", "Our clinic <pages>"),
        ("EMAIL_FROM", "pages@example.org\nBcc: other@example.org"),
        ("TIME_ZONE", "Mars/Olympus"),
        ("TIME_ZONE", "Europe"),
        ("TIME_ZONE", "../../etc/passwd"),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "a" * 60),
        ("SECRET_KEY", f"django-insecure-{KEY}"),
    ],
)
def test_an_odd_value_is_refused_in_a_sentence_that_names_it(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    words = refusal(READ[name])
    assert words.startswith(f"{name} ")
    assert words.endswith(".")
    assert "secret" not in words
    if name == "SECRET_KEY":
        assert value not in words


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("DEBUG", "", False),
        ("DEBUG", " On ", True),
        ("DEBUG", "0", False),
        ("SITE_URL", "", "http://127.0.0.1:8000"),
        ("SITE_URL", "https://pages.example.org/", "https://pages.example.org"),
        ("SITE_URL", "http://[::1]:8000", "http://[::1]:8000"),
        (
            "ALLOWED_HOSTS",
            "a.example.org, .b.example.org",
            [".b.example.org", "127.0.0.1", "[::1]", "a.example.org", "localhost"],
        ),
        ("LANGUAGES", "", [("en", "English"), ("es", "Español")]),
        ("LANGUAGES", "en, fr", [("en", "English"), ("fr", "Français")]),
        (
            "PORTAL_ORIGINS",
            "https://a.example.org, https://b.example.org:8443",
            ["https://a.example.org", "https://b.example.org:8443"],
        ),
        ("PORTAL_ORIGINS", "http://localhost:3000", ["http://localhost:3000"]),
        ("TRUSTED_PROXIES", "127.0.0.1, 10.0.0.0/8, ::1", ["127.0.0.1", "10.0.0.0/8", "::1"]),
        ("TIME_ZONE", "", "UTC"),
        ("TIME_ZONE", "Europe/London", "Europe/London"),
        ("EMAIL_FROM", "", "no-reply@pages.example.org"),
        ("EMAIL_FROM", "Our clinic <pages@example.org>", "Our clinic <pages@example.org>"),
        ("SECRET_KEY", f"${KEY}", f"${KEY}"),
    ],
)
def test_a_good_value_is_read(monkeypatch, name, value, read):
    monkeypatch.setenv(name, value)
    assert READ[name]() == read


SMTP = "django.core.mail.backends.smtp.EmailBackend"


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("smtp+tls://u:p%40ss@mail.example.org", {"EMAIL_PORT": 587, "EMAIL_USE_TLS": True, "EMAIL_TIMEOUT": 10}),
        ("smtp+ssl://u:p%40ss@mail.example.org", {"EMAIL_PORT": 465, "EMAIL_USE_SSL": True, "EMAIL_BACKEND": SMTP}),
        ("smtp://u:p%40ss@127.0.0.1", {"EMAIL_PORT": 25, "EMAIL_HOST": "127.0.0.1", "EMAIL_HOST_PASSWORD": "p@ss"}),
        ("filemail:////srv/mail", {"EMAIL_FILE_PATH": "/srv/mail"}),
        ("consolemail://", {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}),
    ],
)
def test_a_mail_server_is_read(monkeypatch, tmp_path, value, read):
    monkeypatch.setenv("EMAIL_URL", value)
    assert environment.email(tmp_path).items() >= read.items()


def test_without_a_mail_server_letters_are_files_that_only_the_site_can_read(tmp_path):
    assert environment.email(tmp_path)["EMAIL_FILE_PATH"] == str(tmp_path / "mail")
    assert stat.S_IMODE((tmp_path / "mail").stat().st_mode) == 0o700


def test_the_sites_own_host_is_answered(monkeypatch):
    assert "pages.example.org" in environment.allowed_hosts("https://pages.example.org:8443")
    assert "[2001:db8::1]" in environment.allowed_hosts("https://[2001:db8::1]:8443")


# --- database, cache -------------------------------------------------------------------------


def test_sqlite_is_the_default_wherever_the_data_folder_is(tmp_path):
    """Also where its name would mean something in an address."""
    folder = tmp_path / "50% of #data? yes"
    config = environment.database(folder)
    assert config["NAME"] == str(folder / "mbc.sqlite3")
    assert config["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in config["OPTIONS"]["init_command"]
    assert "synchronous=FULL" in config["OPTIONS"]["init_command"]


def test_postgresql_gets_limits_and_keeps_what_the_address_says(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://user:p%40ss@host:5433/name?sslmode=verify-full")
    config = environment.database(Path("unused"))
    assert (config["HOST"], config["PORT"], config["PASSWORD"], config["NAME"]) == ("host", 5433, "p@ss", "name")
    assert config["OPTIONS"]["sslmode"] == "verify-full"
    assert config["CONN_HEALTH_CHECKS"] is True
    for limit in ("statement_timeout=15000", "lock_timeout=5000", "idle_in_transaction_session_timeout=30000"):
        assert limit in config["OPTIONS"]["options"]


def test_postgresql_can_be_reached_by_a_socket(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://user@%2Fvar%2Frun%2Fpostgresql/name")
    assert environment.database(Path("unused"))["HOST"] == "/var/run/postgresql"


def test_a_cache_can_be_shared(monkeypatch):
    assert environment.cache()["BACKEND"].endswith("LocMemCache")
    monkeypatch.setenv("CACHE_URL", "rediscache://127.0.0.1:6379/1")
    assert environment.cache()["BACKEND"].endswith("RedisCache")


# --- data folder, key ------------------------------------------------------------------------


def test_the_data_folder_is_made_for_its_owner(monkeypatch, tmp_path):
    monkeypatch.setenv("VAR", str(tmp_path / "a" / "b"))
    folder = environment.data_folder(Path("unused"))
    assert (folder, stat.S_IMODE(folder.stat().st_mode)) == (tmp_path / "a" / "b", 0o750)


def test_a_data_folder_that_cannot_be_made_is_refused(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("VAR", str(tmp_path / "file" / "var"))
    assert refusal(lambda: environment.data_folder(Path("unused"))).endswith("cannot be made: Not a directory.")


def test_a_key_is_made_once_and_only_its_owner_can_read_it(tmp_path):
    umask = os.umask(0)
    try:
        key = environment.secret_key(tmp_path)
    finally:
        os.umask(umask)
    assert len(key) >= 64
    assert environment.secret_key(tmp_path) == key
    assert [file.name for file in tmp_path.iterdir()] == ["secret_key"]
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_processes_that_start_together_agree_on_one_key(tmp_path):
    with ThreadPoolExecutor(16) as pool:
        keys = set(pool.map(lambda _place: environment.secret_key(tmp_path), range(64)))
    assert len(keys) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["secret_key"]


@pytest.mark.parametrize("kept", [b"", b"cut off", b"\xff" * 80])
def test_a_key_file_that_was_damaged_is_refused(tmp_path, kept):
    (tmp_path / "secret_key").write_bytes(kept)
    assert "secret_key" in refusal(lambda: environment.secret_key(tmp_path))


def test_a_key_that_cannot_be_kept_is_refused(tmp_path):
    words = refusal(lambda: environment.secret_key(tmp_path / "nowhere"))
    assert words.endswith("secret_key: No such file or directory.")


# --- the whole site --------------------------------------------------------------------------

SHOW = """
import json
from mbc_site import settings
names = [name for name in dir(settings) if name.startswith(("SESSION_", "CSRF_", "SECURE_", "X_FRAME"))]
print(json.dumps({name: getattr(settings, name) for name in ["DEBUG", *names]}, default=str))
"""


def python(tmp_path, *arguments: str, **values: str) -> subprocess.CompletedProcess:
    surroundings = {"PATH": os.environ["PATH"], "VAR": str(tmp_path), **values}
    command = [sys.executable, "-W", "error", *arguments]
    return subprocess.run(command, cwd=settings.BASE_DIR, env=surroundings, capture_output=True, text=True, timeout=60)


def shown(tmp_path, **values: str) -> dict:
    return json.loads(python(tmp_path, "-c", SHOW, **values).stdout)


def test_an_odd_value_stops_the_program_before_it_starts(tmp_path):
    ended = python(tmp_path, "manage.py", "check", PORTAL_ORIGINS="*")
    assert ended.returncode == 1
    assert (
        ended.stderr.strip()
        .split("\n")[-1]
        .endswith("PORTAL_ORIGINS holds “*”. Use whole origins like https://portal.example.org.")
    )


@pytest.mark.parametrize(("url", "starts"), [("http://127.0.0.1:8000", True), ("https://pages.example.org", False)])
def test_debug_is_for_this_machine_only(tmp_path, url, starts):
    ended = python(tmp_path, "manage.py", "check", DEBUG="on", SITE_URL=url)
    assert (ended.returncode == 0) is starts, ended.stderr
    assert ("DEBUG is on and SITE_URL is not on this machine. Turn DEBUG off." in ended.stderr) is not starts


def test_a_site_on_https_passes_djangos_own_deployment_check(tmp_path):
    ended = python(
        tmp_path, "manage.py", "check", "--deploy", "--fail-level", "WARNING", SITE_URL="https://pages.example.org"
    )
    assert (ended.returncode, "no issues" in ended.stdout) == (0, True), ended.stderr


def test_cookies_on_https_belong_to_this_host_alone(tmp_path):
    found = shown(tmp_path, SITE_URL="https://pages.example.org")
    assert found["DEBUG"] is False
    for kind, name in (("SESSION", "__Host-sessionid"), ("CSRF", "__Host-csrftoken")):
        assert found[f"{kind}_COOKIE_NAME"] == name
        assert found[f"{kind}_COOKIE_SECURE"] is found[f"{kind}_COOKIE_HTTPONLY"] is True
        assert found[f"{kind}_COOKIE_SAMESITE"] == "Lax"
    assert (found["SECURE_SSL_REDIRECT"], found["SECURE_HSTS_SECONDS"]) == (True, 31_536_000)
    assert found["SECURE_PROXY_SSL_HEADER"] is None


def test_plain_names_and_no_hsts_on_http(tmp_path):
    found = shown(tmp_path)
    assert (found["SESSION_COOKIE_NAME"], found["CSRF_COOKIE_NAME"]) == ("sessionid", "csrftoken")
    assert (found["SESSION_COOKIE_SECURE"], found["SECURE_SSL_REDIRECT"], found["SECURE_HSTS_SECONDS"]) == (
        False,
        False,
        0,
    )


def test_a_forwarded_protocol_counts_behind_a_named_proxy_only(tmp_path):
    found = shown(tmp_path, TRUSTED_PROXIES="127.0.0.1")
    assert found["SECURE_PROXY_SSL_HEADER"] == ["HTTP_X_FORWARDED_PROTO", "https"]


def test_no_migration_is_missing(tmp_path):
    ended = python(tmp_path, "manage.py", "makemigrations", "--check", "--dry-run")
    assert ended.returncode == 0, ended.stdout
