import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("topics", "0009_feedback_and_report_words")]

    operations = [
        migrations.CreateModel(
            name="PlainWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("imported", models.JSONField(editable=False, null=True)),
                ("language", models.CharField(default="en", max_length=10, verbose_name="language")),
                ("slug", models.CharField(editable=False, max_length=80)),
                ("word", models.CharField(max_length=80, verbose_name="word")),
                ("forms", models.JSONField(blank=True, default=list, verbose_name="other forms")),
                ("say", models.CharField(max_length=120, verbose_name="say instead")),
            ],
            options={
                "verbose_name": "plain word",
                "verbose_name_plural": "plain words",
                "ordering": ["language", "slug"],
                "constraints": [
                    models.UniqueConstraint(fields=("language", "slug"), name="plain_word_once_per_language")
                ],
            },
        ),
        migrations.AlterModelOptions(
            name="upload",
            options={"ordering": ["-at"], "verbose_name": "picture", "verbose_name_plural": "pictures"},
        ),
        migrations.AlterField(
            model_name="upload",
            name="at",
            field=models.DateTimeField(auto_now_add=True, verbose_name="added"),
        ),
        migrations.AlterField(
            model_name="upload",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="added by",
            ),
        ),
    ]
