"""A clinician's verdict refuses update and delete, too.

SQLite makes a table anew to change its columns, and the triggers of the old one are gone then: all are made again.
"""

from functools import partial
from importlib import import_module

from django.db import migrations

first = import_module("topics.migrations.0002_facts_never_change")
TABLES = (*first.TABLES, "topics_sectioncheck")


def add_triggers(apps, schema_editor):
    first.remove_triggers(apps, schema_editor, TABLES)
    first.add_triggers(apps, schema_editor, TABLES)


class Migration(migrations.Migration):
    dependencies = [("topics", "0006_checks")]
    operations = [migrations.RunPython(add_triggers, partial(first.remove_triggers, tables=TABLES))]
