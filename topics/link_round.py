"""The nightly round of addresses that live pages name outside this site: which are due, and what became of them."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils import timezone

from topics.models import LinkCheck, Reference, RenderedPage
from topics.outside_links import Asker

LONGEST = 1000  # characters of an address
ENOUGH = 3  # addresses that fail while none answers: it is this machine's network


@dataclass
class Round:
    """What a round found. `offline`: nothing answered at all, so nothing was counted."""

    asked: int = 0
    failing: int = 0
    dead: int = 0
    offline: bool = False


def named() -> set[str]:
    """Every address outside this site in a live page's links, and of every source that one cites."""
    found: set[str] = set()
    cited: set[str] = set()
    for links, citations in RenderedPage.objects.values_list("data__links", "data__citations"):
        found.update(link for link in links or () if link.startswith(("http://", "https://")))
        cited.update(citations or ())
    found.update(Reference.objects.filter(key__in=cited).values_list("url", flat=True))
    return {url for url in found if len(url) <= LONGEST}


def due() -> list[str]:
    """The addresses that were not asked today, hosts in turn; rows of addresses that nobody names are dropped."""
    wanted = named()
    known = dict(LinkCheck.objects.values_list("url", "checked"))
    LinkCheck.objects.filter(url__in=[url for url in known if url not in wanted]).delete()
    today = timezone.now().date()
    waiting = (url for url in sorted(wanted) if (last := known.get(url)) is None or last.date() < today)
    return list(_in_turn(waiting))


def _in_turn(urls: Iterable[str]) -> Iterator[str]:
    hosts: dict[str, deque[str]] = defaultdict(deque)
    for url in urls:
        hosts[urlsplit(url).netloc].append(url)
    while hosts:
        for host in list(hosts):
            yield hosts[host].popleft()
            if not hosts[host]:
                del hosts[host]


def go(urls: Iterable[str], asker: Asker, each: Callable[[str], None] = lambda url: None) -> Round:
    """Ask each address and note the answer at once, so that a round that was stopped goes on where it was."""
    found, held = Round(), list[tuple[str, str]]()
    answered = False
    for url in urls:
        status = asker.ask(url)
        found.asked += 1
        answered = answered or not status
        held.append((url, status))
        while answered and held:
            _note(*held.pop(), found)
        each(url)
    if len(held) >= ENOUGH:
        found.offline = True
        return found
    for url, status in held:
        _note(url, status, found)
    return found


def _note(url: str, status: str, found: Round) -> None:
    now = timezone.now()
    row, _new = LinkCheck.objects.get_or_create(url=url)
    row.status, row.checked = status, now
    if not status:
        row.failing_since, row.failed_days = None, 0
    else:
        row.failing_since = row.failing_since or now.date()
        row.failed_days = min(row.failed_days + 1, 1000)
        found.failing += 1
        found.dead += row.is_dead
    row.save()
