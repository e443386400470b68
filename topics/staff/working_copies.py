"""Nothing typed is lost: what an editor has not saved yet is kept for them alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from topics.folder import plain_line_ends
from topics.forms import TopicForm
from topics.models import Topic, User, WorkingCopy
from topics.staff.access import may_edit, topic_or_404, who

if TYPE_CHECKING:
    from topics.admin import TopicAdmin

LONGEST = 400_000  # characters of all fields together: four times what a page can hold
LARGEST_NUMBER = 2**31 - 1
SEVERAL = ("sites",)


# --- addresses that the editor's script calls ------------------------------------------------


def token(request: HttpRequest, model_admin: TopicAdmin) -> JsonResponse:
    """What the next POST has to carry: a sign-in in another tab makes the page's own token void."""
    return JsonResponse({"token": get_token(request), "person": str(who(request).pk)})


def keep(request: HttpRequest, model_admin: TopicAdmin, number: int | None = None) -> HttpResponse:
    """A sign of life every few seconds, and the text itself where there is `typed`; says who else is here."""
    topic = topic_or_404(number) if number is not None else None
    if not may_edit(request, model_admin, topic):
        return JsonResponse({"error": _("You may not edit this page.")}, status=403)
    owner, at = who(request), None
    if "typed" in request.POST:
        if sum(len(text) for _name, texts in request.POST.lists() for text in texts) > LONGEST:
            words = _("Your text is too long to be kept here. Split it into several pages before you leave.")
            return JsonResponse({"error": words}, status=413)
        at = kept(owner, topic, request.POST).saved_at
    else:
        _seen(owner, topic)
    beside = render_to_string("admin/topics/beside.html", others(owner, topic, _number(request.POST)))
    return JsonResponse({"kept": at.isoformat() if at else "", "beside": beside})


# --- the rows --------------------------------------------------------------------------------


def kept(owner: User, topic: Topic | None, post: QueryDict) -> WorkingCopy:
    """Keep these posted fields as the one working copy that this person has of this page."""
    now = timezone.now()
    values = {"fields": _posted(post), "based_on": _number(post), "saved_at": now, "seen_at": now}
    return WorkingCopy.objects.update_or_create(owner=owner, topic=topic, defaults=values)[0]


def drop(owner: User, topic: Topic | None) -> None:
    WorkingCopy.objects.of(owner, topic).delete()


def waiting(owner: User, topic: Topic | None) -> WorkingCopy | None:
    """The text that this person has not saved, unless the page says the same by now."""
    copy = WorkingCopy.objects.of(owner, topic).filter(saved_at__isnull=False).first()
    if copy is None:
        return None
    form = TopicForm(topic=topic)
    now = {name: form[name].initial for name in form.fields}
    differs = any(_same(value) != _same(now[name]) for name, value in initial(copy).items() if name in now)
    return copy if differs else None


def initial(copy: WorkingCopy) -> dict[str, Any]:
    """A working copy as a form's initial values."""
    return {name: texts if name in SEVERAL else "".join(texts[-1:]) for name, texts in copy.fields.items()}


def others(owner: User, topic: Topic | None, based_on: int) -> dict[str, Any]:
    """Who else is at this page, and what was saved since `based_on`; for `beside.html`."""
    now = timezone.now()
    beside = [(copy, copy.is_open(now)) for copy in WorkingCopy.objects.beside(owner, topic)[:10]]
    latest = topic.latest if topic else None
    newer = latest if latest is not None and based_on and latest.number != based_on else None
    return {"beside": beside, "newer": newer, "own": newer is not None and newer.author_id == owner.pk}


def _seen(owner: User, topic: Topic | None) -> None:
    defaults = {"seen_at": timezone.now()}
    WorkingCopy.objects.update_or_create(owner=owner, topic=topic, defaults=defaults)


def _posted(post: QueryDict) -> dict[str, list[str]]:
    names = [name for name in TopicForm.base_fields if name != "based_on" and name in post]
    return {name: post.getlist(name) for name in dict.fromkeys([*names, *SEVERAL])}


def _number(post: QueryDict) -> int:
    text = post.get("based_on", "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 11 else 0
    return number if number <= LARGEST_NUMBER else 0


def _same(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return sorted(str(one) for one in value)
    return plain_line_ends("" if value is None else str(value)).strip()
