"""Uploading a table in the admin as an editor does: look first, then take."""

from __future__ import annotations

import html
import re

from django.core.files.uploadedfile import SimpleUploadedFile


def upload(client, model: str, text: str | bytes, name: str = "table.csv"):
    """The page that says what the file would change."""
    file = SimpleUploadedFile(name, text if isinstance(text, bytes) else text.encode(), "text/csv")
    return client.post(f"/admin/topics/{model}/import/", {"table": file})


def confirm(client, model: str, shown):
    """Press “Take these rows” on that page."""
    fields = dict(re.findall(r'<input type="hidden" name="(format|token)" value="(.*?)">', shown.text))
    text = re.search(r'<textarea name="text".*?>\n(.*?)</textarea>', shown.text, re.DOTALL)
    return client.post(f"/admin/topics/{model}/import/", {**fields, "text": html.unescape(text[1])}, follow=True)


def take(client, model: str, text: str | bytes, name: str = "table.csv"):
    return confirm(client, model, upload(client, model, text, name))
