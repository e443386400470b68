"""The people and pages that tests are about: fixed roles, one-line ways to make a page."""

from __future__ import annotations

from django.contrib.auth.models import Permission

from tests.browser import PASSWORD
from topics import review, workflow
from topics.checks import unchecked
from topics.models import Event, OrganSite, Revision, Section, SectionCheck, Topic, User
from topics.roles import ADMINISTRATOR, CLINICIAN, EDITOR, PUBLISHER, ROLES
from topics.source import CARD, Source, compose


def person(name: str, *permissions: str, staff: bool = True) -> User:
    user, made = User.objects.get_or_create(username=name, defaults={"is_staff": staff})
    if made:
        user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return user


def editor() -> User:
    return person(EDITOR, *ROLES[EDITOR])


def publisher() -> User:
    """Publishes, and writes too: one person may hold several roles."""
    return person(PUBLISHER, *ROLES[EDITOR], *ROLES[PUBLISHER])


def clinician() -> User:
    return person(CLINICIAN, *ROLES[CLINICIAN])


def administrator() -> User:
    return person(ADMINISTRATOR, *ROLES[ADMINISTRATOR])


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
    """A page that patients see, as the content files bring it: nobody has checked it."""
    topic = make_topic(slug, **values)
    go_live(topic, topic.latest)
    topic.refresh_from_db()
    return topic


def go_live(topic: Topic, revision: Revision) -> Event:
    """Show this text to patients, as the content files would."""
    return workflow.publish(topic, revision, None)


def checked(topic: Topic, revision: Revision | None = None, by: User | None = None) -> Event:
    """The newest text, found correct by a clinician in every part that nobody had checked."""
    revision = revision or Topic.objects.get(pk=topic.pk).newest
    if Topic.objects.get(pk=topic.pk).stage in ("draft", "sent back"):
        review.submit(topic, revision, editor())
    correct = review.Verdict(SectionCheck.CORRECT)
    verdicts = {part.key: correct for part in unchecked(revision)}
    return review.check(topic, revision, review.Signature.of_account(by or clinician()), verdicts)


def new_draft(topic: Topic, author: User | None = None, **changes) -> Revision:
    """A newer draft of a topic, with these changes."""
    latest = Topic.objects.get(pk=topic.pk).latest
    return workflow.save_draft(topic, latest.source.revised(**changes), author or editor(), latest.number)
