import django.db.models.deletion
from django.db import migrations, models

SYSTEMS = [
    ("icd-10-cm", "ICD-10-CM"),
    ("icd-10", "ICD-10"),
    ("icd-9-cm", "ICD-9-CM"),
    ("snomed", "SNOMED CT"),
    ("rxnorm", "RxNorm"),
    ("ndc", "NDC"),
    ("loinc", "LOINC"),
    ("cpt", "CPT"),
    ("hcpcs", "HCPCS"),
    ("medicines", "Medicine names"),
]


class Migration(migrations.Migration):
    dependencies = [("topics", "0002_facts_never_change")]

    operations = [
        migrations.AddField(
            model_name="clinicsettings",
            name="answer_codes_without_context",
            field=models.BooleanField(
                default=False,
                help_text="Portals also send codes such as “headache” or “denosumab” that do not mean metastatic "
                "breast cancer. Off: they are answered only beside a cancer code. On: always. Decide with a clinician.",
                verbose_name="answer unspecific codes",
            ),
        ),
        migrations.CreateModel(
            name="UnmatchedCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("system", models.CharField(choices=SYSTEMS, max_length=16)),
                ("code", models.CharField(max_length=64)),
                ("count", models.PositiveIntegerField(default=0)),
            ],
            options={
                "verbose_name": "code without a page",
                "verbose_name_plural": "codes without a page",
                "ordering": ["-day", "-count", "system", "code"],
                "constraints": [
                    models.UniqueConstraint(fields=("day", "system", "code"), name="unmatched_code_once_a_day")
                ],
            },
        ),
        migrations.CreateModel(
            name="Code",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("imported", models.JSONField(editable=False, null=True)),
                ("system", models.CharField(choices=SYSTEMS, max_length=16)),
                ("code", models.CharField(max_length=64)),
                ("key", models.CharField(editable=False, max_length=64)),
                ("stem", models.CharField(editable=False, max_length=64)),
                (
                    "covers",
                    models.CharField(
                        choices=[("exact", "this code only"), ("family", "this code and all below it")],
                        default="exact",
                        help_text="For a medicine, “all below” means the name with a biosimilar suffix, like "
                        "trastuzumab-dkst.",
                        max_length=6,
                    ),
                ),
                (
                    "rank",
                    models.PositiveSmallIntegerField(
                        default=100,
                        help_text="Small numbers first. 100–199 says what it is; 200–299 belongs to every cancer; "
                        "300 and more is mostly sent for people without metastases.",
                    ),
                ),
                (
                    "needs_context",
                    models.BooleanField(
                        default=False,
                        help_text="Alone it does not mean metastatic breast cancer.",
                        verbose_name="only beside a cancer code",
                    ),
                ),
                (
                    "verified",
                    models.CharField(
                        choices=[("v", "verified"), ("1", "one public source"), ("U", "not verified")],
                        default="U",
                        help_text="Portals are answered with verified codes only. Check the code in a public list "
                        "and name it below.",
                        max_length=1,
                        verbose_name="checked",
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=200, verbose_name="checked in")),
                ("active", models.BooleanField(default=True, verbose_name="in use")),
                (
                    "topic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="codes",
                        to="topics.topic",
                        verbose_name="page",
                    ),
                ),
            ],
            options={
                "verbose_name": "code",
                "verbose_name_plural": "codes",
                "ordering": ["system", "key", "rank", "topic"],
                "indexes": [models.Index(fields=["stem", "system"], name="codes_by_stem")],
                "constraints": [
                    models.UniqueConstraint(fields=("system", "key", "topic"), name="a_code_leads_to_a_page_once")
                ],
            },
        ),
    ]
