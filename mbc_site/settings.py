"""One settings file: everything from the environment (docs/operations.md), running with nothing set."""

from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from mbc_site import environment

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = environment.data_folder(BASE_DIR)

DEBUG = environment.flag("DEBUG", default=False)
SITE_URL = environment.site_url()
HTTPS = SITE_URL.startswith("https://")
if DEBUG and urlsplit(SITE_URL).hostname not in environment.LOOPBACK:
    raise ImproperlyConfigured("DEBUG is on and SITE_URL is not on this machine. Turn DEBUG off.")
SECRET_KEY = environment.secret_key(VAR)
SECRET_KEY_FALLBACKS = environment.words("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = environment.allowed_hosts(SITE_URL)
CSRF_TRUSTED_ORIGINS = [SITE_URL]

INSTALLED_APPS = [
    "topics",
    "topics.staff.site.StaffConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "markdownx",
    "csp",
]

MIDDLEWARE = [
    "mbc_site.middleware.PublicPagesKnowNobody",
    "mbc_site.middleware.SafeHeaders",
    "mbc_site.middleware.PublicPagesTravelSmall",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "mbc_site.middleware.ReadableRequests",
    "mbc_site.middleware.HealthForAnyHost",
    "mbc_site.middleware.PublishWhatIsDue",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "mbc_site.middleware.OnlyLanguagesWithPages",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "mbc_site.middleware.OwnPasswordFirst",
    "django.middleware.http.ConditionalGetMiddleware",
]

ROOT_URLCONF = "mbc_site.urls"
WSGI_APPLICATION = "mbc_site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "topics.letterhead.clinic",
                "topics.spoken.notice",
            ]
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {"default": environment.database(VAR)}
CACHES = {"default": environment.cache()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

globals().update(environment.email(VAR))  # EMAIL_BACKEND and what it needs
EMAIL_IS_SENT = bool(environment.text("EMAIL_URL"))  # else letters are files in VAR/mail
DEFAULT_FROM_EMAIL = SERVER_EMAIL = environment.email_from(SITE_URL)

AUTH_USER_MODEL = "topics.User"
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]

LANGUAGE_CODE = "en"
LANGUAGES = environment.languages()
LOCALE_PATHS = [BASE_DIR / "mbc_site" / "locale"]
FORMAT_MODULE_PATH = "mbc_site.formats"
USE_TZ = True
TIME_ZONE = environment.time_zone()

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILE_UPLOAD_PERMISSIONS = 0o640
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o750
CONTENT_DIR = BASE_DIR / "content"

MARKDOWNX_MARKDOWNIFY_FUNCTION = "topics.pages.preview_html"

STAFF_PATHS = ("/admin/", "/check/")
CODED_PATHS = ("/infobutton",)  # what is asked there says what somebody has
MAX_BODY = 3_000_000
MAX_UPLOAD_BODY = 12_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000
DATA_UPLOAD_MAX_NUMBER_FILES = 5

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "no-referrer"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/"]
TRUSTED_PROXIES = environment.trusted_proxies()
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SILENCED_SYSTEM_CHECKS = ["security.W021"]  # HSTS preload is each hospital's own decision for its whole domain

SESSION_COOKIE_NAME = "__Host-sessionid" if HTTPS else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if HTTPS else "csrftoken"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60
CSRF_FAILURE_VIEW = "topics.views.csrf_failure"

REQUIRE_SECOND_PERSON = environment.flag("REQUIRE_SECOND_PERSON", default=True)
PORTAL_ORIGINS = environment.portal_origins()
SNOMED_CODES = environment.flag("SNOMED_CODES", default=True)

LOG_LINE = "%(asctime)sZ %(levelname)s %(name)s %(message)s"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "mbc_site.logs.OneLine", "format": LOG_LINE}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "weasyprint": {"level": "ERROR"},  # else a line for each rule of ours that is for screens
        "django.server": {"handlers": ["console"], "level": "INFO", "propagate": False},  # of runserver
    },
}
