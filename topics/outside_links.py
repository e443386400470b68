"""Whether addresses outside this site still answer: asked politely, and never of this machine's own network.

One request at a time, with a pause for each host; HEAD first, GET where HEAD is not answered; no
referrer, no cookie, no body read. A host that resolves to a private address is never asked, and the
address that was looked at is the one that is connected to.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later

SECONDS = 15  # for a connection, and for each wait for bytes
LONGEST = 60  # for one request altogether
PAUSE = 2.0  # between two requests to one host
MOST_REDIRECTS = 5
MOVED = (301, 302, 303, 307, 308)
SHY = (401, 403, 405, 406, 429, 451, 503)  # answers that programs get where people are let in
EMBEDS_ANOTHER = [ipaddress.ip_network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")]


class Failed(Exception):
    """The address does not answer as a page; the words say how."""


@dataclass
class Asker:
    """Asks one address after the other. `now` and `sleep` are the clock."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    last: dict[str, float] = field(default_factory=dict)

    def ask(self, url: str) -> str:
        """What is wrong with this address, in words; empty when it answers."""
        try:
            self._follow(url)
        except Failed as failed:
            return str(failed)[:200]
        return ""

    def _follow(self, url: str) -> None:
        for _hop in range(MOST_REDIRECTS + 1):
            parts = _outside(url)
            status, to = self._answer(parts)
            if status not in MOVED or not to:
                return _judge(status)
            url = urljoin(url, to)
        raise Failed(_("It leads on and on: more than %(count)s redirects.") % {"count": MOST_REDIRECTS})

    def _answer(self, parts: SplitResult) -> tuple[int, str]:
        status, to = self._request("HEAD", parts)
        if status >= 400 and status not in (429, 503):
            status, to = self._request("GET", parts)
        return status, to

    def _request(self, method: str, parts: SplitResult) -> tuple[int, str]:
        host = parts.hostname or ""
        self.sleep(max(0.0, self.last.get(host, -PAUSE) + PAUSE - self.now()))
        try:
            return _sent(method, parts)
        except Failed:
            raise
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise Failed(_said(error)) from None
        finally:
            self.last[host] = self.now()


def is_outside(address: str) -> bool:
    """Whether an IP address belongs to the public internet."""
    ip = ipaddress.ip_address(address.split("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if any(ip in network for network in EMBEDS_ANOTHER):
            return False
        if ip.ipv4_mapped:
            return is_outside(str(ip.ipv4_mapped))
    return ip.is_global and not ip.is_multicast


def _outside(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018, raises for a port that is none
    except ValueError:
        raise Failed(_("This is no address that can be opened.")) from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Failed(_("It leads to something that is no web page."))
    if parts.username or parts.password:
        raise Failed(_("The address holds a name or a password."))
    return parts


def _judge(status: int) -> None:
    if status < 400 or status in SHY:
        return
    if status in (404, 410):
        raise Failed(_("The page is not there any more (%(status)s).") % {"status": status})
    raise Failed(_("The site answers with an error (%(status)s).") % {"status": status})


# --- one request ------------------------------------------------------------------------------


class _Plain(http.client.HTTPConnection):
    def connect(self) -> None:
        self.sock = _connected(self.host, self.port)


class _Secure(http.client.HTTPSConnection):
    def connect(self) -> None:
        raw = _connected(self.host, self.port)
        self.sock = ssl.create_default_context().wrap_socket(raw, server_hostname=self.host)


def _connected(host: str, port: int) -> socket.socket:
    """A connection to an address that was looked at first: all that the name leads to have to be public."""
    found = [str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not found or not all(is_outside(address) for address in found):
        raise Failed(_("It leads into a private network, which is never asked."))
    return socket.create_connection((found[0], port), timeout=SECONDS)


def _sent(method: str, parts: SplitResult) -> tuple[int, str]:
    host = (parts.hostname or "").encode("idna").decode()
    kind = _Secure if parts.scheme == "https" else _Plain
    connection = kind(host, parts.port, timeout=SECONDS)
    watch = threading.Timer(LONGEST, _cut, [connection])
    watch.daemon = True
    watch.start()
    try:
        connection.request(method, _target(parts), headers=_headers())
        response = connection.getresponse()
        return response.status, response.getheader("Location") or ""
    finally:
        watch.cancel()
        connection.close()


def _cut(connection: http.client.HTTPConnection) -> None:
    """A server that sends a byte now and then is not waited for."""
    if connection.sock is not None:
        connection.sock.shutdown(socket.SHUT_RDWR)


def _target(parts: SplitResult) -> str:
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    return f"{path}?{quote(parts.query, safe='/%:@!$&()*+,;=~-._?')}" if parts.query else path


def _headers() -> dict[str, str]:
    return {"User-Agent": f"MBC-Pages link check (+{settings.SITE_URL})", "Accept": "*/*", "Connection": "close"}


def _said(error: Exception) -> str:
    """An error in words."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _("Its certificate is not trusted: %(why)s.") % {"why": error.verify_message}
    for kinds, words in WORDS:
        if isinstance(error, kinds):
            return str(words)
    return _("The connection failed.")


WORDS: tuple[tuple[tuple[type[Exception], ...], Promise], ...] = (
    ((ssl.SSLError,), _later("The encrypted connection failed.")),
    ((TimeoutError,), _later("It did not answer in time.")),
    ((socket.gaierror, UnicodeError), _later("There is no host of this name.")),
    ((ConnectionRefusedError,), _later("The host refuses the connection.")),
    ((ConnectionError, http.client.HTTPException), _later("The host broke off, or did not answer as a web site.")),
)
