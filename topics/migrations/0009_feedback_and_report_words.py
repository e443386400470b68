import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("topics", "0008_working_copies"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReportWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("imported", models.JSONField(editable=False, null=True)),
                ("language", models.CharField(default="en", max_length=10)),
                ("slug", models.CharField(editable=False, max_length=80)),
                ("term", models.CharField(max_length=80)),
                ("meaning", models.TextField(validators=[django.core.validators.MaxLengthValidator(600)])),
                ("forms", models.JSONField(blank=True, default=list)),
                ("say", models.CharField(blank=True, max_length=120, verbose_name="say it like")),
                ("sources", models.JSONField(blank=True, default=list)),
            ],
            options={
                "verbose_name": "report word",
                "verbose_name_plural": "report words",
                "ordering": ["language", "slug"],
                "constraints": [
                    models.UniqueConstraint(fields=("language", "slug"), name="report_word_once_per_language")
                ],
            },
        ),
        migrations.CreateModel(
            name="Feedback",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                (
                    "said",
                    models.CharField(
                        choices=[
                            ("yes", "Yes"),
                            ("partly", "Partly"),
                            ("no", "No"),
                            ("hard", "Hard words"),
                            ("upsetting", "It upset me"),
                            ("long", "Too long"),
                            ("missing", "Something is missing"),
                            ("number", "A number to call is wrong"),
                            ("wrong", "Something is not right"),
                        ],
                        max_length=10,
                        verbose_name="answer or reason",
                    ),
                ),
                ("count", models.PositiveIntegerField(default=0)),
                (
                    "topic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="feedback",
                        to="topics.topic",
                        verbose_name="page",
                    ),
                ),
            ],
            options={
                "verbose_name": "feedback",
                "verbose_name_plural": "feedback",
                "ordering": ["-day", "topic", "said"],
                "constraints": [
                    models.UniqueConstraint(fields=("topic", "day", "said"), name="feedback_counted_once_a_day")
                ],
            },
        ),
    ]
