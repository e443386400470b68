"""Paste from Word and from the web: what has a form on our pages keeps it, the rest is named."""

import pytest
from playwright.sync_api import expect

from tests.browser import sign_in
from tests.cast import make_section, publisher, with_password

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word">
<head><meta name=Generator content="Microsoft Word 15"><style><!-- @list l0 {mso-list-id:1;} p.MsoNormal {color:red} --></style></head>
<body lang=EN-GB style='tab-interval:36.0pt'><!--StartFragment-->
<h1>Bone pain<o:p></o:p></h1>
<p class=MsoNormal>Tell your team about <b style='mso-bidi-font-weight:normal'>new pain</b> in the
<i>back</i>, see <a href="https://www.cancer.gov/types/breast">NCI</a> and <a href="#_ftn1">note</a>.<o:p></o:p></p>
<h2>What helps</h2>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='font-family:Symbol'><span style='mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp; </span></span></span><![endif]>a pain
diary<o:p></o:p></p>
<p class=MsoListParagraphCxSpMiddle style='mso-list:l0 level2 lfo1'><![if !supportLists]><span style='mso-list:Ignore'>o<span>&nbsp; </span></span><![endif]>on paper</p>
<p class=MsoListParagraphCxSpLast style='mso-list:l0 level1 lfo1'><![if !supportLists]><span style='mso-list:Ignore'>·<span>&nbsp; </span></span><![endif]>gentle walks</p>
<p class=MsoNormal><o:p>&nbsp;</o:p></p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>1.<span>&nbsp; </span></span>First call</p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>2.<span>&nbsp; </span></span>Then go</p>
<table class=MsoTable><tr><td><p class=MsoNormal>Drug</p></td><td><p class=MsoNormal>Dose</p></td></tr>
<tr><td><p class=MsoNormal>A</p></td><td><p class=MsoNormal>1</p></td></tr></table>
<p class=MsoNormal><img width=100 src="file:///C:/pictures/image001.png"></p>
<!--EndFragment--></body></html>"""
FROM_WORD = """## Bone pain

Tell your team about **new pain** in the back, see [NCI](https://www.cancer.gov/types/breast) and note.

### What helps

- a pain diary
  - on paper
- gentle walks

1. First call
2. Then go

| Drug | Dose |
| --- | --- |
| A | 1 |"""

WEB = """<meta charset='utf-8'><b style="font-weight:normal" id="docs-internal-guid-1"><h3 dir="ltr"><span
style="font-size:14pt;font-weight:400">Signs</span></h3><p dir="ltr"><span style="font-weight:700">Call</span><span>
your team</span></p><ul><li dir="ltr"><p><span>at 5 * 3</span></p></li><li><p>at night</p><ol><li>now</li></ol></li></ul>
<p>2. not a list<br># nor a heading</p><script>alert(1)</script><a href="javascript:alert(1)">odd</a><sup class="cite"><a href="#ref-1">1</a></sup></b>"""
FROM_WEB = """## Signs

**Call** your team

- at 5 \\* 3
- at night
  1. now

2\\. not a list

\\# nor a heading

odd"""

PASTE = """([box, html, plain]) => {
  const clipboardData = new DataTransfer();
  if (html) clipboardData.setData("text/html", html);
  clipboardData.setData("text/plain", plain);
  return box.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def body(page, live_server):
    make_section()
    with_password(publisher())
    sign_in(page, live_server.url, "publisher")
    page.goto(f"{live_server.url}/admin/topics/topic/add/")
    expect(page.frame_locator("#preview").locator("article")).to_be_visible()
    body = page.locator("#id_body")
    body.fill("")
    return body


def paste(page, body, html: str, plain: str = "plain words") -> bool:
    """Whether the browser was left to paste by itself."""
    return page.evaluate(PASTE, [body.element_handle(), html, plain])


def test_word_keeps_headings_lists_links_bold_and_tables_and_says_what_it_lost(page, body):
    assert not paste(page, body, WORD)
    assert body.input_value() == FROM_WORD
    told = page.locator(".toolbar-answer")
    for words in ("pictures (1)", "italics (1)", "links that lead nowhere outside that text (1)", "Ctrl+Z"):
        expect(told).to_contain_text(words)
    page.keyboard.press("Control+z")
    assert body.input_value() == ""
    assert page.complaints == []


def test_the_web_keeps_its_form_and_no_script_or_odd_link_comes_in(page, body):
    assert not paste(page, body, WEB)
    assert body.input_value() == FROM_WEB
    expect(page.locator(".toolbar-answer")).to_contain_text("numbers of sources (1)")


@pytest.mark.parametrize(
    "html", ["", "<meta charset='utf-8'><span style='color:red'>words</span>", "<p>one</p><p>two</p>"]
)
def test_plain_text_is_left_to_the_browser(page, body, html):
    assert paste(page, body, html)
    assert body.input_value() == ""
