"""The list of pages: what each column says, what needs me first, and what can be done to many at once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.cast import checked, clinician, editor, go_live, make_topic, new_draft, published_topic, publisher
from topics import review, workflow
from topics.models import Event, Topic
from topics.source import CARD

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

LIST = "/admin/topics/topic/"


def again(topic) -> Topic:
    return Topic.objects.get(pk=topic.pk)


def titles(client, query: str = "") -> list[str]:
    return [topic.title for topic in client.get(LIST + query).context["cl"].result_list]


def cells(client, title: str) -> dict[str, str]:
    """The text of a row's columns, by name."""
    import re

    text = client.get(LIST).text
    row = next(row for row in text.split("<tr>") if f">{title}" in row)
    found = re.findall(r'class="field-(\w+)[^"]*">(.*?)</t[dh]>', row, re.DOTALL)
    return {name: " ".join(re.sub(r"<[^>]+>", " ", html).split()) for name, html in found}


def chosen(client, action: str, *topics, **form):
    data = {"action": action, "_selected_action": [str(topic.pk) for topic in topics], **form}
    return client.post(LIST, data, follow=True)


def test_a_row_tells_how_its_page_stands(client):
    client.force_login(publisher())
    topic = published_topic(title="Bones", sites=["bone"])
    checked(topic)
    review.assign([topic], editor())
    review.set_due([topic], timezone.localdate() - timedelta(days=12))
    new_draft(topic, body="::: card nothing\n\n## X\nWords.\n")
    row = cells(client, "Bones")
    assert row["title_and_sites"] == "Bones Bone"
    assert row["state_in_words"] == "Live, newer text: draft"
    assert row["owner_name"] == "editor"
    assert row["last_check"] == f"{timezone.localdate():%-d %B %Y}"
    assert row["next_due"].endswith("12 days late")
    assert (row["open_problems"], row["languages"]) == ("1", "–")


def test_a_translation_tells_whether_it_is_in_step(client):
    client.force_login(publisher())
    original = published_topic(slug="bone", title="Bones")
    published_topic(slug="bone", title="Huesos", language="es")
    assert (cells(client, "Bones")["languages"], cells(client, "Huesos")["languages"]) == ("es", "en")
    go_live(again(original), new_draft(original, body="## X\nOther words.\n"))
    assert cells(client, "Bones")["languages"] == "es behind"
    assert cells(client, "Huesos")["languages"].startswith("behind since")


def test_a_site_without_pages_has_a_list(client):
    client.force_login(editor())
    assert titles(client) == []


def test_what_needs_me_stands_first_and_that_differs_by_role(client):
    for slug in ("quiet", "overdue", "asked", "checked"):
        published_topic(slug=slug, title=slug.title())
    topics = {topic.slug: topic for topic in Topic.objects.all()}
    review.set_due([topics["overdue"]], timezone.localdate() - timedelta(days=1))
    review.submit(topics["asked"], topics["asked"].live, editor())
    draft = new_draft(topics["checked"], body="## X\nOther words.\n")
    checked(topics["checked"], draft)
    client.force_login(clinician())
    assert titles(client) == ["Asked", "Overdue", "Quiet", "Checked"]
    client.force_login(publisher())
    assert titles(client) == ["Checked", "Overdue", "Quiet", "Asked"]
    assert titles(client, "?o=1") == ["Asked", "Checked", "Overdue", "Quiet"]


def test_saved_filters_find_what_they_say(client):
    mine = published_topic(slug="mine", title="Mine")
    review.assign([mine], editor())
    soon = published_topic(slug="soon", title="Soon")
    review.set_due([soon], timezone.localdate() + timedelta(days=60))
    late = published_topic(slug="late", title="Late")
    review.set_due([late], timezone.localdate() - timedelta(days=1))
    make_topic(slug="broken", title="Broken", body="::: card nothing\n", author=publisher())
    asked = published_topic(slug="asked", title="Asked")
    review.submit(asked, asked.live, publisher())
    newer = published_topic(slug="newer", title="Newer")
    new_draft(newer, publisher(), body="## X\nOther words.\n")
    client.force_login(editor())
    found = {name: set(titles(client, f"?show={name}")) for name in ("mine", "due", "overdue", "problems")}
    assert found == {"mine": {"Mine"}, "due": {"Soon"}, "overdue": {"Late"}, "problems": {"Broken"}}
    assert set(titles(client, "?show=newer")) == {"Newer"}
    assert set(titles(client, "?show=not")) == {"Broken"}
    assert len(titles(client, "?show=live")) == 5
    assert titles(client, "?show=waiting") == []
    client.force_login(clinician())
    assert titles(client, "?show=waiting") == ["Asked"]
    assert "Waiting for me (1)" in client.get(LIST).text


def test_a_text_that_came_back_waits_for_who_wrote_it(client):
    topic = published_topic()
    revision = new_draft(topic, editor(), body="## X\nOther words.\n")
    review.submit(again(topic), revision, editor())
    review.send_back(again(topic), revision, clinician(), "Say it plainer.")
    client.force_login(editor())
    assert titles(client, "?show=waiting") == ["Bones"]
    client.force_login(publisher())
    assert titles(client, "?show=waiting") == []


def test_a_row_leads_to_what_its_reader_may_open(client):
    topic = published_topic()
    for user, last in ((editor(), "change"), (clinician(), "review")):
        client.force_login(user)
        address = f"{LIST}{topic.pk}/{last}/"
        assert address in client.get(LIST).text
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("query", ["?show=nothing", "?show=", "?o=99", "?o=x.1", "?q=%25", "?all=", "?e=1", "?p=x"])
def test_odd_questions_are_answered(client, query):
    published_topic()
    client.force_login(editor())
    assert client.get(LIST + query, follow=True).status_code == 200


# --- many at once ----------------------------------------------------------------------------


def test_an_owner_is_given_to_many_and_taken_away(client):
    one, two = published_topic(slug="one"), published_topic(slug="two")
    client.force_login(editor())
    page = chosen(client, "assign", one, two)
    assert "Who looks after these pages?" in page.text
    assert again(one).owner is None
    chosen(client, "assign", one, two, apply="1", owner=publisher().pk)
    assert again(one).owner == again(two).owner == publisher()
    chosen(client, "assign", one, apply="1", owner="")
    assert (again(one).owner, again(two).owner) == (None, publisher())


def test_only_staff_who_work_on_pages_can_own_them(client):
    from tests.cast import administrator, stranger

    topic = published_topic()
    client.force_login(editor())
    for user in (administrator(), stranger()):
        assert chosen(client, "assign", topic, apply="1", owner=user.pk).status_code == 422
    assert again(topic).owner is None


def test_a_due_day_is_set_for_many_and_an_odd_one_is_refused(client):
    one, two = published_topic(slug="one"), published_topic(slug="two")
    client.force_login(editor())
    chosen(client, "set_due", one, two, apply="1", day="2027-03-01")
    assert str(again(one).check_due) == str(again(two).check_due) == "2027-03-01"
    refused = chosen(client, "set_due", one, apply="1", day="soon")
    assert (refused.status_code, "Enter a valid date" in refused.text) == (422, True)
    chosen(client, "set_due", one, apply="1", day="")
    assert again(one).check_due is None


def test_a_check_is_asked_for_many_and_who_cannot_be_asked_for_is_told(client):
    one, two = published_topic(slug="one", title="One"), published_topic(slug="two", title="Two")
    review.submit(two, two.live, editor())
    client.force_login(editor())
    page = chosen(client, "ask", one, two, apply="1", note="Yearly", day="")
    assert again(one).stage == "live, check asked"
    assert Event.objects.filter(kind=Event.SUBMITTED, note="Yearly").count() == 1
    assert "Done for 1 page." in page.text
    assert "“Two” is in the stage" in page.text
    past = chosen(client, "ask", one, apply="1", day="2026-01-01")
    assert (past.status_code, "That day has passed" in past.text) == (422, True)


def test_a_table_of_the_list_is_safe_in_a_spreadsheet(client):
    published_topic(slug="bone", title="=HYPERLINK(1)")
    client.force_login(clinician())
    response = client.post(LIST, {"action": "export", "_selected_action": [str(Topic.objects.get().pk)]})
    assert response["Content-Disposition"] == 'attachment; filename="pages.csv"'
    assert response.text.splitlines()[0].startswith("number,title,kind,language")
    assert "'=HYPERLINK(1)" in response.text


@pytest.mark.parametrize("odd", ["abc", "-1", "1e3", "٣", "9" * 30, "", "1 OR 1=1"])
def test_a_choice_that_is_no_page_changes_nothing(client, odd):
    published_topic()
    client.force_login(editor())
    page = client.post(LIST, {"action": "assign", "_selected_action": [odd], "apply": "1", "owner": ""}, follow=True)
    assert page.status_code == 200
    assert "nothing was changed" in page.text


def test_nothing_publishes_or_deletes_many_at_once(client):
    topic = make_topic()
    client.force_login(publisher())
    offered = client.get(LIST).text
    for word in ("publish", "delete", "withdraw"):
        assert f'<option value="{word}' not in offered
    chosen(client, "delete_selected", topic, post="yes")
    chosen(client, "publish", topic, apply="1")
    assert again(topic).live is None


def test_cards_stand_in_the_list_too(client):
    published_topic(slug="fever", kind=CARD, title="Fever")
    client.force_login(editor())
    assert titles(client, "?kind__exact=card") == ["Fever"]
    workflow.withdraw(Topic.objects.get(), publisher(), "Wrong")
    assert cells(client, "Fever")["state_in_words"] == "Withdrawn"
