"""A handout as PDF, where the optional WeasyPrint is installed (`pip install mbc-pages[pdf]`)."""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.cache import cache

from topics import images

try:
    import weasyprint
    from weasyprint.urls import URLFetcher, URLFetcherResponse
except (ImportError, OSError) as missing:  # OSError: the package is there and the Pango library is not
    weasyprint = None
    if not isinstance(missing, ImportError):
        logging.getLogger(__name__).warning("WeasyPrint is installed but cannot start: Pango is missing.")

KEPT_FOR = 60 * 60  # seconds


class NotInstalled(Exception):
    """This site has no WeasyPrint."""


def available() -> bool:
    return weasyprint is not None


def made_from(html: str) -> bytes:
    """The PDF of a whole HTML page. Kept by the page's own letters: any change makes a new one."""
    if weasyprint is None:
        raise NotInstalled
    key = f"pdf-{hashlib.sha256(html.encode()).hexdigest()}"
    kept = cache.get(key)
    if kept is None:
        document = weasyprint.HTML(string=html, base_url=settings.SITE_URL, url_fetcher=_own_files())
        kept = document.write_pdf(pdf_tags=True)
        cache.set(key, kept, KEPT_FOR)
    return bytes(kept)


def own_file(address: str) -> Path | None:
    """The style sheet or picture of ours at this address; nothing else is ever opened, and no host asked."""
    if not address.startswith(f"{settings.SITE_URL}/"):
        return None
    path = unquote(urlsplit(address).path)
    if path.startswith(settings.MEDIA_URL):
        name = path.removeprefix(settings.MEDIA_URL)
        return Path(settings.MEDIA_ROOT) / name if images.type_of(name) else None
    name = path.removeprefix(settings.STATIC_URL)
    if name == path or not name.endswith(".css") or ".." in name.split("/"):
        return None
    if staticfiles_storage.exists(name):
        return Path(staticfiles_storage.path(name))
    found = finders.find(name)
    return Path(found) if isinstance(found, str) else None


def _own_files() -> object:
    class OwnFiles(URLFetcher):
        def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
            path = own_file(url)
            if path is None or not path.is_file():
                raise ValueError("Only files of this site belong in a handout.")
            kind = images.type_of(path.name) or "text/css"
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})

    return OwnFiles()
