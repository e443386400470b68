"""The people and pages that tests are about: fixed roles, one-line ways to make a page."""

from __future__ import annotations

from django.contrib.auth.models import Permission

from tests.browser import PASSWORD
from topics import workflow
from topics.models import OrganSite, Revision, Section, Topic, User
from topics.source import CARD, Source, compose

EDITING = ("add_topic", "change_topic", "view_topic")


def person(name: str, *permissions: str, staff: bool = True) -> User:
    user, made = User.objects.get_or_create(username=name, defaults={"is_staff": staff})
    if made:
        user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return user


def editor() -> User:
    return person("editor", *EDITING)


def publisher() -> User:
    return person("publisher", *EDITING, "publish_topic")


def clinician() -> User:
    return person("clinician", "view_topic")


def stranger() -> User:
    return person("stranger", staff=False)


def with_password(user: User) -> User:
    user.set_password(PASSWORD)
    user.save()
    return user


def make_section(slug: str = "sites") -> Section:
    return Section.objects.get_or_create(slug=slug, defaults={"names": {"en": slug.title()}, "abouts": {"en": slug}})[0]


def make_site(slug: str = "bone") -> OrganSite:
    return OrganSite.objects.get_or_create(slug=slug, defaults={"names": {"en": slug.title()}, "abouts": {"en": slug}})[
        0
    ]


def page_source(text: str = "The spine is often affected.", **values) -> Source:
    """A page of a few lines, or with `kind=CARD` a card; `body` replaces its text."""
    head = {"title": "Bones", "section": "sites", "summary": "About bones.", **values}
    body = head.pop("body", f"::: short\n- One point.\n:::\n\n## Which bones\n{text}\n")
    if head.get("kind") == CARD:
        body = values.get("body", f"- {text}\n")
        head = {"level": "now", **head, "section": ""}
    return compose(body, **head)


def make_topic(slug: str = "bone", author: User | None = None, **values) -> Topic:
    """A draft that nobody has published."""
    source = page_source(**values)
    for site in source.sites:
        make_site(site)
    if source.section:
        make_section(source.section)
    return workflow.create(source, slug, author or editor())


def published_topic(slug: str = "bone", **values) -> Topic:
    topic = make_topic(slug, **values)
    workflow.publish(topic, topic.latest, publisher())
    topic.refresh_from_db()
    return topic


def new_draft(topic: Topic, author: User | None = None, **changes) -> Revision:
    """A newer draft of a topic, with these changes."""
    latest = Topic.objects.get(pk=topic.pk).latest
    return workflow.save_draft(topic, latest.source.revised(**changes), author or editor(), latest.number)
