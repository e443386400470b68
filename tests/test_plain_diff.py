"""What changed, in plain words: no word is lost, none is believed, and what stayed is left out."""

from hypothesis import given
from hypothesis import strategies as st

from topics import plain_diff
from topics.plain_diff import NEW, OLD, SAME, Piece, as_html, changes, lines_of, words

TEXT = st.lists(st.sampled_from(["call", "now", "if", "you", "feel", "hot", "38", "37.5"]), max_size=25).map(" ".join)
LINES = st.lists(TEXT.filter(bool), max_size=8)


def said(line, *kinds):
    return " ".join(piece.text for piece in line if piece.kind in kinds)


@given(TEXT, TEXT)
def test_old_and_new_can_both_be_read_out_of_a_line(old, new):
    line = words(old, new)
    assert said(line, SAME, OLD) == old
    assert said(line, SAME, NEW) == new


@given(LINES, LINES)
def test_all_that_came_and_went_is_shown_and_equal_texts_show_nothing(old, new):
    found = changes(old, new)
    assert (found == []) == (old == new)
    assert all(any(piece.kind != SAME for piece in line) for line in found)
    shown_old = " ".join(said(line, SAME, OLD) for line in found).split()
    assert set(" ".join(old).split()) - set(" ".join(new).split()) <= set(shown_old)


def test_a_changed_number_is_shown_in_its_sentence():
    line = words(
        "Call us if you are hotter than 38 degrees at night", "Call us if you are hotter than 37.5 degrees at night"
    )
    assert line == (
        Piece(SAME, "Call us if you are hotter than"),
        Piece(OLD, "38"),
        Piece(NEW, "37.5"),
        Piece(SAME, "degrees at night"),
    )


def test_a_few_equal_words_between_two_changes_are_read_with_them():
    line = words("it is a red and blue thing that we know", "it is a green and white thing that we know")
    assert [piece.text for piece in line if piece.kind == NEW] == ["green and white"]


def test_lines_that_stayed_are_left_out():
    assert changes(["one", "two", "three"], ["one", "three"]) == [(Piece(OLD, "two"),)]


def test_what_was_advised_and_is_now_warned_of_is_told_as_such():
    def box(label, item):
        return f'<div class="box"><p class="box-title">{label}</p><ul><li>{item}</li></ul></div><ul><li>after</li></ul>'

    old, new = lines_of(box("Do", "rest after lunch")), lines_of(box("Do not", "rest after lunch"))
    assert old == ["Do", "Do: rest after lunch", "after"]
    assert (Piece(OLD, "Do:"), Piece(NEW, "Do not:"), Piece(SAME, "rest after lunch")) in changes(old, new)


def test_words_are_escaped_and_each_change_begins_with_a_word():
    html = as_html(words("a b c d", "a <script> c d"), "old:", "new:")
    assert html == "a <del><b>old:</b> b</del> <ins><b>new:</b> &lt;script&gt;</ins> c d"


def test_html_becomes_lines_without_citation_numbers():
    html = '<p>One &amp; two <sup class="cite"><a href="#ref-1">1</a></sup>.</p><ul><li>three\n four</li></ul>'
    table = '<table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></table><p><img alt="A spine"></p>'
    assert lines_of(html + table) == ["One & two.", "three four", "A | B", "1 | 2", "[A spine]"]


def test_the_longest_texts_are_compared_in_bounded_time():
    many = ["the same line"] * 5_000
    assert len(changes(many, [*many, "and one more"])) >= 1
    long = " ".join(str(number) for number in range(20_000))
    assert changes([long], [long + " more"]) == [(Piece(NEW, long + " more"),), (Piece(OLD, long),)]
    assert plain_diff.changes([str(n) for n in range(5_000)], [str(-n) for n in range(1, 5_000)])
