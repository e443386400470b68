"""What the tables hold, whoever writes to them: facts never change, and impossible rows are refused."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.utils.translation import override

from tests.cast import go_live, make_section, make_site, make_topic, new_draft, published_topic, publisher
from topics import workflow
from topics.models import (
    ClinicSettings,
    Event,
    GlossaryTerm,
    NeverChanges,
    OldAddress,
    OrganSite,
    Reference,
    Revision,
    Section,
    Topic,
    localized,
)
from topics.source import CARD

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture(params=[Revision, Event], ids=["revision", "event"])
def fact(request):
    """A saved revision, then a saved event."""
    topic = published_topic()
    return topic.live if request.param is Revision else topic.events.get()


# --- facts -----------------------------------------------------------------------------------


def test_a_saved_fact_cannot_be_saved_again(fact):
    fact.note = "changed"
    with pytest.raises(NeverChanges, match="never changes"):
        fact.save()


def test_a_saved_fact_cannot_be_deleted(fact):
    with pytest.raises(NeverChanges, match="never deleted"):
        fact.delete()


@pytest.mark.parametrize(
    "change",
    [
        lambda rows, fact: rows.update(note="changed"),
        lambda rows, fact: rows.delete(),
        lambda rows, fact: rows.bulk_update([fact], ["note"]),
        lambda rows, fact: rows.update_or_create(pk=fact.pk, defaults={"note": "changed"}),
    ],
    ids=["update", "delete", "bulk_update", "update_or_create"],
)
def test_rows_of_facts_cannot_be_changed_together(fact, change):
    with pytest.raises(NeverChanges):
        change(type(fact).objects.filter(pk=fact.pk), fact)
    assert type(fact).objects.get(pk=fact.pk).note == fact.note


def test_a_fact_with_the_key_of_another_one_does_not_replace_it(fact):
    values = {field.attname: getattr(fact, field.attname) for field in type(fact)._meta.concrete_fields}
    with pytest.raises(IntegrityError), transaction.atomic():
        type(fact)(**{**values, "note": "changed"}).save()


@pytest.mark.parametrize("sql", ["UPDATE {table} SET note = 'changed'", "DELETE FROM {table}"])
def test_the_database_itself_refuses_to_change_a_fact(fact, sql):
    with connection.cursor() as cursor, pytest.raises(IntegrityError, match="never change"), transaction.atomic():
        cursor.execute(sql.format(table=fact._meta.db_table))
    assert type(fact).objects.get(pk=fact.pk).note == fact.note


def test_ways_around_our_classes_end_at_the_database(fact):
    plain = models.QuerySet(type(fact)).filter(pk=fact.pk)
    with pytest.raises(IntegrityError, match="never change"), transaction.atomic():
        plain.update(note="changed")
    with pytest.raises(IntegrityError, match="never change"), transaction.atomic():
        type(fact).objects.bulk_create([fact], update_conflicts=True, update_fields=["note"], unique_fields=["id"])


def test_what_a_fact_names_cannot_be_deleted(fact):
    for row in (fact.topic, fact.topic.newest.author):
        with pytest.raises(models.ProtectedError):
            row.delete()


# --- constraints -----------------------------------------------------------------------------


def refused():
    return pytest.raises(IntegrityError)


def test_a_topics_number_is_its_own():
    topic = make_topic()
    with refused(), transaction.atomic():
        Topic.objects.create(number=topic.number, slug="other", title="T", summary="S", section=topic.section)


def test_a_short_name_belongs_to_one_topic_of_a_language_and_kind():
    topic = make_topic(slug="bone")
    same = {"slug": "bone", "title": "T", "summary": "S"}
    Topic.objects.create(number=90, language="es", section=topic.section, **same)
    Topic.objects.create(number=91, kind=CARD, level="now", **same)
    with refused(), transaction.atomic():
        Topic.objects.create(number=92, section=topic.section, **same)


@pytest.mark.parametrize(("kind", "with_section"), [("page", False), ("card", True)])
def test_a_page_has_a_section_and_a_card_has_none(kind, with_section):
    section = make_section() if with_section else None
    with refused(), transaction.atomic():
        Topic.objects.create(number=1, kind=kind, slug="x", title="T", summary="S", section=section)


def test_a_live_topic_has_no_successor():
    topic, other = published_topic(), published_topic(slug="other")
    with refused(), transaction.atomic():
        Topic.objects.filter(pk=topic.pk).update(successor=other)


def test_a_topics_revisions_are_numbered_once():
    topic = make_topic()
    with refused(), transaction.atomic():
        Revision.objects.create(topic=topic, number=1, text=topic.latest.text)


def test_an_old_address_leads_to_one_topic():
    old = {"language": "en", "kind": "page", "slug": "old"}
    OldAddress.objects.create(topic=make_topic(), **old)
    with refused(), transaction.atomic():
        OldAddress.objects.create(topic=make_topic(slug="other"), **old)


def test_there_is_one_row_of_clinic_settings():
    ClinicSettings.objects.create(pk=1)
    with refused(), transaction.atomic():
        ClinicSettings.objects.create(pk=2)


@pytest.mark.parametrize("model", [Section, OrganSite])
def test_a_section_or_site_in_use_cannot_be_deleted_from_under_its_pages(model):
    topic = published_topic(sites=["bone"])
    if model is Section:
        with pytest.raises(models.ProtectedError):
            topic.section.delete()
    else:
        assert make_site("bone").topics.get() == topic


# --- reading ---------------------------------------------------------------------------------


def test_published_means_that_the_live_pointer_is_set():
    live, draft, gone = published_topic(), make_topic(slug="draft"), published_topic(slug="gone")
    workflow.withdraw(gone, publisher(), "Out of date")
    new_draft(live, title="Newer")
    assert list(Topic.objects.published()) == [live]
    assert {draft, gone}.isdisjoint(Topic.objects.published())


def test_pages_and_cards_are_told_apart_and_by_language():
    page, card = make_topic(), make_topic(slug="call", kind=CARD)
    spanish = make_topic(slug="hueso", language="es")
    assert list(Topic.objects.pages("en")) == [page]
    assert list(Topic.objects.cards("en")) == [card]
    with override("es"):
        assert list(Topic.objects.pages()) == [spanish]


def test_a_topics_address_is_in_its_own_language_whatever_language_is_asked_in():
    english, spanish = make_topic(slug="bone"), make_topic(slug="hueso", language="es")
    card = make_topic(slug="call", kind=CARD, language="es")
    for asked in ("en", "es"):
        with override(asked):
            assert english.get_absolute_url() == "/topics/bone/"
            assert spanish.get_absolute_url() == "/es/topics/hueso/"
            assert card.get_absolute_url() == "/es/when-to-call/#card-call"


def test_a_topics_state_is_said_in_words():
    topic = make_topic()
    assert topic.state == "Draft"
    go_live(topic, topic.latest)
    topic = Topic.objects.get()
    assert topic.state == "Live"
    new_draft(topic, title="Newer")
    topic = Topic.objects.get()
    assert topic.state == "Live, newer text: draft"
    workflow.withdraw(topic, publisher(), "Out of date")
    assert Topic.objects.get().state == "Withdrawn, newer text: draft"


@pytest.mark.parametrize(
    ("names", "language", "name"),
    [
        ({"en": "Bone", "es": "Hueso"}, "es", "Hueso"),
        ({"en": "Bone", "es": "Hueso"}, "es-mx", "Hueso"),
        ({"en": "Bone", "es": "Hueso"}, "fr", "Bone"),
        ({"en": "Bone", "es": ""}, "es", "Bone"),
        ({}, "es", ""),
    ],
)
def test_a_name_falls_back_to_the_base_language_and_then_to_english(names, language, name):
    assert localized(names, language) == name
    with override(language):
        assert Section(names=names).name == OrganSite(names=names).name == name


# --- what staff type -------------------------------------------------------------------------

GOOD = {"emergency_number": "999", "day_line": "020 7946 0000", "night_line": "+44 (0)20-7946-0000"}


@pytest.mark.parametrize("changes", [{}, {"emergency_number": "911"}, {"day_line": ""}, {"emergency_number": "112"}])
def test_numbers_that_people_dial_are_accepted(changes):
    ClinicSettings(pk=1, **{**GOOD, **changes}).full_clean()


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("emergency_number", "9"),
        ("emergency_number", "call 999"),
        ("emergency_number", "٩٩٩"),
        ("emergency_number", "999\n"),
        ("day_line", "call us"),
        ("day_line", "020 7946 0000 ext 5"),
        ("day_line", "020 7946 0000\n"),
        ("day_line", '"><script>'),
        ("night_line", "0"),
        ("night_line", "020 7946 0000 020 7946 0000 020"),
    ],
)
def test_what_nobody_can_dial_is_refused(name, number):
    with pytest.raises(ValidationError) as refusal:
        ClinicSettings(pk=1, **{**GOOD, name: number}).full_clean()
    assert list(refusal.value.message_dict) == [name]


def test_settings_that_nobody_has_made_yet_are_empty():
    clinic = ClinicSettings.load()
    assert (clinic.pk, clinic.emergency_number, clinic.clinic_name) == (1, "", "")
    assert not ClinicSettings.objects.exists()


@pytest.mark.parametrize("url", ["http://example.org/", "javascript:alert(1)", "ftp://example.org/", "example.org"])
def test_a_reference_leads_to_https_only(url):
    row = Reference(key="NCI", title="T", publisher="P", url=url)
    with pytest.raises(ValidationError):
        row.full_clean()


def test_a_terms_short_name_follows_its_spelling():
    term = GlossaryTerm.objects.create(term="Adhesion molecule", meaning="Sticky.")
    assert term.slug == "adhesion-molecule"
    with pytest.raises(ValidationError, match="already"):
        GlossaryTerm(term="adhesion MOLECULE", meaning="Sticky.").clean()
    with pytest.raises(ValidationError, match="letters"):
        GlossaryTerm(term="!!!", meaning="Nothing.").clean()


@pytest.mark.parametrize("shapes", ["M0 0", [1], ['M0 0"/><script>'], {"a": 1}])
def test_a_shape_on_the_body_map_is_an_svg_path(shapes):
    with pytest.raises(ValidationError):
        OrganSite(slug="x", shapes=shapes).clean()
