from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("topics", "0003_codes")]

    operations = [
        migrations.CreateModel(
            name="SearchWords",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("imported", models.JSONField(editable=False, null=True)),
                ("language", models.CharField(default="en", max_length=10)),
                ("slug", models.CharField(editable=False, max_length=80)),
                ("means", models.CharField(max_length=80, verbose_name="what the pages call it")),
                ("words", models.JSONField(default=list, verbose_name="what people type")),
                ("pages", models.JSONField(blank=True, default=list, verbose_name="pages to put first")),
                (
                    "portals",
                    models.BooleanField(
                        default=False,
                        help_text="A hospital portal that sends one of these names is led to these pages. For names "
                        "that mean metastatic breast cancer or its medicines; never for symptoms, which a portal "
                        "sends for anybody.",
                        verbose_name="answers portals",
                    ),
                ),
            ],
            options={
                "verbose_name": "search words",
                "verbose_name_plural": "search words",
                "ordering": ["language", "slug"],
                "constraints": [
                    models.UniqueConstraint(fields=("language", "slug"), name="search_words_once_per_language")
                ],
            },
        ),
    ]
