"""An address that was given out leads somewhere for ever: to the page, to its successor, or to 410."""

from __future__ import annotations

import random

import pytest
from django.conf import settings

from tests.cast import go_live, make_topic, new_draft, published_topic, publisher
from topics import workflow
from topics.models import Topic
from topics.portal import links

pytestmark = pytest.mark.django_db


def path_of(address: str) -> str:
    return address.removeprefix(settings.SITE_URL).partition("#")[0]


def given_out(topic: Topic) -> set[str]:
    """Every address of a live topic that a page, the API, a feed or a print-out may show."""
    short = f"/t/{topic.number}/"
    return {path_of(links.page(topic)), path_of(links.permanent(topic)), short}


def end_of(client, address: str):
    """The last answer behind an address, after permanent redirections on our own host only."""
    for _hop in range(12):
        answer = client.get(address)
        if answer.status_code not in (301, 302, 303, 307, 308):
            return answer
        assert answer.status_code == 301, address
        address = path_of(answer["Location"])
        assert address.startswith("/") and not address.startswith("//")
    raise AssertionError(f"{address} goes round in circles.")


# --- /t/<number>/ ---------------------------------------------------------------------------


def test_a_permanent_address_leads_to_the_page_wherever_it_is_now(client):
    topic = published_topic("bone")
    assert client.get(f"/t/{topic.number}/")["Location"] == "/topics/bone/"
    workflow.rename(topic, "bones", publisher())
    answer = client.get(f"/t/{topic.number}/")
    assert (answer.status_code, answer["Location"]) == (301, "/topics/bones/")


def test_a_permanent_redirection_is_asked_for_again_each_time(client):
    """A 301 may be kept for ever (RFC 9110 §15.4.2); ours moves when the page does."""
    topic = published_topic("bone")
    assert "no-cache" in client.get(f"/t/{topic.number}/")["Cache-Control"]


def test_a_permanent_address_leads_to_the_page_s_own_language_from_any_prefix(client):
    topic = published_topic("hueso", language="es")
    for address in (f"/t/{topic.number}/", f"/es/t/{topic.number}/"):
        assert end_of(client, address).request["PATH_INFO"] == "/es/topics/hueso/"
    english = published_topic("bone")
    assert end_of(client, f"/es/t/{english.number}/").request["PATH_INFO"] == "/topics/bone/"


def test_a_card_s_permanent_address_leads_to_its_place_in_the_list(client):
    card = published_topic("cord", kind="card")
    assert client.get(f"/t/{card.number}/")["Location"] == "/when-to-call/#card-cord"
    assert 'id="card-cord"' in end_of(client, f"/t/{card.number}/").content.decode()


def test_a_withdrawn_card_says_410(client):
    card = published_topic("cord", kind="card")
    workflow.withdraw(card, publisher(), "wrong")
    assert end_of(client, f"/t/{card.number}/").status_code == 410


@pytest.mark.parametrize("number", ["0", "999", "2147483648", "9" * 30])
def test_a_number_that_no_page_has_is_404(client, number):
    assert client.get(f"/t/{number}/").status_code == 404


def test_a_draft_is_404_at_every_address_it_ever_had(client):
    topic = make_topic("first")
    workflow.rename(topic, "second", publisher())
    for address in (f"/t/{topic.number}/", "/topics/first/", "/topics/second/"):
        assert client.get(address).status_code == 404, address


# --- renamed, withdrawn, replaced -----------------------------------------------------------


def test_each_earlier_short_name_leads_to_the_present_one(client):
    topic = published_topic("a")
    for slug in ("b", "c", "a", "d"):
        workflow.rename(topic, slug, publisher())
        topic.refresh_from_db()
    for slug in "abc":
        answer = client.get(f"/topics/{slug}/")
        assert (answer.status_code, answer["Location"]) == (301, "/topics/d/")


def test_a_name_once_given_out_is_never_another_page_s(client):
    topic = published_topic("a")
    workflow.rename(topic, "b", publisher())
    with pytest.raises(workflow.Refused):
        make_topic("a")
    other = published_topic("c")
    with pytest.raises(workflow.Refused):
        workflow.rename(other, "a", publisher())


def test_a_withdrawn_page_leads_to_its_successor_from_all_its_addresses(client):
    old, new = published_topic("old"), published_topic("new")
    workflow.rename(old, "older", publisher())
    old.refresh_from_db()
    workflow.withdraw(old, publisher(), "merged", successor=new)
    for address in (f"/t/{old.number}/", "/topics/old/", "/topics/older/"):
        assert end_of(client, address).request["PATH_INFO"] == "/topics/new/"


def test_a_successor_that_is_withdrawn_leads_on_to_its_own(client):
    first, second, third = (published_topic(slug) for slug in ("one", "two", "three"))
    workflow.withdraw(first, publisher(), "merged", successor=second)
    workflow.withdraw(second, publisher(), "merged", successor=third)
    assert end_of(client, f"/t/{first.number}/").request["PATH_INFO"] == "/topics/three/"
    workflow.withdraw(third, publisher(), "wrong")
    assert end_of(client, f"/t/{first.number}/").status_code == 410


def test_two_pages_that_replace_each_other_in_turn_never_send_a_reader_round_in_circles(client):
    one, two = published_topic("one"), published_topic("two")
    workflow.withdraw(one, publisher(), "merged", successor=two)
    one.refresh_from_db()
    go_live(one, one.latest)
    one.refresh_from_db()
    workflow.withdraw(two, publisher(), "merged", successor=one)
    for topic in (one, two):
        assert end_of(client, f"/t/{topic.number}/").request["PATH_INFO"] == "/topics/one/"
    workflow.withdraw(one, publisher(), "wrong")
    for topic in (one, two):
        assert end_of(client, f"/t/{topic.number}/").status_code == 410


def test_a_page_withdrawn_as_wrong_says_410_kindly_and_shows_nothing_of_itself(client):
    topic = published_topic("bone", title="A wrong title", text="Wrong words.")
    workflow.withdraw(topic, publisher(), "a reason for colleagues")
    answer = end_of(client, f"/t/{topic.number}/")
    assert answer.status_code == 410
    for words in (b"A wrong title", b"Wrong words.", b"a reason for colleagues"):
        assert words not in answer.content


def test_a_page_that_comes_back_has_its_addresses_back(client):
    topic = published_topic("bone")
    workflow.withdraw(topic, publisher(), "checking something")
    topic.refresh_from_db()
    go_live(topic, topic.latest)
    assert end_of(client, f"/t/{topic.number}/").status_code == 200


# --- every address ever given out -----------------------------------------------------------


def live() -> list[Topic]:
    return list(Topic.objects.published())


def add(dice, step: int) -> None:
    published_topic(
        f"page-{step}", language=dice.choice(["en", "en", "es"]), kind=dice.choice(["page", "page", "card"])
    )


def revise(dice, step: int) -> None:
    topic = dice.choice(live())
    go_live(topic, new_draft(topic, title=f"Title {step}"))


def rename(dice, step: int) -> None:
    workflow.rename(dice.choice(live()), f"renamed-{step}", publisher())


def rename_back(dice, step: int) -> None:
    topic = dice.choice(live())
    old = topic.old_addresses.order_by("pk").first()
    if old is not None:
        workflow.rename(topic, old.slug, publisher())


def withdraw(dice, step: int) -> None:
    topic = dice.choice(live())
    others = [other for other in live() if other.pk != topic.pk and other.kind == topic.kind == "page"]
    successor = dice.choice([None, *others])
    workflow.withdraw(topic, publisher(), "no longer right", successor=successor)


def bring_back(dice, step: int) -> None:
    gone = list(Topic.objects.filter(live=None))
    if gone:
        topic = dice.choice(gone)
        go_live(topic, topic.latest)


@pytest.mark.parametrize("seed", range(6))
def test_no_address_ever_given_out_is_a_404(client, seed):
    """A random history of the site; after each step, everything it ever showed is opened again."""
    dice = random.Random(seed)
    ever: set[str] = set()
    for step in range(25):
        act = dice.choice([add, revise, rename, rename_back, withdraw, bring_back]) if len(live()) > 2 else add
        act(dice, step)
        for topic in live():
            ever |= given_out(topic)
            assert end_of(client, f"/t/{topic.number}/").request["PATH_INFO"] == path_of(links.page(topic))
    assert len(ever) > 10
    for address in sorted(ever):
        assert end_of(client, address).status_code in (200, 410), address
