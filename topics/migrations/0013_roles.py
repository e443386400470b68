"""The four roles as groups, each with the permissions of `topics.roles` (whose later changes need a migration like this).

A group's further permissions, and who is in it, stay as staff set them.
"""

from django.contrib.auth.management import create_permissions
from django.db import migrations

from topics.roles import ROLES


APPS = ("topics", "auth")  # groups are auth's, and so is what an administrator may see of them


def make_permissions(apps, using):
    """Django makes them after the last migration, which is too late for a group that needs them now."""
    for label in APPS:
        config = apps.get_app_config(label)
        module = getattr(config, "models_module", None)
        config.models_module = module or True  # an app of a migration has none, and would be passed over
        create_permissions(config, apps=apps, verbosity=0, using=using)
        config.models_module = module


def make_roles(apps, schema_editor):
    make_permissions(apps, schema_editor.connection.alias)
    groups, permissions = apps.get_model("auth", "Group").objects, apps.get_model("auth", "Permission").objects
    for name, codenames in ROLES.items():
        group, _made = groups.get_or_create(name=name)
        group.permissions.add(*permissions.filter(content_type__app_label__in=APPS, codename__in=codenames))


class Migration(migrations.Migration):
    dependencies = [
        ("topics", "0012_links"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(make_roles, migrations.RunPython.noop)]
