"""A hospital's client, written from the HL7 guide alone (portal-linking.md §1 and §3): it knows nothing of ours.

It asks over real HTTP, reads Atom with a feed parser and JSON by the guide's key paths.
"""

from __future__ import annotations

import json
import warnings
from dataclasses import dataclass
from urllib.parse import urlencode
from urllib.request import urlopen

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # feedparser imports modules that Python will drop
    import feedparser


@dataclass(frozen=True)
class Page:
    title: str
    address: str
    summary: str


def query(system: str, code: str, **more: str) -> str:
    asked = {"mainSearchCriteria.v.cs": system, "mainSearchCriteria.v.c": code}
    return urlencode({**asked, "informationRecipient.languageCode.c": "en", **more})


def as_atom(service: str, system: str, code: str) -> list[Page]:
    """A portal that only swapped MedlinePlus's service address: no type is named."""
    with urlopen(f"{service}?{query(system, code)}") as reply:
        kind, body = reply.headers.get_content_type(), reply.read()
    if kind != "text/xml":
        raise ValueError(f"text/xml was expected, and {kind} came.")
    feed = feedparser.parse(body)
    if feed.bozo or feed.version != "atom10" or not (feed.feed.id and feed.feed.title and feed.feed.updated_parsed):
        raise ValueError("This is no Atom feed.")
    echoed = {(tag.scheme, tag.term) for tag in feed.feed.tags}
    if not {scheme for scheme, _term in echoed} >= {"mainSearchCriteria.v.c", "mainSearchCriteria.v.cs"}:
        raise ValueError("The feed does not repeat what it answers.")
    return [Page(entry.title, entry.link, entry.summary) for entry in feed.entries]


def as_json(service: str, system: str, code: str) -> list[Page]:
    """The key paths of §3.3, and nothing else of the answer."""
    asked = query(system, code, knowledgeResponseType="application/json")
    with urlopen(service, data=asked.encode()) as reply:  # by POST, as §5.7 asks
        answer = json.load(reply)
    if not answer["feed"]["title"]["_value"]:
        raise ValueError("The feed has no title.")
    return [
        Page(entry["title"]["_value"], entry["link"][0]["href"], entry["summary"]["_value"])
        for entry in answer["feed"]["entry"]
    ]


# The same by JSONP, for a page of the hospital's own: the answers in the order of the requests, into the title.
SCRIPT = """<!doctype html><html lang="en"><title>waiting</title><script>
const service = %(service)s, requests = %(requests)s, answers = [];
function showPages(answer) {
  answers.push(answer.feed.entry.map((entry) => [entry.title._value, entry.link[0].href, entry.summary._value]));
  next();
}
function next() {
  if (answers.length === requests.length) { document.title = "done"; return; }
  const script = document.createElement("script");
  const more = "&knowledgeResponseType=application/javascript&callback=showPages";
  script.src = service + "?" + requests[answers.length] + more;
  script.onerror = () => { document.title = "refused"; };
  document.head.append(script);
}
next();
</script></html>"""


def by_script(service: str, codes: list[tuple[str, str]]) -> str:
    asked = [query(system, code) for system, code in codes]
    return SCRIPT % {"service": json.dumps(service), "requests": json.dumps(asked)}
