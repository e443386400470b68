"""The list of pages: its columns, from how each page stands, and its order, what needs me first."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ORDER_VAR, ChangeList
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from topics.models import Topic
from topics.source import CARD
from topics.staff.saved_filters import SavedFilter, place, seen_by
from topics.staff.standing import Standing

NONE = "–"


class TopicList(ChangeList):
    """Each row has its `standing`, which the columns show."""

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Any]:
        if ORDER_VAR in self.params:
            return list(super().get_ordering(request, queryset))
        seen = seen_by(request)
        places: dict[int, list[int]] = {}
        for one in seen.standings:
            places.setdefault(place(one, seen), []).append(one.topic.pk)
        whens = [When(pk__in=pks, then=Value(number)) for number, pks in sorted(places.items())]
        # Without a page there is no case, and PostgreSQL takes the number left for a column's place.
        first = [Case(*whens, output_field=IntegerField()).asc()] if whens else []
        return [*first, *(Topic._meta.ordering or ()), "pk"]

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        by_pk = seen_by(request).by_pk
        self.result_list = list(self.result_list)
        for topic in self.result_list:
            topic.standing = by_pk[topic.pk]
        may_change = self.model_admin.has_change_permission(request)
        self.opens = "change" if may_change else "review" if request.user.has_perm("topics.check_topic") else "history"

    @property
    def saved(self) -> list[Any]:
        """The saved filters as links, with how many pages each finds."""
        return [choice for spec in self.filter_specs if isinstance(spec, SavedFilter) for choice in spec.choices(self)]

    def url_for_result(self, result: Any) -> str:
        return reverse(f"admin:topics_topic_{self.opens}", args=[result.pk])


class Columns:
    """What `list_display` names; a mixin of the admin."""

    @admin.display(description=_("Title"), ordering="title")
    def title_and_sites(self, topic: Topic) -> SafeString:
        sites = ", ".join(site.name for site in topic.sites.all())
        kind = _now("red-flag card") if topic.kind == CARD else ""
        said = " · ".join(part for part in (kind, sites, topic.language if topic.language != "en" else "") if part)
        return format_html("{} <small>{}</small>", topic.title, said) if said else format_html("{}", topic.title)

    @admin.display(description=_("State"))
    def state_in_words(self, topic: Topic) -> str:
        return topic.state

    @admin.display(description=_("Owner"), ordering="owner__username", empty_value=NONE)
    def owner_name(self, topic: Topic) -> str:
        return str(topic.owner) if topic.owner else NONE

    @admin.display(description=_("Last full check"))
    def last_check(self, topic: Topic) -> str:
        one = standing(topic)
        if not one.is_live:
            return NONE
        if one.claim.full:
            return date_format(one.claim.full, "j F Y")
        return _now("never, some parts checked") if one.claim.partly else _now("never")

    @admin.display(description=_("Next due"))
    def next_due(self, topic: Topic) -> SafeString | str:
        one = standing(topic)
        if one.due is None or not one.is_live:
            return NONE
        day, late = date_format(one.due, "j F Y"), one.days_late(timezone.localdate())
        words = ngettext("%(late)s day late", "%(late)s days late", late) % {"late": late}
        return format_html('{} <strong class="late">{}</strong>', day, words) if late else day

    @admin.display(description=_("Open problems"))
    def open_problems(self, topic: Topic) -> str:
        return str(standing(topic).problems or NONE)

    @admin.display(description=_("Languages in step"))
    def languages(self, topic: Topic) -> str:
        one = standing(topic)
        if one.behind:
            return _now("behind since %(day)s") % {"day": date_format(one.behind, "j F Y")}
        said = [_now("%(code)s behind") % {"code": code} if since else code for code, since in one.languages.items()]
        return ", ".join(said) or NONE


def standing(topic: Topic) -> Standing:
    found: Standing = vars(topic)["standing"]
    return found
