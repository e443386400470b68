"""From Markdown to what a reader sees: nothing unsafe, nothing lost in silence, the same every time."""

import json
import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.utils.safestring import SafeString
from hypothesis import given, settings
from hypothesis import strategies as st

from topics.cards import Numbers
from topics.problems import Problem, blocking
from topics.rendering import WORDS, Inputs, PageSection, Rendered, render, render_card
from topics.sanitising import ATTRIBUTES, CLASSES, TAGS, cleaned, safe_attribute, safe_url
from topics.source import compose
from topics.terms import Term

SAMPLES = Path(__file__).parent / "samples"
FEATURES = sorted(path.stem for path in SAMPLES.glob("*.md") if path.stem != "hostile")

BARE = Inputs(
    references=frozenset(["A-ONE", "B-TWO", "C-THREE"]),
    terms=(
        Term("scan", "Scan", "A picture.", ("Scan", "scans")),
        Term("bone-scan", "Bone scan", "A picture of bones.", ("Bone scan",)),
        Term("ct", "CT", "A kind of scan.", ("CT",)),
        Term("dna-test", "DNA test", "A test.", ("DNA test", "DNA")),
        Term("groesse", "Größe", "Size.", ("Größe",)),
    ),
    addresses=frozenset(["/topics/bone/"]),
    numbers=Numbers(emergency="999", day_line="020 7946 0000"),
)


def a_card(title, level, text, given=BARE, slug="card"):
    return render_card(compose(text, title=title, kind="card", level=level, summary="S"), slug, given)


GIVEN = replace(
    BARE,
    cards={
        "jaundice": a_card(
            "Yellow skin", "today", "- your skin is yellow [@C-THREE]\n\nA scan helps.\n", slug="jaundice"
        ),
        "possible-fracture": a_card("A break", "now", "- a bone hurts [@A-ONE]\n", slug="possible-fracture"),
    },
)


def rendered(body, given=GIVEN):
    return render(a_page(body), given)


def a_page(body):
    return compose(body, title="T", section="s", summary="S")


def shown(page):
    """A rendering's parts in the order of the page, and its problems, as one text."""
    parts = [("short", page.short), ("lead", page.lead)]
    parts += [(f'section id="{part.id}" title="{part.title}"', part.html) for part in page.sections]
    parts.append(("questions", page.questions))
    marked = "".join(
        f"<!-- {name} -->\n{html.rstrip()}\n" for name, html in parts if html or name.startswith("section")
    )
    first = a_page("x").body_line - 1
    return marked + "".join(f"<!-- line {p.line - first}: {p.what} {p.mend} -->\n" for p in page.problems)


def problems_of(body, given=GIVEN):
    """The lines, counted from the body's first, and what is wrong there."""
    first = a_page("x").body_line - 1
    return [(problem.line - first, problem.what) for problem in rendered(body, given).problems]


def words_of(html):
    parser = HTMLParser()
    found = []
    parser.handle_data = found.append
    parser.feed(html)
    return "".join("".join(found).split())


# --- samples ---------------------------------------------------------------------------------


@pytest.mark.parametrize("feature", FEATURES)
def test_a_sample_renders_as_written_beside_it(feature):
    text = (SAMPLES / f"{feature}.md").read_text()
    assert shown(rendered(text)) == (SAMPLES / f"{feature}.html").read_text()


@pytest.mark.parametrize("feature", FEATURES)
def test_a_rendering_goes_through_json_and_comes_back_the_same(feature):
    page = rendered((SAMPLES / f"{feature}.md").read_text())
    assert Rendered.from_data(json.loads(json.dumps(page.as_data()))) == page
    assert Rendered.from_data(page.as_data()) == page


@pytest.mark.parametrize("feature", FEATURES)
def test_rendering_twice_gives_the_same(feature):
    text = (SAMPLES / f"{feature}.md").read_text()
    assert rendered(text) == rendered(text)


# --- safety ----------------------------------------------------------------------------------

HREF = re.compile(
    r"https?://[a-z0-9][^\s\"'<>\\@]*|mailto:[^\s\"'<>\\/]+|tel:[0-9+*#]{2,30}|/topics/bone/(#s-[a-z-]+)?|/[^/\\][^\s\"'<>\\]*"
    r"|#(word|ref|s)-[a-z0-9-]+"
)
ANY = re.compile(r".*", re.DOTALL)
BARE_TAGS = ("br", "hr", "ul", "li", "strong", "em", "s", "blockquote", "code", "pre", "table", "thead", "tbody", "tr")
# Written down a second time, apart from the sanitiser's own lists: widening those has to be decided here too.
ALLOWED = {
    **{tag: {} for tag in BARE_TAGS},
    **{f"h{level}": {"id": re.compile(r"s-[a-z0-9-]+")} for level in (3, 4, 5, 6)},
    "p": {"class": re.compile("box-title")},
    "ol": {"start": re.compile("[0-9]{1,9}")},
    "sup": {"class": re.compile("cite")},
    "a": {
        "href": HREF,
        "title": ANY,
        "rel": re.compile("noopener noreferrer"),
        "class": re.compile("term|tel"),
        "aria-label": ANY,
    },
    "img": {
        "src": re.compile(r"/media/[0-9a-f]{2}/[0-9a-f-]{36}\.(jpg|png|webp)"),
        "alt": ANY,
        "title": ANY,
        "loading": re.compile("lazy"),
    },
    "div": {
        "class": re.compile("do|dont|table"),
        "role": re.compile("region"),
        "tabindex": re.compile("0"),
        "aria-label": ANY,
    },
    "th": {"class": re.compile("align-(right|center)"), "scope": re.compile("col")},
    "td": {"class": re.compile("align-(right|center)")},
}
VOID = {"br", "hr", "img"}


class Strict(HTMLParser):
    """Fails on anything but allowed tags, each closed in its turn."""

    def __init__(self, html):
        super().__init__()
        self.open = []
        self.feed(html)
        self.close()
        assert self.open == [], f"never closed: {self.open}"

    def handle_starttag(self, tag, attrs):
        assert tag in ALLOWED, tag
        assert len(dict(attrs)) == len(attrs), attrs
        for name, value in attrs:
            assert name in ALLOWED[tag], (tag, name)
            assert value is not None and ALLOWED[tag][name].fullmatch(value), (tag, name, value)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag, tag

    def handle_comment(self, data):
        raise AssertionError(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def check(page):
    for html in (page.short, page.lead, page.questions, *(section.html for section in page.sections)):
        Strict(html)
    for section in page.sections:
        assert re.fullmatch(r"s-[a-z0-9-]+", section.id)
        assert not isinstance(section.title, SafeString), "A title is text: the template escapes it."


def hostile():
    for part in re.split(r"^=== ", (SAMPLES / "hostile.md").read_text(), flags=re.MULTILINE)[1:]:
        name, text = part.split("\n", 1)
        yield pytest.param(name.split(":")[0], text.rstrip("\n") + "\n", id=name)


HOSTILE = list(hostile())
CONTEXTS = (
    *("{}", "## Section\n\n{}\n\nAfter.\n", "- {}", "> {}", "| a | b |\n|---|---|\n| {} | c |\n", "**{}**"),
    *("::: do\n{}\n:::\n", "::: short\n{}\n:::\n", "::: questions\n{}\n:::\n", "::: card jaundice\n\n{}"),
    *("## {}", "### {}", "[{}](https://example.org/)", "![{}](/media/ab/01234567-89ab-4def-8123-456789abcdef.png)"),
)


def test_there_are_many_hostile_inputs():
    assert len(HOSTILE) >= 130
    assert len({parameters.values[1] for parameters in HOSTILE}) == len(HOSTILE)


@pytest.mark.parametrize(("kind", "text"), HOSTILE)
def test_nothing_outside_the_list_survives_and_every_tag_is_closed(kind, text):
    without_cards = replace(GIVEN, cards={slug: replace(card, html="") for slug, card in GIVEN.cards.items()})
    for context in CONTEXTS:
        check(rendered(context.replace("{}", text), without_cards))


@pytest.mark.parametrize(("kind", "text"), HOSTILE)
def test_what_was_taken_out_is_told_with_its_line_and_nothing_else_is(kind, text):
    found = problems_of(text)
    if kind.startswith("told"):
        assert {line for line, _ in found} == {int(kind.removeprefix("told "))}, found
        assert all(problem.blocks and problem.mend for problem in rendered(text).problems)
    else:
        assert found == []


@pytest.mark.parametrize(("kind", "text"), [one for one in HOSTILE if one.values[0] == "text"])
def test_raw_html_stays_words_that_its_writer_can_see(kind, text):
    page = rendered(text)
    assert unescape(words_of(page.lead)) == unescape("".join(text.split()))
    assert set(re.findall(r"<([a-z0-9]+)", page.lead)) <= {"p", "br", "pre", "code"}


@pytest.mark.parametrize(("kind", "text"), HOSTILE)
def test_a_card_made_of_hostile_words_stays_closed_and_says_so(kind, text):
    card = a_card(" ".join(text.split())[:100], "now", text)
    opening, body = card.html.split("</h2>", 1)
    body, closing = body.rsplit('<p class="card-call">', 1)
    Strict(body)
    assert re.findall(r"<(\w+)", opening) == ["section", "p", "h2", "span"]
    assert re.findall(r"<(/?\w+)", closing) == ["a", "/a", "br", "br", "a", "/a", "/p", "/section"]
    assert bool(card.problems) >= kind.startswith("told")


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.sampled_from([part for one in HOSTILE for part in re.split(r"(\W)", one.values[1]) if part]), max_size=40
    )
)
def test_hostile_pieces_in_any_order_never_leave_the_list(pieces):
    check(rendered("x " + "".join(pieces)))


# --- the sanitiser on its own ----------------------------------------------------------------

REFUSED_URLS = [
    *(
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        " javascript:alert(1)",
        "java\tscript:alert(1)",
        "\x01javascript:a",
    ),
    *("vbscript:x", "data:text/html,x", "file:///etc", "blob:x", "about:blank", "ftp://a.b", "ws://a.b", "HTTPS://A.B"),
    *(
        "//a.b",
        "/\\a.b",
        "\\\\a.b",
        "/a//b",
        "/\ta",
        "/a b",
        "/a\tb",
        "/a\nb",
        "/a\n",
        '/a"b',
        "/a'b",
        "/a<b",
        "/a>b",
        "/a`b",
    ),
    *(
        "https:a.b",
        "https:/a.b",
        "https:///a.b",
        "https://",
        "https://?a",
        "https://#a",
        "https://a.b//c",
        "https://a b",
    ),
    *("http://a@b.c", "https://a.b\\c", "https://a.b/\x00", "https://a.b/\x7f", "https://a.b/\n", "https://a.b\u2028"),
    *("", "#", "#main", "#s-A", "#s-a\n", "#word_a", "a", "./a", "../a", "?a", "\u00a0https://a.b"),
    *("mailto:", "mailto:a/b", "mailto:a b", "mailto:a@b.c\n", "tel:", "tel:1", "tel:12a", "tel:+44 20", "tel:112\n"),
]


@pytest.mark.parametrize("url", REFUSED_URLS)
def test_an_address_that_a_browser_could_read_twice_is_refused(url):
    assert not safe_url(url)
    assert safe_attribute("a", "href", url) is None


HONEST_URLS = [
    *("https://a.b", "http://a.b:80/c?d=e&f#g", "https://a.b/~c,(d)", "/", "/a/b/?c=d#e", "mailto:a@b.c?subject=x"),
    *("tel:15", "tel:+442079460000", "tel:*123#", "#word-a-1", "#ref-12", "#s-pain-2"),
]


@pytest.mark.parametrize("url", HONEST_URLS)
def test_an_honest_address_passes(url):
    assert safe_url(url)
    assert safe_attribute("a", "href", url) == url


ATTRIBUTE_VALUES = [
    ("a", "class", "term", True),
    ("a", "class", "card", False),
    ("a", "class", "term tel", False),
    ("a", "class", "term\n", False),
    ("p", "class", "tel", False),
    ("div", "class", "do", True),
    ("div", "class", "short", False),
    ("section", "class", "card", False),
    ("h3", "id", "s-pain", True),
    ("h3", "id", "pain", False),
    ("h3", "id", "s-Pain", False),
    ("h3", "id", "s-pain\n", False),
    ("h3", "id", "s-", False),
    ("a", "rel", "noopener noreferrer", True),
    ("a", "rel", "opener", False),
    ("th", "scope", "col", True),
    ("th", "scope", "row", False),
    ("div", "role", "region", True),
    ("div", "role", "alert", False),
    ("div", "tabindex", "0", True),
    ("div", "tabindex", "1", False),
    ("img", "loading", "lazy", True),
    ("img", "loading", "eager", False),
    ("ol", "start", "999999999", True),
    ("ol", "start", "-1", False),
    ("img", "src", "/media/ab/01234567-89ab-4def-8123-456789abcdef.webp", True),
    ("img", "src", "/media/ab/01234567-89ab-4def-8123-456789abcdef.webp\n", False),
    ("img", "src", "/media/ab/01234567-89ab-4def-8123-456789abcdef.svg", False),
    ("img", "src", "https://a.b/media/ab/01234567-89ab-4def-8123-456789abcdef.png", False),
    ("a", "title", 'any "words" <b>', True),
]


@pytest.mark.parametrize(("tag", "name", "value", "stays"), ATTRIBUTE_VALUES)
def test_an_attribute_stays_only_with_a_value_that_we_make(tag, name, value, stays):
    assert safe_attribute(tag, name, value) == (value if stays else None)


def test_the_lists_of_the_sanitiser_are_those_that_this_file_allows():
    assert set(ALLOWED) == TAGS
    assert {tag: set(names) for tag, names in ATTRIBUTES.items()} == {t: set(a) for t, a in ALLOWED.items() if a}
    for tag, classes in CLASSES.items():
        assert all(ALLOWED[tag]["class"].fullmatch(name) for name in classes)


@pytest.mark.parametrize(
    ("html", "clean", "lost"),
    [
        ("<p>a", "<p>a</p>", False),
        ("a</div></section>", "a", False),
        ("<p>a<!-- b --></p>", "<p>a</p>", False),
        ('<p title="&gt;" lang="en">a</p>', "<p>a</p>", True),
        ('<a title="a > b" href="/">a</a>', '<a title="a &gt; b" href="/">a</a>', False),
        ("<p style='x' onclick=a id=b>a</p>", "<p>a</p>", True),
        ("<script>a</script><style>b</style>c", "c", True),
        ("<svg><a href='#s-a'>x</a></svg>c", "c", True),
        ("<math><mi>x</mi></math>c", "c", True),
        ('<a href="javascript:a">x</a>', "<a>x</a>", True),
        ('<img src="//a.b/c.png" alt="x">', '<img alt="x">', True),
    ],
)
def test_the_sanitiser_closes_what_is_open_and_says_when_it_took_something_out(html, clean, lost):
    assert cleaned(html) == (clean, lost)


# --- what pages may hold ---------------------------------------------------------------------


def test_citations_are_numbered_by_first_use_over_the_whole_page():
    page = rendered("::: short\n- a [@B-TWO]\n:::\n\n## One\nb [@A-ONE; @B-TWO]\n\n## Two\nc [@C-THREE]\n")
    assert page.citations == ("B-TWO", "A-ONE", "C-THREE")
    assert re.findall(r"#ref-\d", page.short + page.sections[0].html + page.sections[1].html) == [
        *("#ref-1", "#ref-1", "#ref-2", "#ref-3")
    ]
    assert 'aria-label="Source 1"' in page.short


def test_what_a_card_cites_comes_after_what_the_page_cites():
    assert rendered("::: card possible-fracture\n\nText [@B-TWO]\n").citations == ("B-TWO", "A-ONE")


def test_an_unknown_source_is_named_with_its_line():
    assert problems_of("a\nb [@NOT-THERE; @A-ONE]\n") == [(2, "There is no source named “NOT-THERE”.")]
    assert rendered("a\nb [@NOT-THERE; @A-ONE]\n").citations == ("A-ONE",)


@pytest.mark.parametrize(
    "wrong", ["[@A-ONE, @B-TWO]", "[@A-ONE;]", "[@ A-ONE]", "[@]", "[@A-ONE", "[@A ONE]", "[see @A-ONE]; [@x"]
)
def test_a_citation_in_another_form_is_told(wrong):
    assert problems_of(f"a\n\nb {wrong}\n") == [(3, "This citation is not in the right form.")]


def test_a_citation_that_would_define_a_link_is_told():
    assert (3, "A colon makes this citation the definition of a link.") in problems_of("a\n\n[@A-ONE]: word\n")


def test_a_citation_in_a_link_is_told_and_links_never_stand_in_links():
    assert problems_of("a\n[b [@A-ONE]](https://example.org/)\n") == [(2, "This link is not in the right form.")]
    page = rendered("[a scan {day_line}](https://example.org/)\n")
    assert page.lead.count("<a ") == 1 and "020 7946 0000" in page.lead


def test_a_glossary_word_is_linked_once_in_every_section():
    page = rendered("A scan, a scan.\n\n## One\nA scan, *scans*.\n\n### Small\nA scan.\n\n## Two\nA scan.\n")
    assert [part.count('href="#word-scan"') for part in (page.lead, page.sections[0].html, page.sections[1].html)] == [
        *(1, 1, 1)
    ]
    assert page.terms == ("scan",)


def test_a_card_between_two_paragraphs_does_not_start_the_glossary_again():
    assert rendered("A scan.\n\n::: card jaundice\n\nA scan.\n").lead.count("#word-scan") == 1


@pytest.mark.parametrize(
    "text",
    [
        "### A scan",
        "`a scan`",
        "    a scan",
        "[a scan](https://example.org/)",
        "![a scan](/media/ab/01234567-89ab-4def-8123-456789abcdef.png)",
        "::: short\n- a scan\n:::",
        "::: questions\n- a scan\n:::",
        "::: card jaundice",
        "scanner, ascan, scan-like, pre-scan, scan_1",
        "a ct, Ct",
    ],
)
def test_a_glossary_word_is_not_linked_there(text):
    page = rendered(text)
    assert "#word-" not in page.short + page.lead + page.questions
    assert page.terms == ()


@pytest.mark.parametrize(
    ("text", "slug"),
    [("a Scan", "scan"), ("SCANS", "scan"), ("a bone scan", "bone-scan"), ("a bone\u00a0scan", "bone-scan")]
    + [("a CT.", "ct"), ("(DNA)", "dna-test"), ("die GRÖSSE größe", "groesse"), ("“scan”", "scan")],
)
def test_a_spelling_leads_to_its_longest_term(text, slug):
    assert rendered(text).terms == (slug,)


def test_a_number_that_is_set_is_a_phone_link_and_one_that_is_not_says_so():
    page = rendered("{emergency}, {day_line}, {night_line}\n")
    assert '<a href="tel:999" class="tel">999</a>' in page.lead
    assert '<a href="tel:02079460000" class="tel">020 7946 0000</a>' in page.lead
    assert WORDS["night_line"] in page.lead
    assert page.numbers == ("emergency", "day_line", "night_line")
    assert "020 7946 0000" in page.text and WORDS["night_line"] in page.text


def test_a_number_of_two_digits_is_a_link_too():
    page = rendered("{emergency}", replace(GIVEN, numbers=Numbers(emergency="15")))
    assert 'href="tel:15"' in page.lead and page.problems == ()


@pytest.mark.parametrize(
    "wrong",
    ["{dayline}", "{Emergency}", "{ emergency }", "{day line}", "{línea_de_día}", "{{emergency}}", "{{ day_line }}"],
)
def test_a_number_that_nobody_knows_is_told_and_stays_as_typed(wrong):
    page = rendered(f"a\nb {wrong} c")
    assert [problem.what.split("”")[1] for problem in page.problems] == [" is not a number this site knows."]
    assert page.problems[0].line == a_page("x").body_line + 1
    assert wrong.strip("{} ") in page.lead


def test_words_of_the_renderer_come_in_the_language_of_the_page():
    spanish = replace(
        GIVEN, language="es", words={"night_line": "el número", "table": "Tabla", "source": "Fuente", "do": "Haga"}
    )
    page = rendered("{night_line} [@A-ONE]\n\n|a|\n|-|\n\n::: do\n- x\n:::\n", spanish)
    assert "el número" in page.lead and 'aria-label="Tabla"' in page.lead
    assert 'aria-label="Fuente 1"' in page.lead and '<p class="box-title">Haga</p>' in page.lead


def test_a_table_says_where_its_columns_begin_and_how_they_align():
    html = rendered("|a|b|c|\n|:-|:-:|-:|\n|d|e|f|\n").lead
    assert re.findall(r"<th [^>]*>", html) == [
        *('<th scope="col">', '<th class="align-center" scope="col">', '<th class="align-right" scope="col">')
    ]
    assert re.findall(r"<td[^>]*>", html) == ["<td>", '<td class="align-center">', '<td class="align-right">']
    assert "style" not in html


def test_heading_ids_are_unique_and_do_not_change_with_what_stands_around_them():
    body = "## Pain\n### Pain\n## Pain\n### Pain at 5_pm [@A-ONE]\n## Pain 2\n"
    page = rendered(body)
    sections = [section.id for section in page.sections]
    assert sections == ["s-pain", "s-pain-2", "s-pain-2-2"]
    assert re.findall(r' id="([^"]+)"', "".join(section.html for section in page.sections)) == [
        *("s-pain-3", "s-pain-at-5-pm")
    ]
    later = rendered(f"::: short\n### Pain\nCiting [@B-TWO; @C-THREE].\n:::\n\n{body}## More\n")
    assert [section.id for section in later.sections] == [*sections, "s-more"]
    assert 'id="s-pain-at-5-pm"' in later.sections[1].html


def test_ten_thousand_words_in_a_heading_and_a_thousand_equal_headings_have_ids():
    page = rendered("### " + "pain " * 3_000 + "\n\n" + "### pain\n" * 390)
    ids = re.findall(r' id="([^"]+)"', page.lead)
    assert len(set(ids)) == 391 and max(map(len, ids)) < 70


def test_short_and_questions_are_taken_out_of_the_flow():
    page = rendered("Lead.\n\n::: short\n- one\n:::\n\n## A\nText.\n\n::: questions\n- why?\n:::\n\nMore.\n")
    assert (words_of(page.short), words_of(page.questions)) == ("one", "why?")
    assert words_of(page.lead) == "Lead." and words_of(page.sections[0].html) == "Text.More."
    assert page.text.split("\n") == ["one", "Lead.", "Text.", "More.", "why?"]
    assert page.sections[0].text == "Text.\nMore."


def test_a_second_short_box_is_told_with_its_line():
    assert problems_of("::: short\n- a\n:::\n\n::: short\n- b\n:::\n") == [
        (5, "“::: short” stands here a second time.")
    ]


WRONG_BOXES = {
    "an unknown box": ("a\n\n::: warning\n- b\n:::\n", 3, "“::: warning” is not a box this site knows."),
    "a box with words": ("::: do this\n- b\n:::\n", 1, "“::: do” is not a box this site knows."),
    "a box never closed": ("a\n\n::: do\n- b\n", 3, "“::: do” is never closed."),
    "a box closed too briefly": ("a\n\n:::: do\n- b\n:::\n", 3, "“::: do” is never closed."),
    "a box in a box with one end": ("::: do\n::: dont\na\n:::\n", 2, "“::: dont” is never closed."),
    "an end without a box": ("a\n\n:::\n", 3, "“:::” closes a box that is not open."),
    "an end in the middle of a paragraph": ("a\nb\n:::\n", 3, "“:::” closes a box that is not open."),
    "an empty box": ("a\n\n::: do\n:::\n", 3, "“::: do” is empty."),
    "an empty short box": ("a\n\n::: short\n:::\n", 3, "“::: short” is empty."),
    "two empty short boxes": ("::: short\n:::\n\n::: short\n:::\n", 4, "“::: short” stands here a second time."),
    "a short box in a quote": ("> ::: short\n> - a\n> :::\n", 1, "This box stands inside another one."),
    "questions in a list": ("- a\n\n  ::: questions\n  - b\n  :::\n", 3, "This box stands inside another one."),
    "boxes three deep": ("::::: do\n:::: do\n::: do\na\n:::\n::::\n:::::\n", 3, "This box stands inside another one."),
    "a conflict": ("a\n\n:::: conflict\nb\n::::\n", 3, "Two texts meet here: the site's and the files'."),
    "a conflict in code": ("```\n:::: conflict\n```\n", 2, "Two texts meet here: the site's and the files'."),
    "an unknown box in a list": ("- a\n- ::: warning\n", 2, "“::: warning” is not a box this site knows."),
    "an unknown box in a quote": ("> a\n>\n> ::: warning\n", 3, "“::: warning” is not a box this site knows."),
    "an unknown card": ("a\n\n::: card none\n", 3, "There is no live card named “none”."),
    "a card without a name": ("a\n\n::: card\n", 3, "“::: card” names no card."),
    "a card with two names": ("a\n\n::: card jaundice now\n", 3, "“::: card jaundice now” names no card."),
    "a card twice": ("::: card jaundice\n\n::: card jaundice\n", 3, "The card “jaundice” stands here a second time."),
    "a card in a box": ("::: do\n::: card jaundice\n:::\n", 2, "A card stands inside another box or list."),
    "a card in a short box": ("::: short\n::: card jaundice\n:::\n", 2, "A card stands inside another box or list."),
    "a card in a list": ("a\n\n- ::: card jaundice\n", 3, "A card stands inside another box or list."),
    "a card in a quote": ("> ::: card jaundice\n", 1, "A card stands inside another box or list."),
    "a page title": ("a\n\n# b\n", 3, "“#” makes a second page title."),
    "an underlined page title": ("a\n\nb\n===\n", 3, "“#” makes a second page title."),
    "a skipped level": ("## a\n#### b\n", 2, "This heading skips a level."),
    "a heading in a box": ("::: do\n## a\n:::\n", 2, "This heading stands inside a box, list or quote."),
    "an empty heading": ("a\n\n##\n", 3, "This heading is empty."),
    "a number in a heading": ("a\n\n## Call {emergency}\n", 3, "This heading holds more than words."),
    "a citation in a heading": ("a\n\n## b [@A-ONE]\n", 3, "This heading holds more than words."),
    "a link in a heading": ("a\n\n## [b](https://example.org/)\n", 3, "This heading holds more than words."),
    "a picture without words": (
        *("a\n![ ](/media/ab/01234567-89ab-4def-8123-456789abcdef.png)\n", 2, "This picture has no description."),
    ),
    "a picture that is described and decorative": (
        '![a](/media/ab/01234567-89ab-4def-8123-456789abcdef.png "decorative")\n',
        *(1, "This picture is described and called decorative."),
    ),
    "a picture with another title and no words": (
        '![](/media/ab/01234567-89ab-4def-8123-456789abcdef.png "Decorative")\n',
        *(1, "This picture has no description."),
    ),
    "a number in a picture's words": (
        "![a {emergency}](/media/ab/01234567-89ab-4def-8123-456789abcdef.png)\n",
        *(1, "A picture's description holds a citation or a number."),
    ),
}


def test_a_decorative_picture_says_nothing_to_who_cannot_see_it():
    page = rendered('![](/media/ab/01234567-89ab-4def-8123-456789abcdef.png "decorative")\n')
    assert not blocking(page.problems)
    assert '<img src="/media/ab/01234567-89ab-4def-8123-456789abcdef.png" alt="" loading="lazy">' in page.lead


@pytest.mark.parametrize(("body", "line", "what"), WRONG_BOXES.values(), ids=WRONG_BOXES)
def test_a_misplaced_or_unknown_part_is_named_with_its_line_and_blocks(body, line, what):
    assert (line, what) in problems_of(body)
    assert blocking(rendered(body).problems)


def test_colons_in_code_and_in_the_middle_of_a_line_are_words():
    assert problems_of("```\n::: warning\n```\n\n    ::: warning\n\n`::: warning` and a ::: b\n") == []


def test_a_card_called_by_a_page_stands_whole_and_unchanged():
    page = rendered("Lead.\n\n::: card jaundice\n\nAfter.\n")
    assert page.lead == f"<p>Lead.</p>\n{GIVEN.cards['jaundice'].html}<p>After.</p>\n"
    assert page.cards == ("jaundice",)


@pytest.mark.parametrize(
    ("level", "numbers", "said", "not_said"),
    [
        ("emergency", Numbers(emergency="999"), ['Call <a class="tel" href="tel:999">999</a> now if:'], ["card-call"]),
        ("emergency", Numbers(), ["Call your local emergency number now if:"], ["tel:", "card-call"]),
        (
            "now",
            Numbers("999", "020 1", "020 2"),
            ["By day:", "020 1", "Evenings", "020 2", "nobody answers"],
            [WORDS["number-not-set"]],
        ),
        ("now", Numbers("999", "020 1", "020 1"), ["020 1"], ["By day:", "Evenings", WORDS["number-not-set"]]),
        ("today", Numbers("999", "020 1"), ["By day:", WORDS["number-not-set"]], ["Evenings", "nobody answers"]),
        ("today", Numbers(), [WORDS["number-not-set"]], ["tel:"]),
        ("visit", Numbers("999", "020 1", "020 2"), ["at your next visit"], ["card-call", "tel:"]),
    ],
)
def test_a_card_says_what_to_do_and_which_number_to_call(level, numbers, said, not_said):
    html = a_card("Title & more", level, "- sign [@A-ONE]\n", replace(BARE, numbers=numbers)).html
    assert [words for words in said if words not in html] == []
    assert [words for words in not_said if words in html] == []
    assert '<span class="card-title">Title &amp; more</span>' in html and "<sup" not in html


@pytest.mark.parametrize("body", ["## a\n", "- a\n\n::: do\n- b\n:::\n", "::: card jaundice\n"])
def test_a_card_holds_no_headings_boxes_or_cards(body):
    found = [problem for problem in a_card("T", "now", f"a\n\n{body}").problems if "A card holds only" in problem.what]
    assert len(found) == 1 and found[0].blocks


def test_a_card_is_not_rendered_as_a_page():
    source = compose("- a\n", title="T", kind="card", level="now", summary="S")
    assert [problem.what for problem in render(source, GIVEN).problems] == ["This is a card, not a page."]


def test_links_and_pictures_are_listed_as_a_reader_follows_them():
    page = rendered(
        "[a](/topics/bone/#s-x) [b](https://example.org/) [c](tel:999)\n\n"
        "![d](/media/ab/01234567-89ab-4def-8123-456789abcdef.png)\n"
    )
    assert page.links == ("/topics/bone/", "https://example.org/")
    assert page.images == ("/media/ab/01234567-89ab-4def-8123-456789abcdef.png",)
    assert page.lead.count('rel="noopener noreferrer"') == 1


def test_a_link_to_an_unknown_page_is_told_with_the_line_inside_its_paragraph():
    assert problems_of("one\ntwo [a](/topics/none/)\nthree [b](/topics/bone)\n") == [
        (2, "The link “/topics/none/” leads nowhere on this site."),
        (3, "The link “/topics/bone” leads nowhere on this site."),
    ]


def test_problem_lines_count_from_the_first_line_of_the_file():
    source = compose("{x}\n", title="T", section="s", summary="S", verify=["a", "b"], order=3)
    assert source.text.split("\n")[render(source, GIVEN).problems[0].line - 1] == "{x}"


def test_problems_stand_in_the_order_of_their_lines_and_each_once():
    page = rendered("{x} {x}\n\n[@NONE] [@NONE]\n")
    assert list(page.problems) == sorted(set(page.problems)) and len(page.problems) == 2


def test_a_rendering_is_values_only():
    page = Rendered(
        sections=(PageSection("s-a", "A", "<p>a</p>", "a"),), problems=(Problem(1, "a", "b"),), terms=("x",)
    )
    assert Rendered.from_data(json.loads(json.dumps(page.as_data()))) == page


@settings(deadline=None)
@given(st.text(max_size=300))
def test_no_text_makes_rendering_raise(text):
    page = rendered(f"x{text}")
    check(page)
    assert all(problem.what and problem.mend for problem in page.problems)
