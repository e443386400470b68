"""The last word on every tag and attribute of a rendering.

What is not listed here does not reach a reader. Our own decoration (cards, section headings) is
made with escaping helpers around what came out of here.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

import nh3

MEDIA = re.compile(r"/media/[0-9a-f]{2}/[0-9a-f-]{36}\.(?:jpg|png|webp)")
CLASSES = {
    "a": {"term", "tel"},
    "sup": {"cite"},
    "div": {"do", "dont", "table"},
    "p": {"box-title"},
    "th": {"align-right", "align-center"},
    "td": {"align-right", "align-center"},
}
ATTRIBUTES = {
    "a": {"href", "title", "rel", "class", "aria-label"},
    "img": {"src", "alt", "title", "loading"},
    "th": {"scope", "class"},
    "td": {"class"},
    "ol": {"start"},
    "div": {"class", "role", "tabindex", "aria-label"},
    "sup": {"class"},
    "p": {"class"},
    "h3": {"id"},
    "h4": {"id"},
    "h5": {"id"},
    "h6": {"id"},
}
TAGS = {
    *("p", "br", "hr", "ul", "ol", "li", "strong", "em", "s", "sup", "blockquote", "code", "pre"),
    *("h3", "h4", "h5", "h6", "a", "img", "div", "table", "thead", "tbody", "tr", "th", "td"),
}
URL = re.compile(
    r"https?://[^\s\\<>\"'`@/?#\x00-\x1f\x7f][^\s\\<>\"'`@\x00-\x1f\x7f]*|mailto:[^\s\\<>\"'`/\x00-\x1f\x7f]+"
    r"|tel:[0-9+*#]{2,30}|/(?![/\\])[^\s\\<>\"'`\x00-\x1f\x7f]*|#(?:word|ref|s)-[a-z0-9-]+"
)
VALUES = {
    "id": re.compile(r"s-[a-z0-9-]+"),
    "rel": re.compile(r"noopener noreferrer"),
    "scope": re.compile(r"col"),
    "role": re.compile(r"region"),
    "tabindex": re.compile(r"0"),
    "loading": re.compile(r"lazy"),
    "start": re.compile(r"[0-9]{1,9}"),
    "src": MEDIA,
}


def safe_url(url: str) -> bool:
    """Whether a link may go there: this site, http(s), mail or phone; nothing a browser could read twice."""
    return "//" not in url.split("://", 1)[-1] and URL.fullmatch(url) is not None


def safe_attribute(tag: str, name: str, value: str) -> str | None:
    """nh3's attribute filter: the value if it may stay, None where the attribute goes."""
    if name == "class":
        return value if value in CLASSES.get(tag, ()) else None
    if name == "href":
        return value if safe_url(value) else None
    pattern = VALUES.get(name)
    return value if pattern is None or pattern.fullmatch(value) else None


CLEANER = nh3.Cleaner(
    tags=TAGS,
    clean_content_tags={"script", "style"},
    attributes={**ATTRIBUTES, "*": set()},  # without it nh3 lets lang and title stand everywhere
    attribute_filter=safe_attribute,
    strip_comments=True,
    link_rel=None,
    url_schemes={"http", "https", "mailto", "tel"},
)


START_TAG = re.compile(r"<[a-z][^>]*>")


def cleaned(html: str) -> tuple[str, bool]:
    """What may be sent of a fragment, and whether a tag or an attribute had to go."""
    clean = CLEANER.clean(html)
    same = START_TAG.findall(html) == START_TAG.findall(clean)  # quick, and right for nearly every text
    return clean, not same and _tags(html) != _tags(clean)


class _TagList(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, frozenset[tuple[str, str | None]]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, frozenset(attrs)))


def _tags(html: str) -> list[tuple[str, frozenset[tuple[str, str | None]]]]:
    parser = _TagList()
    parser.feed(html)
    return parser.seen
