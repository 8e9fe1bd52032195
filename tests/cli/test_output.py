import pytest

from afterban.cli import output

HEAD = ("metric", "arm", "difference", "note")
ROWS = (
    ("outsider impressions", "slower", "-9,589 [-122,986, 103,808]", "four more are needed"),
    ("", "faster", "-16,339 [-158,587, 125,909]", ""),
    ("a_name_that_has_no_spaces", "slower", "1", "less"),
)


def shown(monkeypatch, capsys, width, terminal=True):
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setattr(output, "screen_width", lambda: width)
    monkeypatch.setattr(output.sys.stdout, "isatty", lambda: terminal, raising=False)
    output.say_table(HEAD, ROWS, title="Title", right=(2,), fold=(0, 3))
    return capsys.readouterr().out


@pytest.mark.parametrize("width", [200, 120, 90, 84, 80, 60, 40])
def test_no_word_or_number_is_ever_cut(monkeypatch, capsys, width):
    text = shown(monkeypatch, capsys, width)
    assert max(map(len, text.splitlines())) <= width
    words = set(text.replace(";", " ").split())
    for cell in (*HEAD[1:], *(cell for row in ROWS for cell in row)):
        assert set(cell.split()) <= words


def test_a_narrow_screen_gets_paragraphs_under_their_headings(monkeypatch, capsys):
    rows = shown(monkeypatch, capsys, 60).splitlines()
    assert rows[:2] == ["Title", "outsider impressions"]
    assert rows[2].startswith("  arm slower; difference -9,589")
    assert [row for row in rows if row and not row.startswith(" ")] == [
        "Title",
        "outsider impressions",
        "a_name_that_has_no_spaces",
    ]


def test_a_pipe_gets_a_table_of_any_width(monkeypatch, capsys):
    text = shown(monkeypatch, capsys, 20, terminal=False)
    assert "-16,339 [-158,587, 125,909]" in text
    assert "arm slower" not in text


def test_a_table_may_have_no_rows(monkeypatch, capsys):
    monkeypatch.setattr(output, "screen_width", lambda: 80)
    output.say_table(HEAD, [], fold=(0,))
    assert "difference" in capsys.readouterr().out
