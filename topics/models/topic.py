"""A topic, its pointers, and what follows from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from topics import transitions
from topics.models.vocabulary import OrganSite, Section, slug_validator
from topics.source import CARD, DOORS, LEVELS, PAGE

if TYPE_CHECKING:
    from topics.models.history import Revision


STAGE_WORDS = {
    transitions.DRAFT: _("Draft"),
    transitions.IN_REVIEW: _("With reviewer"),
    transitions.SENT_BACK: _("Sent back"),
    transitions.CHECKED: _("Checked"),
    transitions.SCHEDULED: _("Scheduled"),
    transitions.LIVE: _("Live"),
    transitions.LIVE_ASKED: _("Live, check asked for"),
    transitions.LIVE_DOUBTED: _("Live, something is not correct"),
    transitions.WITHDRAWN: _("Withdrawn"),
}


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

    def with_stage(self) -> TopicQuerySet:
        """Each row with what `Topic.stage` and `Topic.state` ask, in the same query."""
        events = self.model._meta.apps.get_model("topics", "Event")._default_manager
        judged = events.filter(revision=models.OuterRef("latest"), kind__in=list(transitions.AFTER)).order_by("-pk")
        shown = events.filter(topic=models.OuterRef("pk"), kind="published")
        return self.annotate(
            judgement=models.Subquery(judged.values("kind")[:1]),
            was_published=models.Exists(shown),  # in place of the cached property
        )

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
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    check_due = models.DateField(_("next check due"), null=True, blank=True)  # None: as its last check says
    scheduled = models.ForeignKey("Revision", models.PROTECT, null=True, editable=False, related_name="+")
    publish_at = models.DateTimeField(null=True, editable=False, db_index=True)  # `scheduled` goes live then
    changed = models.DateTimeField(_("last change"), auto_now=True)

    objects = TopicQuerySet.as_manager()

    class Meta:
        verbose_name = _("page")
        verbose_name_plural = _("pages and cards")
        ordering = [models.F("section__order").asc(nulls_last=True), "order", "number"]
        permissions = [
            ("publish_topic", "Can publish and withdraw topics"),
            ("check_topic", "Can check clinical texts"),
        ]
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
            models.CheckConstraint(
                condition=models.Q(scheduled__isnull=True, publish_at__isnull=True)
                | models.Q(scheduled__isnull=False, publish_at__isnull=False),
                name="a_schedule_has_a_text_and_a_time",
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
    def stage(self) -> str:
        """Where the newest text is on its way to patients: one of `topics.transitions.STAGES`."""
        is_live = self.live_id is not None and self.live_id == self.latest_id
        is_scheduled = self.scheduled_id is not None and self.scheduled_id == self.latest_id
        return transitions.stage(self._last_judgement, is_live, is_scheduled)

    @cached_property
    def _last_judgement(self) -> str:
        if "judgement" in self.__dict__:  # asked for all rows at once by `TopicQuerySet.with_stage`
            return self.__dict__["judgement"] or ""
        events = self.events.filter(revision=self.latest_id, kind__in=transitions.AFTER).order_by("-pk")
        return events.values_list("kind", flat=True).first() or ""

    @property
    def state(self) -> str:
        """In words, for lists: what patients see and what waits."""
        stage = self.stage
        waiting = str(STAGE_WORDS[stage])
        if self.live_id is not None and self.live_id != self.latest_id:
            return str(_("Live, newer text: %(waiting)s") % {"waiting": waiting.lower()})
        if self.live_id is None and stage != transitions.WITHDRAWN and self.was_published:
            return str(_("Withdrawn, newer text: %(waiting)s") % {"waiting": waiting.lower()})
        return waiting

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
    """A live revision's rendering and what its checks cover. Derived: `manage.py rebuild` makes it anew."""

    topic = models.OneToOneField(Topic, models.CASCADE, related_name="rendered")
    revision = models.ForeignKey("topics.Revision", models.PROTECT, related_name="+")
    data = models.JSONField()
    claim = models.JSONField(default=dict)  # a `topics.checks.Claim`
    review_months = models.PositiveSmallIntegerField(null=True)  # as the text says; None: as the clinic says

    def __str__(self) -> str:
        return str(self.topic)
