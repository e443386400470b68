"""The addresses that were ever given out, tests/given_out.txt: python -m tests.given_out adds today's.

A line is a page's permanent number, or “-”, and an address. Lines are added and never taken away: hospitals
print them, link to them and keep them in records. A page is withdrawn, never deleted; its file stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tests.scratch import database

LIST = Path(__file__).with_suffix(".txt")
HEAD = "# Every address that this site ever gave out. Add lines with: python -m tests.given_out; never remove one.\n"
OF_A_PAGE = ("topic", "short", "handout", "embed")
FIXED = ("/feed/", "/sitemap.xml", "/robots.txt", "/.well-known/security.txt", "/infobutton/", "/infobutton/feed/")
Line = tuple[str, str]


def ever() -> set[Line]:
    rows = (line.split() for line in LIST.read_text().splitlines() if line and not line.startswith("#"))
    return {(number, address) for number, address in rows}


def today(client) -> set[Line]:
    """What the shipped pages, imported, give out now: pages, lists, paper, frames, squares and data."""
    return {*_of_topics(), *_listed(client), *(("-", address) for address in FIXED)}


def _of_topics() -> Iterator[Line]:
    from django.urls import reverse
    from django.utils.translation import override

    from topics.models import Topic
    from topics.source import PAGE

    for topic in Topic.objects.published().select_related("live"):
        number = str(topic.number)
        with override(topic.language):
            yield number, topic.permanent_url
            yield number, topic.get_absolute_url().partition("#")[0]
            if topic.is_open:
                yield number, reverse("printout", args=[topic.number, topic.live.number])
                yield number, reverse("api_topic" if topic.kind == PAGE else "api_card", args=[topic.number])
            if topic.kind == PAGE and topic.is_open:
                yield number, f"{reverse('portals_qr')}?t={topic.number}"
                yield from ((number, reverse(name, args=[topic.slug])) for name in OF_A_PAGE)


def _listed(client) -> Iterator[Line]:
    """The sitemap's and the API's addresses that belong to no topic."""
    from django.conf import settings

    named = re.findall(r"<loc>([^<]*)</loc>", client.get("/sitemap.xml").content.decode())
    named += [value for value in client.get("/api/v1/").json().values()]
    for address in named:
        path = address.removeprefix(settings.SITE_URL)
        if "/topics/" not in path or path.startswith("/api/"):
            yield "-", path


def written(lines: set[Line]) -> str:
    def place(line: Line) -> tuple[bool, int, str]:
        number, address = line
        return number == "-", int(number) if number != "-" else 0, address

    return HEAD + "".join(f"{number} {address}\n" for number, address in sorted(lines, key=place))


def main() -> None:
    with database():
        from django.core.management import call_command
        from django.test import Client

        call_command("import_content", verbosity=0)
        LIST.write_text(written((ever() if LIST.exists() else set()) | today(Client())))


if __name__ == "__main__":
    main()
