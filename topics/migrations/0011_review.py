"""How many codes a link was sent; answers about how easy a text is to understand, which never change.

SQLite makes a table anew to change it, and the triggers of the old one are gone then: all are made again.
"""

from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models

first = import_module("topics.migrations.0002_facts_never_change")
checks = import_module("topics.migrations.0007_checks_never_change")
TABLES = (*checks.TABLES, "topics_reviewanswer")


def add_triggers(apps, schema_editor):
    first.remove_triggers(apps, schema_editor, TABLES)
    first.add_triggers(apps, schema_editor, TABLES)


def as_before(apps, schema_editor):
    first.remove_triggers(apps, schema_editor, TABLES)
    first.add_triggers(apps, schema_editor, checks.TABLES)


class Migration(migrations.Migration):
    dependencies = [("topics", "0010_plain_words_and_pictures")]

    operations = [
        migrations.AddField(
            model_name="invitation",
            name="codes",
            field=models.PositiveSmallIntegerField(default=0, editable=False),
        ),
        migrations.CreateModel(
            name="ReviewAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("item", models.CharField(max_length=8)),
                (
                    "answer",
                    models.CharField(
                        choices=[("yes", "yes"), ("no", "no"), ("n/a", "does not apply")], max_length=3
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="answers", to="topics.event"
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("event", "item"), name="an_item_is_answered_once_in_a_check")
                ],
            },
        ),
        migrations.RunPython(add_triggers, as_before),
    ]
