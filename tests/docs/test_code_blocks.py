from __future__ import annotations

from pathlib import Path

import blocks
import pytest
from sybil import Document

# The two commands of the README are run by `.ci/run`, as they stand there.
RUN_ELSEWHERE = ("<!-- run-command -->", "<!-- test-command -->")
PAGES = {str(path.relative_to(blocks.ROOT)): path for path in blocks.pages()}


def runnable(path: Path) -> bool:
    return any(lang in blocks.RUN for lang in blocks.languages(path.read_text(encoding="utf-8")))


def test_there_are_pages_with_code() -> None:
    assert {"README.md", "docs/quickstart.md", "docs/howto/compare-policies.md"} <= {
        name for name, path in PAGES.items() if runnable(path)
    }


@pytest.mark.parametrize("name", PAGES)
def test_every_block_is_of_a_kind_that_is_run(name: str) -> None:
    for language in blocks.languages(PAGES[name].read_text(encoding="utf-8")):
        assert language in (*blocks.RUN, *blocks.SHOWN), f"{name}: {language or 'no language'}"


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name, path in PAGES.items() if runnable(path)])
def test_code_blocks(name: str, tmp_path: Path) -> None:
    with blocks.place(tmp_path):
        assert blocks.evaluate(PAGES[name]) > 0


# --- the checks can fail --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "block",
    [
        "```python\nassert False\n```",
        "```python\n>>> 1 + 1\n3\n\n```",
        "```console\n$ echo one\ntwo\n```",
        "```console\n$ false\n```",
        "```console\n$ afterban list --nonsense\n```",
        "```console\n$ printf 'a\\nb\\nc\\n'\na\n...\nd\n```",
        "```bash\nfalse\n```",
        "```yaml\nreturning: {probability: 80}\n```",
        "```yaml\nunknown_section: 1\n```",
    ],
)
def test_a_faulty_block_is_found(block: str, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"# Page\n\n{block}\n", encoding="utf-8")
    with blocks.place(tmp_path), pytest.raises(Exception):  # noqa: B017, PT011 (each has its own)
        blocks.evaluate(page)


def test_good_blocks_are_run_in_order(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    shown = "my.yaml: valid (303 operators, 60 days, 2 policies)"
    parts = [
        "```yaml\n# my.yaml\nschema_version: 1\nname: my\nextends: minimal\n```",
        f"```console\n$ afterban validate my.yaml\n{shown}\n```",
        "```python\nx = 2\n```",
        "```python\n>>> x\n2\n\n```",
    ]
    page.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    with blocks.place(tmp_path):
        assert blocks.evaluate(page) == 4


@pytest.mark.parametrize(
    ("expected", "same"),
    [
        (["a", "b", "c"], True),
        (["a", "...", "c"], True),
        (["...", "b", "..."], True),
        (["  a ", "", "b", "c  "], True),
        (["a", "..."], True),
        (["a", "b"], False),
        (["b", "..."], False),
        (["...", "b"], False),
        (["...", "c", "...", "b", "..."], False),
    ],
)
def test_output_agrees(expected: list[str], same: bool) -> None:
    assert blocks.agree(expected, ["a", "b", "c"]) is same


def test_numbers_are_renewed_and_nothing_else() -> None:
    expected = ["reach  0.5  3", "...", "other 7"]
    assert blocks.renewed(expected, ["reach   0.75  5", "x", "other  9"]) == [
        "reach   0.75  5",
        "...",
        "other  9",
    ]


def test_the_nearest_of_several_lines_is_taken() -> None:
    lines = ["a 1 0.5", "a 2 0.6", "a 3 0.7"]
    assert blocks.renewed(["...", "a 2 0.65"], lines) == ["...", "a 2 0.6"]
    assert blocks.renewed(["...", "a 3 0.7", "..."], lines) == ["...", "a 3 0.7", "..."]


def test_the_readme_has_both_commands_right_under_their_markers() -> None:
    lines = (blocks.ROOT / "README.md").read_text(encoding="utf-8").split("\n")
    for marker in RUN_ELSEWHERE:
        assert lines.count(marker) == 1
        assert lines[lines.index(marker) + 1] == "```bash"


def test_blocks_that_are_run_elsewhere_are_not_run_here(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    parts = ["<!-- run-command -->\n```bash\nfalse\n```", "```bash\ntrue\n```"]
    page.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    with blocks.place(tmp_path):
        assert blocks.evaluate(page) == 1
    assert isinstance(blocks.parse(page), Document)
