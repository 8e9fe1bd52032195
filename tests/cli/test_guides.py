"""Words that are no commands lead to the page that says how it is done."""

from __future__ import annotations

from pathlib import Path

import pytest

from afterban.cli import COMMANDS, GUIDES, page_of

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("word", sorted(GUIDES))
def test_every_guide_is_there_and_its_word_is_no_command(word):
    page, _, command = GUIDES[word].partition(" (`afterban ")
    assert (ROOT / page).is_file()
    assert word not in COMMANDS
    if command:
        assert command.split()[0].rstrip("`)") in COMMANDS


@pytest.mark.parametrize("word", ["estimate", "estimat"])
def test_what_is_no_command_names_its_page_and_not_the_nearest_word(cli, word):
    told = cli(word, "minimal")
    assert told.code == 2
    assert told.err.strip() == (
        f"afterban: `{word}` is no command, but a guide says how: docs/howto/calibrate.md"
    )


@pytest.mark.parametrize(("word", "command"), [("compar", "compare"), ("breakven", "breakeven")])
def test_a_slip_of_a_command_is_met_with_the_command(cli, word, command):
    assert page_of(word) is None
    assert f"did you mean `{command}`?" in cli(word).err


def test_every_page_of_the_guides_has_a_word_or_a_command():
    pages = {text.split()[0].removeprefix("docs/howto/") for text in GUIDES.values()}
    here = {page.name for page in (ROOT / "docs" / "howto").glob("*.md")} - {"index.md"}
    assert here <= pages
