"""The search finds what people mean, and only what is live, whatever happens to its index."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.cast import go_live, make_section, new_draft, published_topic, publisher
from topics import search, workflow
from topics.models import ClinicSettings, GlossaryTerm, OrganSite, Revision, SearchWords, Topic
from topics.search import documents as search_documents
from topics.search import index as search_index
from topics.search.index import Unusable, engine_faults
from topics.search.text import words_of
from topics.transfer import export_folder, import_folder

pytestmark = pytest.mark.django_db

HERE = Path(__file__).parent
SPANISH = {
    "que-es": ("¿Qué es el cáncer de mama metastásico?", "El cáncer se ha extendido a otras partes del cuerpo."),
    "hueso": ("Metástasis óseas", "El cáncer puede llegar a los huesos. La medicación alivia el dolor de huesos."),
    "higado": ("Metástasis hepáticas", "El hígado está bajo las costillas. La piel puede ponerse amarilla."),
    "quimioterapia": ("Quimioterapia", "La quimioterapia frena las células que crecen rápido."),
    "radioterapia": ("Radioterapia", "La radioterapia usa rayos sobre una zona para aliviar el dolor."),
    "terapia-hormonal": ("Terapia hormonal", "Se toma con palbociclib, ribociclib o abemaciclib."),
}


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.VAR = tmp_path
    yield tmp_path / "search"
    search_index._readers.clear()


def found(text: str, code: str = "en") -> list[str]:
    return [topic.slug for topic in search.search(text, code).pages]


def a_new_process() -> None:
    search_index._readers.clear()


def publish(revision: Revision) -> None:
    go_live(revision.topic, revision)


# --- finding ---------------------------------------------------------------------------------


def test_realistic_searches_find_the_right_page_first_or_second():
    import_folder(settings.CONTENT_DIR)
    for slug, (title, text) in SPANISH.items():
        published_topic(f"{slug}", language="es", title=title, summary=text, text=text)
    rows = tomllib.loads((HERE / "searches.toml").read_text())["search"]
    assert len(rows) >= 50
    wrong = []
    for row in rows:
        results = search.search(row["type"], row.get("language", "en"))
        best, cards = [topic.slug for topic in results.pages][:2], [card.slug for card in results.cards]
        if row["page"] not in best or row.get("card", cards[:1] and cards[0]) not in [*cards, []]:
            wrong.append(f"{row['type']}: {best} {cards}")
    assert wrong == []


def test_every_page_that_the_lay_words_name_is_there():
    import_folder(settings.CONTENT_DIR)
    there = set(Topic.objects.published().values_list("language", "slug"))
    named = {(row.language, slug) for row in SearchWords.objects.all() for slug in row.pages}
    assert named and named <= there


@pytest.mark.parametrize(
    ("typed", "instead"),
    [
        ("spien", "spine"),
        ("afected spine", "affected spine"),
        ("THE SPIEN", "THE spine"),
        ("spine", ""),
        ("spines", ""),
    ],
)
def test_a_misspelt_word_is_mended_and_said(typed, instead):
    published_topic("bone")
    results = search.search(typed, "en")
    assert [topic.slug for topic in results.pages] == ["bone"]
    assert results.instead == instead


def test_nothing_is_made_of_words_that_resemble_nothing():
    published_topic("bone")
    assert found("xylophone quartz") == []
    assert search.search("xylophone", "en").instead == ""


def test_a_page_with_the_words_in_its_title_comes_first():
    published_topic("tests", title="Tests and scans", text="A scan of the ribs. " * 3)
    published_topic("ribs", title="The ribs", text="Something else.")
    assert found("ribs") == ["ribs", "tests"]


def test_a_page_with_all_the_words_comes_before_one_with_some_of_them_often():
    published_topic("often", title="Scans", text="Scan, scan, scan, scan, scan.")
    published_topic("all", title="Other", text="A scan that shows the ribs.")
    assert found("scan ribs")[0] == "all"


@pytest.mark.parametrize("typed", ["metástasis", "METASTASIS", "metastasis", "Metástásis"])
def test_accents_and_capitals_do_not_matter(typed):
    published_topic("hueso", language="es", title="Metástasis óseas")
    assert found(typed, "es") == ["hueso"]


def test_each_language_has_its_own_pages():
    published_topic("bone", text="hospital")
    published_topic("hueso", language="es", text="hospital")
    assert found("hospital", "en") == ["bone"]
    assert found("hospital", "es") == ["hueso"]


def test_the_glossary_s_spellings_stand_for_each_other():
    GlossaryTerm.objects.create(term="Spinal cord compression", meaning="Pressure.", forms=["MSCC"])
    published_topic("bone", text="Spinal cord compression needs help.")
    assert found("mscc") == ["bone"]


def test_cards_stand_beside_the_pages():
    published_topic("bone", text="Pain in the spine.")
    published_topic("cord", kind="card", title="Pressure on the spine", text="Weak legs.", summary="Weak legs.")
    results = search.search("spine", "en")
    assert ([page.slug for page in results.pages], [card.slug for card in results.cards]) == (["bone"], ["cord"])


def test_suggestions_know_half_a_word():
    published_topic("bone", title="Radiotherapy")
    assert [topic.slug for topic in search.suggest("radiot", "en")] == ["bone"]
    assert search.suggest("zzz", "en") == [] == search.suggest("", "en")


# --- lay words -------------------------------------------------------------------------------


def test_lay_words_count_from_the_next_search_on():
    published_topic("other", title="Other", text="Palbociclib is named here, here and here: palbociclib.")
    published_topic("bone", text="Palbociclib is a tablet.")
    assert found("ibrance") == []
    row = SearchWords.objects.create(means="palbociclib", words=["Ibrance"])
    assert set(found("Ibrance")) == {"bone", "other"}
    row.pages = ["bone"]
    row.save()
    assert found("ibranse")[0] == "bone"
    row.delete()
    assert found("ibrance") == []


def test_a_renamed_page_keeps_its_lay_words():
    topic = published_topic("bone", text="Something.")
    SearchWords.objects.create(means="osseous", words=["skeleton"], pages=["bone"])
    workflow.rename(topic, "bones", publisher())
    assert found("skeleton") == ["bones"]


def test_lay_words_go_out_and_come_back_unchanged(tmp_path):
    (tmp_path / "zero").mkdir()
    shutil.copy(settings.CONTENT_DIR / "lay_words.toml", tmp_path / "zero")
    import_folder(tmp_path / "zero")
    before = list(SearchWords.objects.values_list("language", "means", "words", "pages", "portals"))
    export_folder(tmp_path / "one")
    report = import_folder(tmp_path / "one")
    assert (report.rows_written, report.problems) == (0, [])
    SearchWords.objects.all().delete()
    import_folder(tmp_path / "one")
    assert list(SearchWords.objects.values_list("language", "means", "words", "pages", "portals")) == before
    export_folder(tmp_path / "two")
    assert (tmp_path / "one/lay_words.toml").read_bytes() == (tmp_path / "two/lay_words.toml").read_bytes()


def test_an_import_keeps_an_editor_s_lay_words(tmp_path):
    file = tmp_path / "lay_words.toml"
    file.write_text('[[meaning]]\nmeans = "palbociclib"\nwords = ["Ibrance"]\n')
    import_folder(tmp_path)
    SearchWords.objects.update(words=["Ibrance", "Ibranse"])
    file.write_text('[[meaning]]\nmeans = "palbociclib"\nwords = ["Ibrance", "Palbo"]\n')
    assert import_folder(tmp_path).kept == ["search words en/palbociclib"]
    assert SearchWords.objects.get().words == ["Ibrance", "Ibranse"]


@pytest.mark.parametrize(
    "text",
    [
        "meaning = 5",
        '[[words]]\nmeans = "a"\nwords = ["b"]',
        '[[meaning]]\nwords = ["b"]',
        '[[meaning]]\nmeans = "a"',
        '[[meaning]]\nmeans = "a"\nwords = "b"',
        '[[meaning]]\nmeans = "a"\nwords = ["b"]\nportals = "yes"',
        '[[meaning]]\nmeans = "!!!"\nwords = ["b"]',
        '[[meaning]]\nmeans = "a"\nwords = ["b", "b"]',
        '[[meaning]]\nmeans = "a"\nlanguage = 7\nwords = ["b"]',
        f'[[meaning]]\nmeans = "a"\nwords = ["{"x" * 81}"]',
        '[[meaning]]\nmeans = "a"\nwords = ["b"]\n[[meaning]]\nmeans = "c"\nwords = ["B"]',
        '[[meaning]]\nmeans = "a"\nwords = ["b"]\n[[meaning]]\nmeans = "A"\nwords = ["c"]',
    ],
)
def test_wrong_lay_words_are_told_and_left_out(tmp_path, text):
    (tmp_path / "lay_words.toml").write_text(text + "\n")
    report = import_folder(tmp_path)
    assert report.problems and all(problem.file == "lay_words.toml" for problem in report.problems)


# --- portals ---------------------------------------------------------------------------------


def test_a_portal_is_led_to_what_it_surely_names_and_nowhere_by_what_anybody_may_have():
    import_folder(settings.CONTENT_DIR)
    for text, page in (
        ("Secondary malignant neoplasm of bone", "bone"),
        ("Secondary malignant neoplasm of bone and bone marrow", "bone"),
        ("Metastatic breast cancer", "what-is-metastatic-breast-cancer"),
        ("palbociclib 125 MG Oral Capsule [Ibrance]", "hormone-therapy"),
        ("Herceptin 420 MG Injection", "targeted-therapy"),
    ):
        assert [topic.slug for topic in search.best_topics(text, "en")] == [page], text
    for text in (
        *("Headache", "Low back pain", "Nausea and vomiting", "Fever", "Fracture of femur", "Lung cancer", "Pregnancy"),
        *("Primary malignant neoplasm of lung", "Type 2 diabetes", "ibuprofen 200 MG Oral Tablet", "", "the", "4"),
        *("denosumab 60 MG/ML", "Malignant neoplasm of female breast", "🙂", "\x00", "x" * 10_000),
    ):
        assert search.best_topics(text, "en") == [], text


# --- only what is live -----------------------------------------------------------------------


def test_a_page_is_found_from_its_publication_on():
    published_topic("bone", text="Ribs.")
    assert found("pelvis") == []
    draft = new_draft(Topic.objects.get(slug="bone"), body="## Which bones\nThe pelvis.\n")
    assert found("pelvis") == []
    publish(draft)
    assert found("pelvis") == ["bone"]
    assert found("ribs") == []


@pytest.mark.both_databases
def test_a_withdrawn_page_is_gone_at_once_even_from_an_index_that_still_has_it(monkeypatch):
    topic = published_topic("bone")
    assert found("spine") == ["bone"]
    stale = search_index.reader("en")
    workflow.withdraw(topic, publisher(), "wrong")
    monkeypatch.setattr(search_index, "reader", lambda language: stale)
    assert found("spine") == []


def test_words_of_an_older_revision_are_not_quoted(monkeypatch):
    topic = published_topic("bone", text="Call 111.", summary="About bones.")
    stale = search_index.reader("en")
    publish(new_draft(topic, body="## Which bones\nCall 222.\n"))
    monkeypatch.setattr(search_index, "reader", lambda language: stale)
    results = search.search("bones call", "en")
    assert results.quote(results.pages[0]) == "About bones."


def test_a_new_phone_number_is_quoted_after_it_changed():
    published_topic("bone", text="Call {day_line} about the spine.")
    clinic = ClinicSettings(pk=1, day_line="020 7946 0000")
    clinic.save()
    call_command("rebuild")
    results = search.search("spine", "en")
    assert "020 7946 0000" in results.quote(results.pages[0])


def test_what_is_behind_the_door_is_neither_found_nor_suggested_nor_offered():
    topic = published_topic("outlook", title="Outlook", text="Survival.")
    SearchWords.objects.create(means="outlook", words=["prognosis"], pages=["outlook"], portals=True)
    assert found("outlook") == ["outlook"] == [topic.slug for topic in search.best_topics("prognosis", "en")]
    publish(new_draft(topic, door="prognosis"))
    for text in ("outlook", "survival", "surv", "prognosis"):
        results = search.search(text, "en")
        assert (results.pages, results.instead) == ((), "")
        assert search.suggest(text, "en") == search.best_topics(text, "en") == []


def test_only_what_changed_is_read_again(monkeypatch):
    topic = published_topic("bone")
    published_topic("lung", title="Lungs")
    found("spine")
    read = []
    original = search_index.documents
    monkeypatch.setattr(search_index, "documents", lambda tables, pks: read.extend(pks) or original(tables, pks))
    publish(new_draft(topic, title="The bones"))
    found("spine")
    found("spine")
    assert read == [topic.pk]


def test_a_key_given_out_again_by_a_restored_database_is_another_revision():
    one, two = published_topic("bone"), published_topic("lung")
    one.live.pk = two.live.pk
    assert search_documents.mark_of(one) != search_documents.mark_of(two)


# --- what is typed is only text --------------------------------------------------------------

TYPED = [
    *('"', 'x" OR *', "*", "title:bone", "bone AND NOT spine", "+bone -spine", "(bone", "bone^9", "bone~2", "[a TO z]"),
    *(
        "/.*/",
        "\\",
        "' OR 1=1 --",
        "{{ 7*7 }}",
        "%s %d",
        "<script>",
        "🙂🙂",
        "\u202e\ufeff\u200b",
        "漢字",
        "ñ",
        "NEAR(a b)",
    ),
    *(
        "a" * 10_000,
        "bone " * 5_000,
        "b o n e " * 100,
        "\x00\x01bone",
        "ﬁ" * 200,
        "e\u0301" * 300,
        "İ",
        "ß",
        "١٢٣",
        "NEAR(a b)",
        "",
    ),
]


@pytest.mark.parametrize("text", TYPED)
def test_odd_text_is_only_text(text):
    published_topic("bone")
    results = search.search(text, "en")
    assert set(results.pages) <= set(Topic.objects.all())
    search.suggest(text, "en")
    search.best_topics(text, "en")


@hypothesis_settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(max_size=300) | st.lists(st.sampled_from([*TYPED[:12], "spine", "bone"]), max_size=8).map(" ".join))
def test_any_text_is_answered(own_folder, text):
    if not Topic.objects.exists():
        published_topic("bone")
    for topic in search.search(text, "en").pages:
        assert topic.live_id
    search.suggest(text, "en")


def test_operators_are_words_like_any_other():
    published_topic("bone", text="The spine.")
    assert found("spine NOT spine") == ["bone"]
    assert found("title:spine") == ["bone"]
    assert found("-spine") == ["bone"]


def test_a_text_is_cut_to_two_hundred_characters_and_twelve_words():
    assert len(words_of("word " * 50)) == 12
    assert words_of("a" * 500) == ["a" * 200]
    published_topic("bone")
    assert found("zzz " * 12 + "spine") == []


def test_quotes_are_escaped_and_the_hit_is_marked():
    text = "A spine & a rib: if a < b, “naïve” spines hurt 🙂 a lot."
    published_topic("bone", text=text)
    results = search.search("spine", "en")
    quote = results.quote(results.pages[0])
    assert "<mark>spine</mark> &amp; a rib: if a &lt; b, “naïve” <mark>spines</mark> hurt 🙂 a lot" in quote
    assert set(re.findall(r"<[^>]*>", quote)) == {"<mark>", "</mark>"}


def test_a_page_found_by_its_title_alone_is_quoted_by_its_summary():
    published_topic("bone", title="Skeleton", summary="If a < b.", text="Nothing.")
    results = search.search("skeleton", "en")
    assert results.quote(results.pages[0]) == "If a &lt; b."


# --- the index -------------------------------------------------------------------------------


def files(folder: Path) -> list[Path]:
    return sorted(file for file in (folder / "en").iterdir() if file.suffix != ".lock")


def test_a_missing_index_is_made_again(own_folder):
    published_topic("bone")
    assert found("spine") == ["bone"]
    shutil.rmtree(own_folder)
    assert found("spine") == ["bone"]
    assert files(own_folder)


def test_an_index_that_is_up_to_date_is_used_as_it_is(own_folder):
    published_topic("bone")
    found("spine")
    before = {file: file.stat().st_mtime_ns for file in files(own_folder)}
    a_new_process()
    assert found("spine") == ["bone"]
    assert {file: file.stat().st_mtime_ns for file in files(own_folder)} == before


def spoil(file: Path, how: str) -> None:
    data = file.read_bytes()
    middle = len(data) // 3
    turned = data[:middle] + bytes([data[middle] ^ 0xFF]) + data[middle + 1 :] if data else b"x"
    file.write_bytes({"empty": b"", "half": data[: len(data) // 2], "turned": turned, "noise": os.urandom(300)}[how])


@pytest.mark.parametrize("how", ["empty", "half", "turned", "noise"])
def test_a_damaged_index_is_made_again(own_folder, how):
    published_topic("bone")
    found("spine")
    for number in range(len(files(own_folder))):
        spoil(files(own_folder)[number], how)
        a_new_process()
        assert found("spine") == ["bone"], files(own_folder)[number]
        assert search_index.reader("en").stamp, "on disk again"


def test_a_foreign_index_is_made_again(own_folder):
    (own_folder / "en").mkdir(parents=True)
    (own_folder / "en" / "meta.json").write_text("{}")
    published_topic("bone")
    assert found("spine") == ["bone"]


def test_an_index_that_fails_while_it_is_asked_is_made_again(monkeypatch):
    class PanicException(BaseException):
        pass

    published_topic("bone")
    faults = [PanicException("mid > len"), ValueError("Data corrupted")]
    original = search_index.Reader.knows

    def failing(reader, stem):
        if faults:
            raise faults.pop()
        return original(reader, stem)

    monkeypatch.setattr(search_index.Reader, "knows", failing)
    assert found("the spine") == ["bone"] if faults.pop(0) else False
    assert not faults


def test_a_panic_of_the_engine_counts_as_damage_and_nothing_else_does():
    panic = type("PanicException", (BaseException,), {})
    with pytest.raises(Unusable), engine_faults():
        raise panic
    with pytest.raises(KeyboardInterrupt), engine_faults():
        raise KeyboardInterrupt


def test_memory_answers_where_no_folder_can_be_made_until_it_can(own_folder, monkeypatch):
    own_folder.write_text("a file stands in the way")
    published_topic("bone")
    assert found("spine") == ["bone"]
    assert search_index.reader("en").stamp is None
    own_folder.unlink()
    assert search_index.reader("en").stamp is None, "not tried at every search"
    monkeypatch.setattr(search_index, "RETRY", 0.0)
    assert found("spine") == ["bone"]
    assert search_index.reader("en").stamp


@contextmanager
def as_nobody():
    """root writes where nobody else may; anybody else is stopped by the permissions themselves."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


def test_memory_answers_where_nothing_may_be_written(own_folder):
    published_topic("bone")
    found("spine")
    a_new_process()
    for path in [own_folder, own_folder / "en", own_folder / "en.lock", *(own_folder / "en").iterdir()]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    publish(new_draft(Topic.objects.get(), body="## Which bones\nThe pelvis.\n"))
    with as_nobody():
        assert found("pelvis") == ["bone"]
    for path in [own_folder, own_folder / "en"]:
        path.chmod(0o755)


def test_memory_answers_while_another_process_keeps_the_index(own_folder, monkeypatch):
    monkeypatch.setattr(search_index, "PATIENCE", 0.05)
    own_folder.mkdir()
    published_topic("bone")
    with (own_folder / "en.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert found("spine") == ["bone"]
        assert search_index.reader("en").stamp is None


def test_rebuild_makes_it_anew(own_folder, capsys):
    published_topic("bone")
    found("spine")
    before = files(own_folder)
    call_command("rebuild")
    assert "1 pages rendered, 1 pages and cards in the search index." in capsys.readouterr().out
    assert files(own_folder) != before
    assert found("spine") == ["bone"]


def test_what_was_typed_is_not_written_anywhere(own_folder, caplog):
    published_topic("bone")
    for text in ("spine secretpatient", "secretpatient"):
        search.search(text, "en")
        search.suggest(text, "en")
    for file in own_folder.rglob("*"):
        assert file.is_dir() or b"secretpatient" not in file.read_bytes()
    assert "secretpatient" not in caplog.text


def test_one_reader_serves_many_threads_at_once():
    published_topic("bone")
    reader = search_index.reader("en")

    def ask(number):
        question = search.understood(["spine", "spien", "bone rib", "rad"][number % 4], reader, half=number % 2 == 0)
        return len(search._hits(question, reader)[1])

    with ThreadPoolExecutor(8) as pool:
        counts = list(pool.map(ask, range(400)))
    assert counts == counts[:4] * 100


WORKER = """
import sys, django
django.setup()
from django.core.management import call_command
from topics import search
from topics.search import index as search_index
if sys.argv[1] == "prepare":
    call_command("migrate", verbosity=0)
    call_command("import_content", sys.argv[2], verbosity=0)
elif sys.argv[1] == "hold":
    with search_index._alone(search_index.folder_of("en")):
        print("held", flush=True)
        sys.stdin.read()
else:
    for _ in range(20):
        assert search.search("spine", "en").pages[0].slug == "bone"
    print("disk" if search_index.reader("en").stamp else "memory")
"""


def a_process(var: Path, *arguments: str) -> subprocess.Popen:
    environment = {**os.environ, "VAR": str(var), "DATABASE_URL": "", "DJANGO_SETTINGS_MODULE": "mbc_site.settings"}
    command = [sys.executable, "-c", WORKER, *arguments]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, text=True, stdin=pipe, stdout=pipe)


@pytest.fixture
def site_on_disk(tmp_path):
    content = tmp_path / "content"
    for name in ("sections.toml", "sites.toml", "sources.toml"):
        content.mkdir(exist_ok=True)
        shutil.copy(settings.CONTENT_DIR / name, content / name)
    (content / "sites").mkdir()
    head = "---\ntitle: Bones\nnumber: 21\nsection: sites\nsites: [bone]\nsummary: About bones.\n---\n"
    (content / "sites" / "bone.md").write_text(f"{head}::: short\n- One point.\n:::\n\n## Where\nThe spine.\n")
    with a_process(tmp_path / "var", "prepare", str(content)) as prepared:
        prepared.communicate()
    assert prepared.returncode == 0
    return tmp_path / "var"


def test_several_processes_that_start_at_once_share_one_index(site_on_disk):
    processes = [a_process(site_on_disk, "search") for _ in range(4)]
    answers = [process.communicate()[0].strip() for process in processes]
    assert [process.returncode for process in processes] == [0] * 4
    assert answers == ["disk"] * 4


def test_a_process_that_was_killed_while_it_wrote_keeps_nobody_out(site_on_disk):
    with a_process(site_on_disk, "hold") as holder:
        assert holder.stdout.readline() == "held\n"
        holder.kill()
    with a_process(site_on_disk, "search") as process:
        assert process.communicate()[0].strip() == "disk"


def test_a_site_s_own_name_finds_its_pages():
    OrganSite.objects.create(slug="bone", names={"en": "Bone", "es": "Hueso"}, abouts={"en": "."})
    make_section()
    published_topic("one", title="Something", text="Nothing.", summary="Nothing.", sites=["bone"])
    assert found("bone") == ["one"]
