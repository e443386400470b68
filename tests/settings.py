"""The site's settings with a folder of its own for every test process, and nothing slow or noisy."""

import atexit
import os
import shutil
import tempfile

os.environ["VAR"] = tempfile.mkdtemp(prefix=f"mbc-{os.environ.get('PYTEST_XDIST_WORKER', 'tests')}-")
atexit.register(shutil.rmtree, os.environ["VAR"], ignore_errors=True)

from mbc_site.settings import *  # noqa: E402, F403
from mbc_site.settings import DATABASES, LOGGING, STORAGES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
LOGGING = {**LOGGING, "handlers": {"console": {"class": "logging.NullHandler"}}}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True  # straight from static/, nothing collected

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, as in earnest: threads of one test write to it at once, each through its own connection.
    DATABASES["default"]["TEST"] = {"NAME": os.path.join(os.environ["VAR"], "test.sqlite3")}
