"""The history reads in words; any two texts are compared; moving and withdrawing tell what leads to a page."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.cast import checked, clinician, editor, make_topic, new_draft, published_topic, publisher
from topics import review, workflow
from topics.models import Code, Event, Invitation, OldAddress, SearchWords, SectionCheck, Topic
from topics.parts import parts
from topics.source import CARD

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

TWO = "## Which bones\nThe spine, in 2 of 3 people.\n\n## What helps\nRadiotherapy helps.\n"


def again(topic) -> Topic:
    return Topic.objects.get(pk=topic.pk)


def page(client, topic, last: str, **query):
    return client.get(f"/admin/topics/topic/{topic.pk}/{last}/", query)


# --- history ---------------------------------------------------------------------------------


def test_a_check_is_told_with_its_parts_comments_name_and_role(client):
    topic = published_topic(body=TWO)
    doctor = clinician()
    doctor.first_name, doctor.last_name, doctor.title = "Test", "Clinician", "breast cancer nurse"
    doctor.save()
    review.submit(topic, topic.live, editor(), "The yearly check", timezone.now() + timedelta(days=3))
    said = {part.key: review.Verdict(SectionCheck.CORRECT) for part in parts(topic.live.source)}
    said["s:what helps"] = review.Verdict(SectionCheck.WRONG, "Since 2025 it is given differently.")
    review.check(topic, topic.live, review.Signature.of_account(doctor), said, "Nearly")
    client.force_login(editor())
    text = page(client, topic, "history").text
    assert "Test Clinician, breast cancer nurse" in text
    assert "What helps: not correct. Since 2025 it is given differently." in text
    assert "Correct: Title, summary and order, Which bones" in text
    assert "asked for a check: text 1 (wanted by" in text
    assert "The yearly check" in text


def test_what_allowed_a_publication_a_schedule_and_its_end_are_told(client):
    topic = published_topic()
    revision = new_draft(topic, body="## X\nOther words.\n")
    checked(topic, revision)
    review.schedule(again(topic), revision, publisher(), timezone.now() + timedelta(days=1), "After the meeting")
    review.cancel(again(topic), publisher(), "Not yet")
    workflow.publish(again(topic), revision, publisher())
    client.force_login(clinician())
    text = page(client, topic, "history").text
    for words in (
        "published: text 2 (checked by a second person)",
        "published: text 1 (from the content files)",
        "scheduled: text 2 (checked by a second person; to go live on",
        "schedule cancelled: text 2",
        "Not yet",
        "After the meeting",
    ):
        assert words in text


def test_links_that_were_sent_are_told_without_the_address_they_went_to(client):
    topic = published_topic()
    sent = Invitation.objects.create(
        revision=topic.live,
        name="A. Doctor",
        role="oncologist",
        email="doctor@hospital.example",
        by=editor(),
        expires=timezone.now() + timedelta(days=7),
        secret="x" * 64,
    )
    sent.revoked = timezone.now()
    sent.save()
    client.force_login(editor())
    text = page(client, topic, "history").text
    assert "sent a link for the check of text 1 to A. Doctor, oncologist" in text
    assert "took back the link of A. Doctor, oncologist" in text
    assert "doctor@hospital.example" not in text
    assert "xxxx" not in text


def test_restoring_says_what_happens_next(client):
    topic = published_topic()
    new_draft(topic, body="## X\nOther words.\n")
    client.force_login(editor())
    answer = client.post(f"/admin/topics/topic/{topic.pk}/restore/1/", {"based_on": 2}, follow=True)
    assert "Revision 1 is the newest draft again. Look at it, then publish." in answer.text
    stale = client.post(f"/admin/topics/topic/{topic.pk}/restore/1/", {"based_on": 1}, follow=True)
    assert stale.status_code == 200


# --- compare ---------------------------------------------------------------------------------


def test_any_two_texts_are_compared_by_section_and_by_word(client):
    topic = published_topic(body=TWO)
    new_draft(topic, body=TWO.replace("2 of 3", "3 of 4"))
    new_draft(topic, body=TWO.replace("2 of 3", "3 of 4").replace("Radiotherapy helps", "Surgery helps"))
    client.force_login(clinician())
    whole = page(client, topic, "compare", old=1, new=3).text
    assert "<del><b>old:</b> 2 of 3</del> <ins><b>new:</b> 3 of 4</ins>" in whole
    assert "Surgery" in whole
    last = page(client, topic, "compare").text  # the newest with the one before it
    assert "3 of 4</ins>" not in last
    assert "Surgery" in last
    back = page(client, topic, "compare", old=3, new=1).text
    assert "<ins><b>new:</b> 2 of 3</ins>" in back


def test_details_that_readers_do_not_see_are_compared_too(client):
    from tests.cast import make_site

    topic = published_topic(sites=["bone"])
    make_site("lung")
    new_draft(topic, sites=["lung"])
    client.force_login(editor())
    assert "lung" in page(client, topic, "compare", old=1, new=2).text


def test_the_same_text_says_the_same(client):
    topic = published_topic()
    client.force_login(editor())
    assert "Both texts say the same." in page(client, topic, "compare").text


@pytest.mark.parametrize("odd", ["0", "2", "-1", "abc", "٣", "9" * 30, ""])
def test_a_text_that_is_not_there_is_a_404(client, odd):
    topic = published_topic()
    client.force_login(editor())
    status = page(client, topic, "compare", old=odd).status_code
    assert status == (200 if odd == "" else 404)


def test_hostile_words_stay_words_in_a_comparison(client):
    topic = published_topic(title="Bones")
    new_draft(topic, title="<script>alert(1)</script>", body="## <img src=x onerror=alert(1)>\nWords.\n")
    client.force_login(publisher())
    for address in ("compare", "history", "revisions/2"):
        text = page(client, topic, address).text
        assert "<script>alert" not in text
        assert "<img src=x" not in text


# --- moving ----------------------------------------------------------------------------------


def test_a_moved_page_leaves_its_old_address_leading_on_and_says_so(client):
    topic = published_topic(slug="bone")
    client.force_login(publisher())
    answer = client.post(f"/admin/topics/topic/{topic.pk}/rename/", {"slug": "bones"}, follow=True)
    assert "is now at /topics/bones/" in answer.text
    assert client.get("/topics/bone/")["Location"] == "/topics/bones/"
    assert "<li>bone</li>" in answer.text
    assert "/topics/bone/" in page(client, again(topic), "rename").text


@pytest.mark.parametrize(
    ("slug", "words"),
    [("liver", "belongs to another page"), ("Not A Slug", "small letters"), ("", "required"), ("x" * 81, "80")],
)
def test_an_address_that_cannot_be_taken_is_refused_in_words(client, slug, words):
    topic = published_topic(slug="bone")
    published_topic(slug="liver")
    client.force_login(publisher())
    answer = client.post(f"/admin/topics/topic/{topic.pk}/rename/", {"slug": slug})
    assert (answer.status_code, words in answer.text) == (422, True)
    assert again(topic).slug == "bone"


def test_what_calls_a_page_by_its_name_stops_the_move_or_is_named(client):
    topic = published_topic(slug="bone")
    published_topic(slug="lung", title="Lungs", body="## X\nSee [it](/topics/bone/).\n")
    published_topic(slug="bone", title="Huesos", language="es")
    SearchWords.objects.create(means="spread to the bones", words=["bones"], pages=["bone"])
    client.force_login(publisher())
    text = page(client, topic, "rename").text
    assert "search words “spread to the bones” put it first" in text
    assert "“Huesos” (es) is known as its translation" in text
    answer = client.post(f"/admin/topics/topic/{topic.pk}/rename/", {"slug": "bones"})
    assert "“Lungs”" in answer.text
    assert not OldAddress.objects.exists()


# --- withdrawing -----------------------------------------------------------------------------


def test_withdrawing_shows_everything_that_leads_to_the_page(client):
    topic = published_topic(slug="bone", title="Bones")
    gone = published_topic(slug="gone", title="Gone page")
    workflow.withdraw(gone, publisher(), "Merged", topic)
    workflow.rename(topic, "skeleton", publisher())
    topic = again(topic)
    published_topic(slug="lung", title="Lungs", body="## X\nSee [it](/topics/skeleton/).\n")
    make_topic(slug="draft", title="A draft", body="## X\nSee [it](/topics/skeleton/).\n")
    published_topic(slug="skeleton", title="Huesos", language="es")
    Code.objects.create(system="icd-10-cm", code="C79.51", topic=topic, source="CDC", verified="v")
    SearchWords.objects.create(means="spread to the bones", words=["bones"], pages=["skeleton"])
    client.force_login(publisher())
    text = page(client, topic, "withdraw").text
    for words in (
        *("Lungs", "A draft", "Gone page", "Huesos", "/topics/bone/", "ICD-10-CM C79.51", "spread to the bones"),
        *(f"/t/{topic.number}/", "/embed/skeleton/", f"packets with its number {topic.number}"),
    ):
        assert words in text, words


def test_the_successor_has_to_be_a_live_page_of_the_same_language(client):
    topic = published_topic(slug="bone")
    draft, card = make_topic(slug="draft"), published_topic(slug="fever", kind=CARD)
    spanish = published_topic(slug="hueso", language="es")
    client.force_login(publisher())
    for other in (draft, card, spanish, topic):
        form = {"reason": "Merged", "successor": other.pk}
        assert client.post(f"/admin/topics/topic/{topic.pk}/withdraw/", form).status_code == 422
    assert again(topic).live is not None
    assert not Event.objects.filter(kind=Event.WITHDRAWN).exists()
