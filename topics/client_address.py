"""Who asks, as far as it is needed to slow somebody down, and as a word that says nothing by itself."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from datetime import date

from django.conf import settings
from django.http import HttpRequest

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
ONE_HOUSEHOLD = 64  # bits of an IPv6 address that its holder cannot choose freely


def address_of(request: HttpRequest) -> str:
    """The client's address: the last one in X-Forwarded-For that no trusted proxy has, or the connection's own."""
    asking = _read(request.META.get("REMOTE_ADDR", ""))
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    while asking and _is_trusted(asking) and forwarded:
        before = _read(forwarded.pop())
        if before is None:
            break
        asking = before
    if isinstance(asking, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((asking, ONE_HOUSEHOLD), strict=False))
    return str(asking or "")


def name_for_a_day(address: str, day: date) -> str:
    """A keyed hash: the same all day, another tomorrow, and no way back without the site's secret."""
    words = f"{day.isoformat()} {address}"
    return hmac.new(settings.SECRET_KEY.encode(), words.encode(), hashlib.sha256).hexdigest()[:32]


def _read(text: str) -> Address | None:
    try:
        found = ipaddress.ip_address(text.strip())
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def _is_trusted(address: Address) -> bool:
    return any(address in ipaddress.ip_network(proxy, strict=False) for proxy in settings.TRUSTED_PROXIES)
