"""Addresses outside this site: who is asked, how politely, what is said of the answer, and who is never asked."""

import socket
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests.cast import make_topic, published_topic
from topics import link_round, outside_links
from topics.models import LinkCheck, Reference
from topics.outside_links import Asker, is_outside

DAY = timedelta(days=1)


class Site(BaseHTTPRequestHandler):
    """Answers by the path: /404, /to/<path>, /only-get, …; remembers what it was asked."""

    asked: list

    def do_HEAD(self):
        self.answer()

    def do_GET(self):
        self.answer()

    def answer(self):
        self.server.asked.append((self.command, self.path, dict(self.headers)))
        name = self.path.strip("/").split("?")[0]
        if name == "hang-up":
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        status = int(name) if name.isdigit() else 200
        if name == "only-get" and self.command == "HEAD":
            status = 404
        if name.startswith("to/") or name == "round":
            self.send_response(302)
            self.send_header("Location", name.removeprefix("to/").replace("~", "/"))
        else:
            self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def site():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.asked = []
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    server.url = f"http://127.0.0.1:{server.server_port}"
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def this_machine(monkeypatch):
    """For the tests' own server only."""
    monkeypatch.setattr(outside_links, "is_outside", lambda address: address == "127.0.0.1")


class Clock:
    def __init__(self):
        self.time, self.slept = 1000.0, []

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.time += seconds


def ask(url: str) -> str:
    clock = Clock()
    return Asker(clock.now, clock.sleep).ask(url)


# --- who is never asked ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1"]
    + ["255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fd00::1", "ff02::1", "::ffff:10.0.0.1"]
    + ["64:ff9b::a00:1", "2002:a00:1::", "2001:0:a00:1::"],
)
def test_private_addresses_are_not_outside(address):
    assert not is_outside(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:93.184.215.14"])
def test_public_addresses_are_outside(address):
    assert is_outside(address)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "0", "127.1", "2130706433", "0x7f000001"])
def test_this_machine_is_never_asked_however_it_is_written(site, host):
    assert ask(f"http://{host}:{site.server_port}/")
    assert site.asked == []


def test_a_name_that_leads_to_a_private_address_too_is_not_asked(site, monkeypatch):
    def both(host, port, **options):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in ("93.184.215.14", "10.0.0.1")]

    monkeypatch.setattr(socket, "getaddrinfo", both)
    assert "private network" in ask("http://example.org/")


def test_a_redirect_into_the_private_network_is_not_followed(site, monkeypatch):
    real = outside_links.is_outside
    allowed = [True, False]
    monkeypatch.setattr(outside_links, "is_outside", lambda address: allowed.pop(0) if allowed else real(address))
    assert "private network" in ask(f"{site.url}/to/http:~~127.0.0.1:{site.server_port}~secret")
    assert [path for _command, path, _headers in site.asked] == [
        f"/to/http:~~127.0.0.1:{site.server_port}~secret",
    ]


@pytest.mark.parametrize("to", ["file:~~~etc~passwd", "ftp:~~example.org~", "javascript:alert(1)", "gopher:~~x~"])
def test_a_redirect_to_something_that_is_no_web_page_is_not_followed(site, this_machine, to):
    assert "no web page" in ask(f"{site.url}/to/{to}")


@pytest.mark.parametrize("url", ["http://user:secret@example.org/", "http://example.org:99999/", "http://[broken/"])
def test_an_odd_address_is_refused_in_words(url):
    said = ask(url)
    assert said
    assert "secret" not in said


# --- how it is asked, what is said -----------------------------------------------------------


def test_a_request_says_who_asks_and_nothing_of_where_it_stood(site, this_machine, settings):
    assert ask(f"{site.url}/page?x=1") == ""
    ((command, path, headers),) = site.asked
    assert (command, path) == ("HEAD", "/page?x=1")
    assert settings.SITE_URL in headers["User-Agent"]
    assert {name.lower() for name in headers} <= {"host", "user-agent", "accept", "connection", "accept-encoding"}


def test_get_is_tried_where_head_is_not_answered(site, this_machine):
    assert ask(f"{site.url}/only-get") == ""
    assert [command for command, _path, _headers in site.asked] == ["HEAD", "GET"]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("404", "not there any more (404)"),
        ("410", "not there any more (410)"),
        ("500", "an error (500)"),
        ("400", "an error (400)"),
        ("hang-up", "broke off"),
        ("round", "more than 5 redirects"),
    ],
)
def test_what_is_wrong_is_said_in_words(site, this_machine, path, words):
    assert words in ask(f"{site.url}/{path}")


@pytest.mark.parametrize("status", [200, 204, 401, 403, 429, 503])
def test_a_site_that_lets_no_program_in_is_not_dead(site, this_machine, status):
    assert ask(f"{site.url}/{status}") == ""


def test_redirects_are_followed_to_their_end(site, this_machine):
    assert ask(f"{site.url}/to/~to~~200") == ""
    assert "(404)" in ask(f"{site.url}/to/~404")


def test_a_host_that_does_not_speak_tls_or_does_not_exist_is_said_in_words(site, this_machine, monkeypatch):
    assert "encrypted connection" in ask(site.url.replace("http:", "https:"))
    free = socket.socket()
    free.bind(("127.0.0.1", 0))
    assert "refuses the connection" in ask(f"http://127.0.0.1:{free.getsockname()[1]}/")
    free.close()

    def unknown(*args, **options):
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert "no host of this name" in ask("http://nowhere.invalid/")


def test_a_slow_host_is_not_waited_for(monkeypatch, this_machine):
    silent = socket.socket()
    silent.bind(("127.0.0.1", 0))
    silent.listen()
    monkeypatch.setattr(outside_links, "SECONDS", 0.2)
    assert "did not answer in time" in ask(f"http://127.0.0.1:{silent.getsockname()[1]}/")
    silent.close()


def test_one_host_is_asked_with_a_pause_and_another_at_once(site, this_machine, monkeypatch):
    clock = Clock()
    asker = Asker(clock.now, clock.sleep)
    for _time in range(2):
        asker.ask(f"{site.url}/page")
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **options: [])
    asker.ask("http://example.org/")
    assert clock.slept == [0.0, outside_links.PAUSE, 0.0]


# --- rounds ----------------------------------------------------------------------------------

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


class Answers:
    """An asker that knows what it will hear."""

    def __init__(self, **said: str):
        self.said, self.asked = said, []

    def ask(self, url: str) -> str:
        self.asked.append(url)
        return next((words for name, words in self.said.items() if name in url), "")


def linked(*urls: str) -> None:
    published_topic(body="## Which bones\n" + "".join(f"[here]({url}) and " for url in urls) + "more.\n")


def at(monkeypatch, when: datetime) -> None:
    monkeypatch.setattr(timezone, "now", lambda: when)


NIGHT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def test_only_what_live_pages_name_is_asked():
    Reference.objects.create(key="NCI", title="Bones", publisher="NCI", url="https://www.cancer.gov/bones")
    Reference.objects.create(key="SPARE", title="Spare", publisher="NCI", url="https://www.cancer.gov/spare")
    linked("https://example.org/a")
    make_topic(slug="draft", body="## X\n[here](https://example.org/draft)\n")
    published_topic(slug="lung", body="## X\nWords [@NCI], [the bones](/topics/bone/).\n")
    assert link_round.due() == ["https://example.org/a", "https://www.cancer.gov/bones"]


def test_an_address_is_asked_once_a_day_and_dead_after_two_days(monkeypatch):
    linked("https://example.org/gone", "https://example.org/good")
    answers = Answers(gone="The page is not there any more (404).")
    for night, dead in ((0, False), (1, True)):
        at(monkeypatch, NIGHT + night * DAY)
        link_round.go(link_round.due(), answers)
        assert link_round.due() == []
        row = LinkCheck.objects.get(url="https://example.org/gone")
        assert (row.is_dead, row.failing_since) == (dead, NIGHT.date())
    assert LinkCheck.objects.get(url="https://example.org/good").is_dead is False
    at(monkeypatch, NIGHT + 2 * DAY)
    link_round.go(link_round.due(), Answers())
    row.refresh_from_db()
    assert (row.status, row.failed_days, row.failing_since) == ("", 0, None)


def test_a_round_that_was_stopped_goes_on_where_it_was():
    linked(*(f"https://example.org/{name}" for name in "abcd"))

    class Stopped(Answers):
        def ask(self, url):
            if len(self.asked) == 2:
                raise KeyboardInterrupt
            return super().ask(url)

    with pytest.raises(KeyboardInterrupt):
        link_round.go(link_round.due(), Stopped())
    assert link_round.due() == ["https://example.org/c", "https://example.org/d"]


def test_hosts_take_turns():
    linked("https://one.example/a", "https://one.example/b", "https://two.example/a")
    assert link_round.due() == ["https://one.example/a", "https://two.example/a", "https://one.example/b"]


def test_a_machine_without_a_network_counts_nothing():
    linked(*(f"https://example.org/{name}" for name in "abc"))
    found = link_round.go(link_round.due(), Answers(example="The connection failed."))
    assert (found.offline, LinkCheck.objects.count()) == (True, 0)


def test_an_address_that_nobody_names_any_more_is_forgotten():
    LinkCheck.objects.create(url="https://example.org/old", failed_days=5, status="Gone")
    linked("https://example.org/new")
    link_round.due()
    assert not LinkCheck.objects.exists()


def test_the_command_says_what_it_found(site, this_machine, capsys, monkeypatch):
    monkeypatch.setattr(outside_links, "PAUSE", 0.0)
    linked(f"{site.url}/200", f"{site.url}/404")
    call_command("check_links")
    assert "Asked 2 addresses: 1 failed, 0 of them on two days." in capsys.readouterr().out
    call_command("check_links")
    assert "asked today already" in capsys.readouterr().out


def test_the_command_says_when_nothing_answers(monkeypatch):
    linked(*(f"https://example.org/{name}" for name in "abc"))
    monkeypatch.setattr(Asker, "ask", lambda self, url: "The connection failed.")
    with pytest.raises(CommandError, match="Nothing was counted"):
        call_command("check_links")
