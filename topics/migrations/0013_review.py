from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("topics", "0009_feedback_and_report_words")]

    operations = [
        migrations.AddField(
            model_name="invitation",
            name="codes",
            field=models.PositiveSmallIntegerField(default=0, editable=False),
        ),
    ]
