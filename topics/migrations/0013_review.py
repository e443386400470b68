from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("topics", "0007_checks_never_change")]

    operations = [
        migrations.AddField(
            model_name="invitation",
            name="codes",
            field=models.PositiveSmallIntegerField(default=0, editable=False),
        ),
    ]
