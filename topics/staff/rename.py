"""Moving a page to another address: the old one leads on for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from topics import workflow
from topics.models.vocabulary import slug_validator
from topics.staff.access import need, topic_or_404, who, words_of
from topics.staff.leads_here import leads_to

if TYPE_CHECKING:
    from topics.admin import TopicAdmin


class RenameForm(forms.Form):
    slug = forms.CharField(
        label=_("New short name"),
        max_length=80,
        validators=[slug_validator],
        help_text=_("The last part of the page's address, like “bone”. Small letters, digits, hyphens."),
        widget=AdminTextInputWidget,
    )


def rename(request: HttpRequest, model_admin: TopicAdmin, number: int) -> HttpResponse:
    """Ask for the new short name; show what leads here, and what has to be mended by hand."""
    topic = topic_or_404(number)
    need(request.user.has_perm("topics.publish_topic"))
    form = RenameForm(request.POST or None, initial={"slug": topic.slug})
    if request.method == "POST" and form.is_valid():
        try:
            workflow.rename(topic, form.cleaned_data["slug"], who(request))
        except (workflow.Refused, ValidationError) as refused:
            form.add_error("slug", words_of(refused))
        else:
            topic.refresh_from_db()
            words = _now("“%(topic)s” is now at %(address)s. Its old address leads there.")
            messages.success(request, words % {"topic": topic, "address": topic.get_absolute_url()})
            return redirect("admin:topics_topic_history", topic.pk)
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": _now("Move “%(topic)s” to another address") % {"topic": topic},
        "topic": topic,
        "form": form,
        "leads": leads_to(topic),
    }
    return render(request, "admin/topics/rename.html", context, status=422 if form.errors else 200)
