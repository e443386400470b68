"""Addresses outside the site, what keeps a draft from going live, confirmed numbers, each live text's own interval."""

import re

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

REVIEW_MONTHS = re.compile(r"^review_months:[ \t]*(\d{1,3})[ \t]*(?:#.*)?$", re.MULTILINE)


def read_intervals(apps, schema_editor):
    """What `pages.keep` writes from now on, for the pages that are kept already."""
    for row in apps.get_model("topics", "RenderedPage").objects.select_related("revision").only("revision__text"):
        head = row.revision.text.split("\n---", 1)[0]
        found = REVIEW_MONTHS.search(head)
        if found:
            row.review_months = int(found[1])
            row.save(update_fields=["review_months"])


class Migration(migrations.Migration):
    dependencies = [("topics", "0011_review")]
    operations = [
        migrations.CreateModel(
            name='LinkCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('url', models.CharField(max_length=1000, unique=True)),
                ('status', models.CharField(blank=True, max_length=200)),
                ('checked', models.DateTimeField(null=True)),
                ('failing_since', models.DateField(null=True)),
                ('failed_days', models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                'ordering': ['url'],
            },
        ),
        migrations.AddField(
            model_name='clinicsettings',
            name='confirmed',
            field=models.DateField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='clinicsettings',
            name='confirmed_by',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='clinicsettings',
            name='confirmed_numbers',
            field=models.CharField(blank=True, editable=False, max_length=80),
        ),
        migrations.AddField(
            model_name='renderedpage',
            name='review_months',
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.CreateModel(
            name='DraftProblems',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('names', models.CharField(max_length=64)),
                ('count', models.PositiveIntegerField(default=0)),
                ('first', models.CharField(blank=True, max_length=500)),
                ('revision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='topics.revision')),
                ('topic', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='draft_problems', to='topics.topic')),
            ],
        ),
        migrations.RunPython(read_intervals, migrations.RunPython.noop),
    ]
