"""Revision and Event refuse update and delete in the database itself, whoever asks."""

from django.db import migrations

TABLES = ("topics_revision", "topics_event")


def add_triggers(apps, schema_editor, tables=TABLES):
    if schema_editor.connection.vendor == "sqlite":
        for table in tables:
            for action in ("UPDATE", "DELETE"):
                schema_editor.execute(
                    f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} rows never change'); END"
                )
    elif schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE FUNCTION topics_never_change() RETURNS trigger LANGUAGE plpgsql AS $$ "
            "BEGIN RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' rows never change', "
            "ERRCODE = 'integrity_constraint_violation'; END $$"
        )
        for table in tables:
            schema_editor.execute(
                f"CREATE TRIGGER {table}_never_changes BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION topics_never_change()"
            )


def remove_triggers(apps, schema_editor, tables=TABLES):
    if schema_editor.connection.vendor == "sqlite":
        for table in tables:
            for action in ("update", "delete"):
                schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{action}")
    elif schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION IF EXISTS topics_never_change() CASCADE")


class Migration(migrations.Migration):
    dependencies = [("topics", "0001_initial")]
    operations = [migrations.RunPython(add_triggers, remove_triggers)]
