"""The one writer: what may follow what, and how it refuses."""

import pytest
from django.db.models import Max

from tests.cast import (
    checked,
    editor,
    go_live,
    make_section,
    make_site,
    make_topic,
    new_draft,
    page_source,
    published_topic,
    publisher,
)
from topics import pages, workflow
from topics.models import Event, OldAddress, Reference, RenderedPage, Revision, Topic
from topics.source import CARD

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def again(topic) -> Topic:
    return Topic.objects.get(pk=topic.pk)


def html_of(topic) -> str:
    rendered = pages.of(again(topic))
    return rendered.lead + "".join(section.html for section in rendered.sections)


def refused(*words: str):
    return pytest.raises(workflow.Refused, match=".*".join(words))


# --- create ----------------------------------------------------------------------------------


def test_a_new_topic_is_a_draft_with_its_first_revision():
    topic = make_topic(title="Bones", sites=["bone"], order=7)
    revision = topic.latest
    assert (topic.live, topic.title, topic.order, topic.section.slug) == (None, "Bones", 7, "sites")
    assert [site.slug for site in topic.sites.all()] == ["bone"]
    assert (revision.number, revision.author, revision.based_on, revision.change) == (1, editor(), None, "clinical")
    assert not RenderedPage.objects.exists()


def test_a_new_topic_gets_the_next_number_and_its_text_says_it():
    first, second = make_topic(number=41), make_topic(slug="other")
    assert (first.number, second.number) == (41, 42)
    assert second.latest.source.number == 42
    assert "number: 42\n" in second.latest.text


def test_a_number_or_short_name_that_is_taken_is_refused():
    topic = make_topic(slug="bone")
    with refused(f"number {topic.number} belongs to another page"):
        make_topic(slug="other", number=topic.number)
    with refused("“bone” belongs to another page"):
        make_topic(slug="bone")
    assert Topic.objects.count() == Revision.objects.count() == 1


def test_a_topic_of_an_unknown_section_is_refused_with_the_line():
    make_section("sites")
    with refused("There is no section “nowhere”", "Use one of: sites") as refusal:
        workflow.create(page_source(section="nowhere"), "bone", editor())
    assert [problem.line for problem in refusal.value.problems] == [3]
    assert not Topic.objects.exists()


def test_a_text_that_postgresql_cannot_hold_is_refused_with_the_line():
    topic = make_topic()
    odd = topic.latest.source.revised(body="Fine.\n\nNot\x00 fine.\n")
    with refused("line 9: This line has an invisible control character"):
        workflow.save_draft(topic, odd, editor(), 1)


# --- save ------------------------------------------------------------------------------------


def test_a_save_appends_a_revision_and_moves_the_newest_pointer_only():
    topic = published_topic()
    live = topic.live
    revision = workflow.save_draft(
        topic, live.source.revised(title="Your bones"), publisher(), 1, Revision.WORDING, "Shorter"
    )
    topic = again(topic)
    assert (topic.live, topic.latest) == (live, revision)
    assert (revision.number, revision.based_on, revision.author) == (2, live, publisher())
    assert (revision.change, revision.note) == ("wording", "Shorter")


def test_saving_the_text_that_is_there_adds_nothing():
    topic = make_topic()
    assert workflow.save_draft(topic, topic.latest.source, publisher(), 1) == topic.latest
    second = new_draft(topic, title="Second")
    assert workflow.save_draft(topic, second.source, publisher(), 1) == second  # a save that was sent twice
    assert Revision.objects.count() == 2


def test_a_save_on_top_of_an_older_text_is_refused_and_names_the_newer_one():
    topic = make_topic()
    theirs = new_draft(topic, publisher(), title="Theirs")
    with pytest.raises(workflow.Stale, match="saved by somebody else since you opened it") as stale:
        workflow.save_draft(topic, topic.latest.source.revised(title="Mine"), editor(), 1)
    assert stale.value.latest == theirs
    assert again(topic).latest == theirs


@pytest.mark.parametrize("based_on", [0, 2, 10**9])
def test_a_save_on_top_of_a_text_that_never_was_is_refused(based_on):
    topic = make_topic()
    with pytest.raises(workflow.Stale):
        workflow.save_draft(topic, topic.latest.source.revised(title="Mine"), editor(), based_on)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kind": CARD, "level": "now", "section": ""}, "cannot change its kind or language"),
        ({"language": "es"}, "cannot change its kind or language"),
        ({"number": 999}, "permanent number .*, which cannot change"),
    ],
)
def test_a_topics_kind_language_and_number_stay(changes, words):
    topic = make_topic()
    with refused(words):
        workflow.save_draft(topic, page_source(**changes), editor(), 1)


def test_a_text_without_a_number_keeps_the_topics_number():
    topic = make_topic(number=41)
    revision = workflow.save_draft(topic, page_source(title="Other"), editor(), 1)
    assert revision.source.number == 41


def test_a_draft_shows_in_lists_until_patients_see_the_page():
    topic = make_topic(title="First")
    make_section("spread")
    new_draft(topic, title="Second", section="spread", order=3)
    topic = again(topic)
    assert (topic.title, topic.section.slug, topic.order) == ("Second", "spread", 3)


@pytest.mark.parametrize("withdrawn", [False, True])
def test_a_draft_changes_nothing_that_patients_saw(withdrawn):
    topic = published_topic(title="First", sites=["bone"], order=7, summary="Old.")
    if withdrawn:
        workflow.withdraw(topic, publisher(), "Out of date")
    make_section("spread")
    make_site("lung")
    new_draft(topic, title="Second", section="spread", sites=["lung"], order=3, summary="New.")
    topic = again(topic)
    assert (topic.title, topic.section.slug, topic.order, topic.summary) == ("First", "sites", 7, "Old.")
    assert [site.slug for site in topic.sites.all()] == ["bone"]


# --- publish ---------------------------------------------------------------------------------


def test_publishing_shows_the_text_and_what_it_says_about_itself():
    topic = published_topic(title="First", sites=["bone"])
    make_section("spread")
    make_site("lung")
    draft = new_draft(topic, title="Second", section="spread", sites=["lung"], body="New words.\n")
    checked(topic)
    event = workflow.publish(topic, draft, publisher(), "Checked")
    topic = again(topic)
    assert (topic.live, topic.title, topic.section.slug) == (draft, "Second", "spread")
    assert [site.slug for site in topic.sites.all()] == ["lung"]
    assert (event.kind, event.revision, event.by, event.note) == ("published", draft, publisher(), "Checked")
    assert "New words." in html_of(topic)
    assert RenderedPage.objects.get().revision == draft


def test_only_the_newest_text_can_be_published():
    topic = make_topic()
    first = topic.latest
    new_draft(topic, title="Second")
    with pytest.raises(workflow.Stale):
        go_live(topic, first)


def test_the_text_that_patients_see_is_not_published_again():
    topic = published_topic()
    with refused("shows this text already"):
        go_live(topic, topic.latest)
    assert Event.objects.count() == 1


def test_a_revision_of_another_topic_is_a_mistake_of_the_program():
    topic, other = make_topic(), make_topic(slug="other")
    with pytest.raises(ValueError, match="another topic"):
        go_live(topic, other.latest)
    with pytest.raises(ValueError, match="another topic"):
        workflow.restore(topic, other.latest, publisher(), 1)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"section": "nowhere"}, "line 4: There is no section “nowhere”"),
        ({"sites": ["knee"]}, "line 5: There is no organ site “knee”"),
        ({"body": "One.\n\n::: card nobody\n"}, "There is no live card named “nobody”"),
        ({"body": "One [@NOBODY].\n"}, "There is no source named “NOBODY”"),
        ({"body": "One.\n\n:::: conflict\nTwo.\n::::\n"}, "Two texts meet here"),
        ({"body": "[Two](/topics/nowhere/)\n"}, "“/topics/nowhere/” leads nowhere"),
        ({"body": "::: odd\nTwo.\n:::\n"}, "“::: odd” is not a box this site knows"),
    ],
)
def test_a_text_with_something_wrong_is_kept_but_not_published(changes, words):
    topic = published_topic()
    before = topic.live
    draft = new_draft(topic, **changes)
    with refused("“Bones” cannot be published yet", words) as refusal:
        go_live(topic, draft)
    assert refusal.value.problems
    assert (again(topic).live, again(topic).latest) == (before, draft)


def test_a_language_that_the_site_does_not_have_is_refused():
    topic = make_topic(language="fr")
    with refused("This site has no language “fr”"):
        go_live(topic, topic.latest)


def test_a_refused_publication_leaves_nothing_half_done(monkeypatch):
    topic = published_topic(title="First")
    draft = new_draft(topic, title="Second")
    before = (Topic.objects.values().get(), RenderedPage.objects.values().get(), Event.objects.count())

    def broken(*args):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(pages, "keep", broken)
    with pytest.raises(RuntimeError):
        go_live(topic, draft)
    assert (Topic.objects.values().get(), RenderedPage.objects.values().get(), Event.objects.count()) == before


def test_a_page_may_link_to_itself_from_its_first_publication():
    assert "/topics/bone/" in html_of(published_topic(slug="bone", text="See [here](/topics/bone/)."))
    spanish = published_topic(slug="hueso", language="es", text="Ver [aquí](/es/topics/hueso/).")
    assert "/es/topics/hueso/" in html_of(spanish)


def test_a_withdrawn_page_can_be_published_again():
    topic, heir = published_topic(), published_topic(slug="heir")
    workflow.withdraw(topic, publisher(), "Out of date", heir)
    go_live(topic, topic.latest)
    assert (again(topic).live, again(topic).successor) == (topic.latest, None)


# --- cards -----------------------------------------------------------------------------------


@pytest.fixture
def card():
    return published_topic(slug="call", kind=CARD, title="Pressure", text="your legs feel weak")


@pytest.fixture
def page_with_card(card):
    return published_topic(body="::: short\n- One.\n:::\n\n::: card call\n\n## Which bones\nText.\n")


def test_publishing_a_card_renders_the_pages_that_show_it(card, page_with_card):
    other = published_topic(slug="other")
    untouched = RenderedPage.objects.get(topic=other)
    Reference.objects.create(key="NCI", title="T", publisher="P", url="https://example.org/")
    draft = new_draft(card, body="- your arms feel weak [@NCI]\n")
    assert "your legs feel weak" in html_of(page_with_card)
    go_live(card, draft)
    assert "your arms feel weak" in html_of(page_with_card)
    assert "your legs feel weak" not in html_of(page_with_card)
    assert pages.of(again(page_with_card)).citations == ("NCI",)
    assert RenderedPage.objects.get(topic=other).data == untouched.data


def test_a_draft_of_a_card_changes_no_page(card, page_with_card):
    new_draft(card, body="- your arms feel weak\n")
    pages.rebuild()
    assert "your arms feel weak" not in html_of(page_with_card)


def test_a_card_that_live_pages_show_cannot_be_withdrawn(card, page_with_card):
    with refused("cannot be withdrawn: these live pages show this card: “Bones”. Change them first"):
        workflow.withdraw(card, publisher(), "Wrong")
    go_live(page_with_card, new_draft(page_with_card, body="No card.\n"))
    workflow.withdraw(card, publisher(), "Wrong")
    assert again(card).live is None


def test_a_card_of_the_same_name_in_another_language_is_another_card(card, page_with_card):
    spanish = published_topic(slug="call", kind=CARD, language="es", text="piernas")
    workflow.withdraw(spanish, publisher(), "Wrong")
    assert again(spanish).live is None


# --- withdraw --------------------------------------------------------------------------------


def test_withdrawing_takes_the_page_away_and_says_why():
    topic, heir = published_topic(), published_topic(slug="heir")
    event = workflow.withdraw(topic, publisher(), "Out of date", heir)
    topic = again(topic)
    assert (topic.live, topic.successor) == (None, heir)
    assert (event.kind, event.revision, event.note) == ("withdrawn", topic.latest, "Out of date")
    assert not RenderedPage.objects.filter(topic=topic).exists()


def test_a_withdrawal_needs_a_reason_and_a_live_page():
    draft, topic = make_topic(slug="draft"), published_topic()
    with refused("Say why the page is withdrawn"):
        workflow.withdraw(topic, publisher(), "  ")
    with refused("is not live"):
        workflow.withdraw(draft, publisher(), "Wrong")
    assert again(topic).live is not None


@pytest.mark.parametrize("heir", ["itself", "draft", "card"])
def test_only_another_page_that_patients_see_can_take_over(heir, card):
    topic = published_topic()
    heirs = {"itself": topic, "draft": make_topic(slug="draft"), "card": card}
    with refused("has to be another page that patients can see"):
        workflow.withdraw(topic, publisher(), "Wrong", heirs[heir])


def test_a_page_that_live_pages_link_to_cannot_be_withdrawn_or_renamed():
    topic = published_topic(slug="bone")
    published_topic(slug="other", title="Lungs", text="See [bones](/topics/bone/#s-which-bones).")
    published_topic(slug="bone-2", title="Not a link to it")
    with refused("cannot be withdrawn: these live pages link to this page: “Lungs”. Change them first"):
        workflow.withdraw(topic, publisher(), "Wrong")
    with refused("cannot be renamed: live pages call it by its name: “Lungs”"):
        workflow.rename(topic, "bones", publisher())


# --- restore, rename, mark -------------------------------------------------------------------


def test_restoring_appends_the_older_text_as_the_newest_draft():
    topic = published_topic(title="First")
    first = topic.latest
    go_live(topic, new_draft(topic, title="Second"))
    restored = workflow.restore(topic, first, publisher(), 2)
    assert (restored.number, restored.text, restored.author) == (3, first.text, publisher())
    assert restored.note == "Restored the text of revision 1"
    assert again(topic).live.number == 2
    with pytest.raises(workflow.Stale):
        workflow.restore(topic, topic.revisions.get(number=2), publisher(), 2)


def test_a_renamed_page_keeps_its_old_address():
    topic = published_topic(slug="bone")
    workflow.rename(topic, "bones", publisher())
    workflow.rename(topic, "bones", publisher())  # nothing to do
    assert again(topic).slug == "bones"
    assert OldAddress.objects.get().slug == "bone"
    assert topic.events.first().note == "bone → bones"
    with refused("“bone” was given out before and still leads to its page"):
        make_topic(slug="bone")


def test_a_page_can_take_its_own_old_name_again():
    topic = published_topic(slug="bone")
    workflow.rename(topic, "bones", publisher())
    workflow.rename(topic, "bone", publisher())
    assert again(topic).slug == "bone"
    assert OldAddress.objects.get().slug == "bones"


def test_another_pages_name_is_refused():
    topic, other = published_topic(slug="bone"), published_topic(slug="other")
    with refused("“other” belongs to another page"):
        workflow.rename(topic, "other", publisher())
    workflow.rename(other, "third", publisher())
    with refused("“other” was given out before"):
        workflow.rename(topic, "other", publisher())


def test_the_address_of_a_draft_was_never_given_out():
    topic = make_topic(slug="secret")
    workflow.rename(topic, "open", publisher())
    assert not OldAddress.objects.exists()
    assert make_topic(slug="secret").number != topic.number


def test_marking_what_the_files_said_changes_nothing_else():
    topic = published_topic()
    before = Topic.objects.values().get(pk=topic.pk)
    workflow.mark_imported(topic, topic.latest)
    after = Topic.objects.values().get(pk=topic.pk)
    assert after == {**before, "imported_id": topic.latest.pk}
    assert Topic.objects.aggregate(Max("number"))["number__max"] == topic.number


def test_what_readers_open_costs_as_many_queries_for_nine_cards_as_for_one(client, django_assert_max_num_queries):
    for place in range(9):
        published_topic(f"card-{place}", kind=CARD, title=f"Card {place}", sites=["bone"])
    body = "".join(f"::: card card-{place}\n\n" for place in range(9))
    published_topic(body=f"{body}## Which bones\nThe spine.\n", sites=["bone"])
    for address, most in {
        "/when-to-call/": 5,
        "/sites/bone/": 8,
        "/topics/bone/": 13,
        "/topics/bone/handout/": 8,
    }.items():
        with django_assert_max_num_queries(most):
            assert client.get(address).status_code == 200
