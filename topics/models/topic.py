"""A topic, its pointers, and what follows from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from topics.models.vocabulary import OrganSite, Section, slug_validator
from topics.source import CARD, DOORS, LEVELS, PAGE

if TYPE_CHECKING:
    from topics.models.history import Revision


class TopicQuerySet(models.QuerySet["Topic"]):
    def published(self) -> TopicQuerySet:
        """The one meaning of “public”: a topic whose live pointer is set."""
        return self.filter(live__isnull=False)

    def open(self) -> TopicQuerySet:
        """Without the pages behind a door (design §9.7), which only their own address shows.

        Every list, search, feed, frame, paper and machine answer asks this, or `Topic.is_open`.
        """
        return self.filter(door="")

    def behind_a_door(self) -> TopicQuerySet:
        return self.exclude(door="")

    def pages(self, language: str | None = None) -> TopicQuerySet:
        return self.filter(kind=PAGE, language=language or get_language() or "en")

    def cards(self, language: str | None = None) -> TopicQuerySet:
        return self.filter(kind=CARD, language=language or get_language() or "en")


class Topic(models.Model):
    """One page or card in one language: its permanent number, its address and two pointers.

    `live` is what patients see, `latest` what editors saved last. Title, section, sites, order,
    level, door and summary repeat the live source (before the first publication: the latest one), so
    that lists need not read texts. Only `topics.workflow` writes here.
    """

    number = models.PositiveIntegerField(unique=True)
    language = models.CharField(max_length=10, default="en")
    kind = models.CharField(max_length=4, choices=[(PAGE, _("page")), (CARD, _("card"))], default=PAGE)
    slug = models.CharField(_("short name"), max_length=80, validators=[slug_validator])
    title = models.CharField(max_length=120)
    summary = models.CharField(max_length=300)
    section = models.ForeignKey(Section, models.PROTECT, null=True, blank=True, related_name="topics")
    sites = models.ManyToManyField(OrganSite, blank=True, related_name="topics")
    order = models.PositiveIntegerField(default=100)
    level = models.CharField(max_length=9, blank=True, choices=[(level, level) for level in LEVELS])
    door = models.CharField(max_length=9, blank=True, choices=[(door, door) for door in DOORS])
    live = models.ForeignKey("Revision", models.PROTECT, null=True, editable=False, related_name="+")
    latest = models.ForeignKey("Revision", models.PROTECT, null=True, editable=False, related_name="+")
    imported = models.ForeignKey("Revision", models.PROTECT, null=True, editable=False, related_name="+")
    anchors = models.JSONField(default=dict, editable=False)  # see topics.anchors
    successor = models.ForeignKey("self", models.PROTECT, null=True, editable=False, related_name="replaces")
    changed = models.DateTimeField(_("last change"), auto_now=True)

    objects = TopicQuerySet.as_manager()

    class Meta:
        verbose_name = _("page")
        verbose_name_plural = _("pages and cards")
        ordering = [models.F("section__order").asc(nulls_last=True), "order", "number"]
        permissions = [("publish_topic", "Can publish and withdraw topics")]
        constraints = [
            models.UniqueConstraint(fields=["language", "kind", "slug"], name="slug_once_per_language_and_kind"),
            models.CheckConstraint(
                condition=models.Q(kind=CARD, section__isnull=True) | models.Q(kind=PAGE, section__isnull=False),
                name="pages_have_a_section_and_cards_have_none",
            ),
            models.CheckConstraint(
                condition=models.Q(live__isnull=True) | models.Q(successor__isnull=True),
                name="a_live_topic_has_no_successor",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Where readers find it, in its own language whatever language is asked in."""
        with override(self.language):
            if self.kind == CARD:
                return f"{reverse('when_to_call')}#card-{self.slug}"
            return reverse("topic", args=[self.slug])

    @property
    def is_open(self) -> bool:
        """What `TopicQuerySet.open` asks, of one topic."""
        return not self.door

    @property
    def permanent_url(self) -> str:
        return reverse("permanent", args=[self.number])

    @property
    def state(self) -> str:
        """In words, for lists: what patients see and what waits."""
        if self.live_id is None:
            return str(_("Withdrawn")) if self.was_published else str(_("Draft"))
        return str(_("Live")) if self.live_id == self.latest_id else str(_("Live, newer draft waiting"))

    @property
    def newest(self) -> Revision:
        """The latest revision, which every saved topic has."""
        if self.latest is None:
            raise ValueError(f"{self} has no revision yet.")
        return self.latest

    @property
    def shown(self) -> Revision:
        """The revision that patients see; for live topics only."""
        if self.live is None:
            raise ValueError(f"{self} is not live.")
        return self.live

    @cached_property
    def was_published(self) -> bool:
        return self.events.filter(kind="published").exists()


class OldAddress(models.Model):
    """A short name that a topic once had: its address leads on for ever."""

    topic = models.ForeignKey(Topic, models.PROTECT, related_name="old_addresses")
    language = models.CharField(max_length=10)
    kind = models.CharField(max_length=4)
    slug = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["language", "kind", "slug"], name="an_old_address_leads_to_one_topic")
        ]

    def __str__(self) -> str:
        return self.slug


class RenderedPage(models.Model):
    """The rendering of a topic's live revision. Derived: `manage.py rebuild` makes it anew."""

    topic = models.OneToOneField(Topic, models.CASCADE, related_name="rendered")
    revision = models.ForeignKey("topics.Revision", models.PROTECT, related_name="+")
    data = models.JSONField()

    def __str__(self) -> str:
        return str(self.topic)
