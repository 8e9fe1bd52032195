from __future__ import annotations

import re

import pages
import pytest

from afterban import claims
from afterban.channels import CHANNELS
from afterban.cli import COMMANDS
from afterban.language.shapes import slots
from afterban.metrics import METRICS
from afterban.scenario import Scenario, shipped_names
from afterban.sources import registry


class Made(dict[str, str]):
    """Generated pages by name, each made when it is asked for."""

    def __missing__(self, name: str) -> str:
        self[name] = pages.GENERATED[name]()
        return self[name]


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    return Made()


def rows(text: str, heading: str) -> list[list[str]]:
    """The cells of the table under a heading."""
    part = text.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in part.split("\n") if line.startswith("| ")]
    return [re.split(r" (?<!\\)\| ", line.strip("| ")) for line in lines[2:]]


@pytest.mark.slow
def test_every_key_of_a_scenario_has_a_row(made: dict[str, str]) -> None:
    text = made["scenario"]
    paths = [path for path, _ in pages.sections()]
    assert {"", "tiers.NAME", "review.team.shifts[]", "detection.regimes[]"} <= set(paths)
    for path, cls in pages.sections():
        table = rows(text, f"`{path}`" if path else "Top of the file")
        named = [re.sub(r"\[(`\w+`)\]\(.*\)", r"\1", row[0]).strip("`") for row in table]
        assert named == list(slots(cls)), path


def test_every_channel_has_a_row_with_its_rates(made: dict[str, str]) -> None:
    named = {line.split("`")[1]: line for line in made["channels"].split("\n") if "`" in line}
    assert list(named) == [channel.name for channel in CHANNELS]
    for channel in CHANNELS:
        assert all(f"`{rate.key}`" in named[channel.name] for rate in channel.rates)


def test_a_row_has_unit_default_range_and_source(made: dict[str, str]) -> None:
    table = {row[0]: row for row in rows(made["scenario"], "`exposure`")}
    row = table["`view_probability`"]
    assert row[1:] == [
        "probability that a follower sees a post",
        "a probability",
        "–",
        "`0.02`",
        "0 to 1",
        "reported [L75](#source-l75)",
    ]
    required = {row[0]: row for row in rows(made["scenario"], "`tiers.NAME`")}
    assert "**required**" in required["`count`"]


def test_every_default_of_a_value_says_what_it_rests_on(made: dict[str, str]) -> None:
    for path, cls in pages.sections():
        for row in rows(made["scenario"], f"`{path}`" if path else "Top of the file"):
            value = row[4].startswith("`") and row[2] in ("a share", "a rate", "a duration")
            if value:
                kinds = ("reported", "derived", "fitted", "assumed")
                assert row[6].startswith(kinds), (path, cls, row)


def test_every_metric_has_a_row(made: dict[str, str]) -> None:
    named = re.findall(r"(?m)^\| `(\w+)` \|", made["metrics"])
    assert named == list(METRICS)


def test_every_command_has_a_section_with_its_options(made: dict[str, str]) -> None:
    groups = pages.command_groups()
    text = made["commands"]
    assert "run" in groups
    assert set(groups) <= set(COMMANDS)
    assert re.findall(r"(?m)^## (\w+)$", text) == list(groups)
    for name, command in groups.items():
        part = text.split(f"## {name}\n", 1)[1].split("\n## ", 1)[0]
        for parameter in command.params:
            for option in parameter.opts if parameter.param_type_name == "option" else ():
                assert f"`{option}" in part, (name, option)


def test_every_public_name_is_described(made: dict[str, str]) -> None:
    import afterban

    text = made["python"]
    for name in afterban.__all__:
        assert f"## `{name}`" in text
        assert text.split(f"## `{name}`", 1)[1].split("```\n", 2)[1].strip(), name


def test_every_module_is_described(made: dict[str, str]) -> None:
    text = made["internals"]
    for module in ("mechanisms.audience", "engines.reference", "theory", "experiment.compare"):
        assert f"## `afterban.{module}`" in text


@pytest.mark.slow
def test_every_shipped_scenario_has_its_values(made: dict[str, str]) -> None:
    text = made["values"]
    for name in shipped_names():
        scenario = Scenario.from_yaml(name)
        table = {row[0].strip("`") for row in rows(text, name)}
        given = {
            row.path
            for row in scenario.inspect_rows()
            if row.origin != "default" and row.path not in pages._TEXTS
        }
        assert table == given
        assert given


def test_every_source_and_figure_has_a_place(made: dict[str, str]) -> None:
    text = made["sources"]
    for name in registry().ids():
        assert f"(source-{pages.anchor(name)})=" in text


def test_a_figure_lists_what_rests_on_it(made: dict[str, str]) -> None:
    part = made["sources"].split("(source-l75)=", 1)[1].split("(source-", 1)[0]
    assert "the default of `exposure.view_probability`" in part
    part = made["sources"].split("(source-s5)=", 1)[1].split("(source-", 1)[0]
    assert "`tiers.broadcast.audience` of [isaf-taliban-2011](#shipped-isaf-taliban-2011)" in part
    assert "claim [S5](#claim-s5)" in part


@pytest.mark.slow
def test_no_page_names_a_folder_of_the_machine(made: dict[str, str]) -> None:
    for name, text in {name: made[name] for name in pages.GENERATED}.items():
        assert str(pages.ROOT) not in text, name


@pytest.mark.slow
def test_every_claim_is_on_the_page_of_validation(made: dict[str, str]) -> None:
    text = made["validation"]
    loaded = claims.load()
    assert loaded
    for claim in loaded:
        assert f"[{claim.id}]{{#claim-{pages.anchor(claim.id)}}}" in text


@pytest.mark.slow
@pytest.mark.parametrize("name", pages.GENERATED)
def test_links_within_the_generated_pages_have_a_target(name: str, made: dict[str, str]) -> None:
    everything = "\n".join(made[name] for name in pages.GENERATED)
    targets = set(re.findall(r"(?m)^\(([\w-]+)\)=$", everything))
    targets |= set(re.findall(r"\{#([\w-]+)\}", everything))
    for link in re.findall(r"\]\(#([\w-]+)\)", made[name]):
        assert link in targets


@pytest.mark.parametrize(
    ("doc", "markdown"),
    [
        ("One line.", "One line."),
        ("A ``name`` of :class:`a.B`.", "A `name` of `a.B`."),
        (
            "Head.\n\na: first\n    and more.\nb, c: second.",
            "Head.\n\n- **a**: first and more.\n- **b, c**: second.",
        ),
        (
            "Head.\n\nArgs:\n    a_b: first.\n    c: second.",
            "Head.\n\n- **a\\_b**: first.\n- **c**: second.",
        ),
        ("Head:\n\n    x = 1 < 2\n", "Head:\n\n```text\nx = 1 < 2\n```"),
        ("Less < more", "Less &lt; more"),
    ],
)
def test_docstrings_become_markdown(doc: str, markdown: str) -> None:
    assert pages._docstring(doc) == markdown
