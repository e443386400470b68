"""Staff addresses below /admin/topics/topic/, grouped by what they open."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.urls import URLPattern, path

from topics.staff import choices, compare, history, preview, rename, review, uploads, withdraw, working_copies
from topics.staff.access import View, answers_in_words, keeps_what_was_typed

if TYPE_CHECKING:
    from topics.admin import TopicAdmin


def urls(model_admin: TopicAdmin) -> list[URLPattern]:
    def staff(view: View) -> View:
        return model_admin.admin_site.admin_view(partial(view, model_admin=model_admin))

    def script(view: View, method: str = "POST") -> View:
        return answers_in_words(partial(view, model_admin=model_admin), method)

    def form(view: View) -> View:
        return keeps_what_was_typed(model_admin.admin_site.admin_view(view))

    one = "<int:number>"
    return [
        path("add/", form(model_admin.add_view), name="topics_topic_add"),
        path("preview-frame/", staff(preview.preview_frame), name="topics_topic_preview_frame"),
        path("preview/", script(preview.preview), name="topics_topic_preview_new"),
        path("choices/", script(choices.choices, "GET"), name="topics_topic_choices"),
        path("token/", script(working_copies.token, "GET"), name="topics_topic_token"),
        path("working-copy/", script(working_copies.keep), name="topics_topic_working_copy_new"),
        path(f"{one}/working-copy/", script(working_copies.keep), name="topics_topic_working_copy"),
        path("upload/", script(uploads.upload), name="topics_topic_upload"),
        path(f"{one}/preview/", script(preview.preview), name="topics_topic_preview"),
        path(f"{one}/revisions/<int:revision>/", staff(history.revision), name="topics_topic_revision"),
        path(f"{one}/compare/", staff(compare.compare), name="topics_topic_compare"),
        path(f"{one}/restore/<int:revision>/", staff(history.restore), name="topics_topic_restore"),
        path(f"{one}/review/", staff(review.review), name="topics_topic_review"),
        path(f"{one}/rename/", staff(rename.rename), name="topics_topic_rename"),
        path(f"{one}/withdraw/", staff(withdraw.withdraw), name="topics_topic_withdraw"),
        path("<path:object_id>/change/", form(model_admin.change_view), name="topics_topic_change"),
    ]
