from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("topics", "0004_search_words")]

    operations = [
        migrations.AddField(
            model_name="topic",
            name="door",
            field=models.CharField(blank=True, choices=[("prognosis", "prognosis")], default="", max_length=9),
            preserve_default=False,
        ),
    ]
