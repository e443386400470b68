"""Pictures that editors add to their texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from topics import images
from topics.models import Upload
from topics.staff.access import who

if TYPE_CHECKING:
    from topics.admin import TopicAdmin


def upload(request: HttpRequest, model_admin: TopicAdmin) -> HttpResponse:
    """Take one picture; the answer is JSON: its address, or `error`, a sentence saying what to do."""
    if not (model_admin.has_change_permission(request) or model_admin.has_add_permission(request)):
        return JsonResponse({"error": _("You may not add pictures.")}, status=403)
    file = request.FILES.get("image")
    if file is None or isinstance(file, list):
        return JsonResponse({"error": _("Choose one picture.")}, status=400)
    try:
        picture = images.picture(file, file.size or 0)  # type: ignore[arg-type]
    except images.NotAPicture as refused:
        return JsonResponse({"error": str(refused)}, status=400)
    name = default_storage.save(picture.name, ContentFile(picture.data))
    try:
        Upload.objects.create(name=name, width=picture.width, height=picture.height, by=who(request))
    except DatabaseError:
        default_storage.delete(name)
        return JsonResponse({"error": _("The picture could not be kept just now. Try again in a minute.")}, status=503)
    return JsonResponse({"url": f"{settings.MEDIA_URL}{name}", "width": picture.width, "height": picture.height})
