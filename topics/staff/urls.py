"""Staff addresses below /admin/topics/topic/, grouped by what they open."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.urls import URLPattern, path

from topics.staff import history, preview, uploads, withdraw
from topics.staff.access import View, answers_in_words

if TYPE_CHECKING:
    from topics.admin import TopicAdmin


def urls(model_admin: TopicAdmin) -> list[URLPattern]:
    def staff(view: View) -> View:
        return model_admin.admin_site.admin_view(partial(view, model_admin=model_admin))

    def script(view: View) -> View:
        return answers_in_words(partial(view, model_admin=model_admin))

    one = "<int:number>"
    return [
        path("preview-frame/", staff(preview.preview_frame), name="topics_topic_preview_frame"),
        path("preview/", script(preview.preview), name="topics_topic_preview_new"),
        path("upload/", script(uploads.upload), name="topics_topic_upload"),
        path(f"{one}/preview/", script(preview.preview), name="topics_topic_preview"),
        path(f"{one}/revisions/<int:revision>/", staff(history.revision), name="topics_topic_revision"),
        path(f"{one}/restore/<int:revision>/", staff(history.restore), name="topics_topic_restore"),
        path(f"{one}/withdraw/", staff(withdraw.withdraw), name="topics_topic_withdraw"),
    ]
