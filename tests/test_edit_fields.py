"""The edit page's fields: every value of a source can be edited, and what nobody touched stays as it was."""

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import editor, make_section, make_topic
from tests.test_admin_edit import ADD, CHANGE, fields
from topics.field_texts import codes_read, codes_text, values_of
from topics.models import Topic
from topics.source import CARD, FIELDS

CODES = {"icd-10-cm": ("C79.51", "C79.52"), "snomed": ("94222008",)}
NAMES = ["codes", "claims", "review_months", "order", "verify", "title"]


def test_every_value_of_a_source_has_a_field_or_is_fixed():
    values = values_of(make_topic_source())
    assert set(FIELDS) - set(values) == {"number", "kind", "language"}


def make_topic_source():
    from tests.cast import page_source

    return page_source(codes=CODES, claims=["S13"], review_months=6)


@pytest.mark.django_db
def test_a_save_that_touched_nothing_changes_nothing(client):
    topic = make_topic(codes=CODES, claims=["S13", "S14"], review_months=6, verify=["BO12: a limb"], sites=["bone"])
    client.force_login(editor())
    page = client.get(reverse(CHANGE, args=[topic.pk])).context["form"]
    posted = {name: page[name].value() for name in page.fields if page[name].value() is not None}
    client.post(reverse(CHANGE, args=[topic.pk]), {**posted, "_save": "1"})
    assert Topic.objects.get().latest.number == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "typed", "kept"),
    [
        ("codes", "ICD-10-CM: C79.51 C79.52\r\n\r\nsnomed: 94222008\n", CODES),
        ("codes", "", {}),
        ("claims", "S13,S14  S15, S13", ("S13", "S14", "S15")),
        ("review_months", "18", 18),
        ("review_months", "", None),
    ],
)
def test_codes_claims_and_the_months_to_the_next_check_can_be_edited(client, name, typed, kept):
    topic = make_topic(codes={"loinc": ["1-8"]}, claims=["S1"], review_months=3)
    client.force_login(editor())
    client.post(reverse(CHANGE, args=[topic.pk]), {**fields(topic), name: typed, "_save": "1"})
    assert getattr(Topic.objects.get().latest.source, name) == kept


@pytest.mark.django_db
def test_a_form_from_before_a_field_was_there_removes_nothing(client):
    topic = make_topic(codes=CODES, claims=["S13"], review_months=6, verify=["BO12: a limb"])
    client.force_login(editor())
    posted = {name: value for name, value in fields(topic, body="## A\nNew.\n").items() if name not in NAMES[:3]}
    client.post(reverse(CHANGE, args=[topic.pk]), {**posted, "_save": "1"})
    source = Topic.objects.get().latest.source
    assert (dict(source.codes), source.claims, source.review_months) == (CODES, ("S13",), 6)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "typed", "words"),
    [
        ("codes", "C79.51", "does not name its code system"),
        ("codes", "icd-10-cm: C79.51\nicd-10-cm: C79.52", "line 2: “icd-10-cm” stands here a second time"),
        ("codes", "icd-10-cm: C79,51!", "in “codes” is not in the right form"),
        ("claims", "thirteen", "in “claims” is not in the right form"),
        ("review_months", "0", "greater than or equal"),
    ],
)
def test_a_wrong_value_is_told_beside_its_field_and_stays(client, name, typed, words):
    topic = make_topic()
    client.force_login(editor())
    response = client.post(reverse(CHANGE, args=[topic.pk]), {**fields(topic), name: typed, "_save": "1"})
    assert response.status_code == 422
    assert words in " ".join(response.context["form"].errors[name])
    assert response.context["form"][name].value() == typed


@pytest.mark.django_db
def test_fields_stand_in_reading_order_and_only_those_of_the_kind(client):
    make_section()
    client.force_login(editor())
    for topic, without in ((make_topic(), {"level", "slug"}), (make_topic("cord", kind=CARD), {"section", "door"})):
        form = client.get(reverse(CHANGE, args=[topic.pk])).context["form"]
        shown = [field.name for _legend, group in form.groups() for field in group]
        assert shown[:3] == ["title", "summary", "body"]
        assert shown[-2:] == ["change", "note"]
        assert without.isdisjoint(shown)
        assert {*shown, "based_on"} == set(form.fields)
    assert client.get(reverse(ADD)).context["form"].groups()[0][1][0].name == "kind"


@given(
    st.dictionaries(
        st.from_regex(r"[a-z0-9]+(-[a-z0-9]+)?", fullmatch=True),
        st.lists(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9.\-]{0,9}", fullmatch=True), unique=True, max_size=3).map(tuple),
        max_size=4,
    )
)
def test_codes_come_back_from_their_field_as_they_went_in(codes):
    assert {system: tuple(items) for system, items in codes_read(codes_text(codes)).items()} == codes
