from __future__ import annotations

import datetime as dt
import json
import pickle
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterban.errors import ScenarioErrors
from afterban.language.documents import parse, plain_data
from afterban.language.laws import constant, exponential, lognormal
from afterban.scenario import Evidence, Scenario, shipped_names, shipped_path
from afterban.scenario import jsonschema as ours
from afterban.scenario.sections.audience import Exposure
from afterban.scenario.sections.network import Tier

CASES = Path(__file__).resolve().parents[1] / "cases"
TEXT = (CASES / "valid" / "minimal.yaml").read_text(encoding="utf-8")
SCENARIO = Scenario.from_text(TEXT)
RICH = Scenario.from_yaml(CASES / "valid" / "enforcement.yaml")
WITH_EVIDENCE = Scenario.from_yaml(CASES / "valid" / "evidence.yaml")


def _refusal(changes: dict[str, Any], scenario: Scenario = SCENARIO) -> str:
    with pytest.raises(ScenarioErrors) as caught:
        scenario.with_changes(changes)
    return str(caught.value)


# --- values and defaults


def test_values_are_in_days() -> None:
    assert SCENARIO.horizon == 90.0
    assert SCENARIO.start == dt.date(2014, 9, 1)
    assert SCENARIO.tiers["supporter"].posts == constant(5.0)
    assert SCENARIO.review.time_to_action == lognormal(1.0, 1.0)


@pytest.mark.smoke
def test_a_default_has_its_evidence() -> None:
    evidence = SCENARIO.evidence["exposure.view_probability"]
    assert (evidence.kind, evidence.source, evidence.origin) == ("reported", "L75", "default")
    mine = SCENARIO.with_changes({"exposure.view_probability": 0.03})
    assert mine.evidence["exposure.view_probability"] == Evidence("assumed")


def test_a_value_of_the_file_is_assumed_unless_it_says_otherwise() -> None:
    assert SCENARIO.evidence["tiers.supporter.count"] == Evidence("assumed")
    assert SCENARIO.evidence["tiers.supporter.count"].origin == "<text>"
    assert WITH_EVIDENCE.evidence["tiers.supporter.count"].source == "L24"


def test_part_of_a_distribution_has_evidence_of_its_own() -> None:
    whole = WITH_EVIDENCE.evidence["tiers.supporter.audience"]
    part = WITH_EVIDENCE.evidence["tiers.supporter.audience.lognormal.median"]
    assert (whole.kind, part.kind, part.note) == ("reported", "assumed", "within 150 to 270")


def test_every_value_has_a_row_and_every_row_evidence() -> None:
    rows = RICH.inspect_rows()
    paths = [row.path for row in rows]
    assert len(paths) == len(set(paths)) > 80
    assert set(paths) <= set(RICH.evidence)
    by_path = {row.path: row for row in rows}
    assert by_path["review.team.shifts[0].start"].value == "8h"
    assert by_path["handles.near_identical"].source == "L42"
    assert by_path["handles.near_identical"].origin == "default"
    assert by_path["tiers.hub.count"].origin.endswith("enforcement.yaml")


def test_a_scenario_made_in_python() -> None:
    made = Scenario(
        schema_version=1,
        name="made",
        start=dt.date(2014, 9, 1),
        horizon=90.0,
        tiers={"supporter": Tier(count=100, audience=constant(200.0), posts=constant(5.0))},
    )
    assert made.digest() == SCENARIO.with_changes({"name": "made"}).digest()
    assert made.with_changes({"horizon": "1 d"}).horizon == 1.0
    assert made.evidence["exposure.view_probability"].source == "L75"
    assert made.arm("base") is made
    with pytest.raises(ValueError, match="greater than or equal to 0"):
        Tier(count=-1, audience=constant(200.0), posts=constant(5.0))
    with pytest.raises(ValueError, match="frozen"):
        made.horizon = 3.0


def test_a_copy_with_other_fields_forgets_how_the_old_ones_were_written() -> None:
    copy = WITH_EVIDENCE.model_copy(update={"seed": 5, "exposure": Exposure(outsiders=10)})
    assert copy.arm("faster").seed == 5
    assert copy.arm("faster").exposure.outsiders == 10
    assert (
        copy.digest() == WITH_EVIDENCE.with_changes({"seed": 5, "exposure.outsiders": 10}).digest()
    )
    assert copy.evidence["tiers.supporter.count"].source == "L24"
    assert copy.evidence["exposure.outsiders"] == Evidence("assumed")


def test_equality_pickling_and_hash() -> None:
    again = Scenario.from_text(TEXT)
    assert again == SCENARIO
    assert hash(again) == hash(SCENARIO)
    assert again != again.with_changes({"seed": 2})
    assert pickle.loads(pickle.dumps(RICH)) == RICH


# --- digest


def test_the_digest_is_of_what_can_change_a_run() -> None:
    same = [
        {"title": "other"},
        {"description": "other"},
        {"horizon": "2160 h"},
        {"tiers.supporter.count": "{value: 100, kind: reported, source: L24}"},
        {"exposure.view_probability": "0.02"},
        {"tiers.supporter.posts": "{constant: 5 per day}"},
    ]
    for changes in same:
        assert SCENARIO.with_changes(changes).digest() == SCENARIO.digest()
    others: list[dict[str, Any]] = [
        {"seed": 2},
        {"horizon": "91 d"},
        {"tiers.supporter.count": 101},
        {"policies": "{fast: {review: {time_to_action: 2h}}}"},
    ]
    digests = {SCENARIO.with_changes(changes).digest() for changes in others}
    assert len(digests - {SCENARIO.digest()}) == len(others)


def test_the_order_of_keys_changes_nothing() -> None:
    lines = TEXT.splitlines()[1:]
    moved = "\n".join(lines[4:] + lines[:4])
    assert Scenario.from_text(moved) == SCENARIO


# --- changes


def test_changes_by_path() -> None:
    changed = SCENARIO.with_changes(
        {
            "review.time_to_action": "2h",
            "returning.delay.median": "3 d",
            "tiers.supporter.audience": "{lognormal: {median: 200, sigma: 1.8}}",
            "promotion.on_start": True,
            "start": dt.date(2014, 8, 1),
            "detection.pulses": [{"date": "2014-09-03", "share": 0.5}],
            "review.team.reviewers": 3,
        }
    )
    assert changed.review.time_to_action == constant(2 / 24)
    assert changed.returning.delay == lognormal(3.0, 1.5)
    assert changed.tiers["supporter"].audience == lognormal(200.0, 1.8)
    assert changed.promotion.on_start is True
    assert changed.start == dt.date(2014, 8, 1)
    assert changed.detection.pulses[0].share == 0.5
    assert changed.review.team is not None
    assert changed.review.team.reviewers == 3
    assert changed.with_changes({"review.team": "none"}).review.team is None
    assert changed.with_changes({"review.team": None}).review.team is None
    assert SCENARIO.review.time_to_action == lognormal(1.0, 1.0)


def test_changes_within_lists_policies_and_quantiles() -> None:
    assert RICH.with_changes({"detection.pulses[0].share": "10 %"}).detection.pulses[0].share == 0.1
    assert RICH.with_changes({"detection.pulses.0.share": 0.1}).detection.pulses[0].share == 0.1
    faster = RICH.with_changes({"policies.unlimited.review.time_to_action": "1h"})
    assert faster.arm("unlimited").review.time_to_action == constant(1 / 24)
    new = RICH.with_changes({"policies.new.returning.probability": "0.1"})
    assert new.arm("new").returning.probability == 0.1
    posts = WITH_EVIDENCE.with_changes({"tiers.supporter.posts.quantiles[0.4]": "2 per day"})
    assert dict(posts.tiers["supporter"].posts.parameters["points"])[0.4] == 2.0


def test_a_changed_number_does_not_keep_the_evidence_of_the_old_one() -> None:
    path = "tiers.supporter.posts"
    changed = WITH_EVIDENCE.with_changes({f"{path}.quantiles[0.4]": "2 per day"})
    assert changed.evidence[path].kind == "reported"
    assert changed.evidence[f"{path}.quantiles[0.4]"].kind == "assumed"
    whole = WITH_EVIDENCE.with_changes({path: "2 per day"})
    assert whole.evidence[path] == Evidence("assumed")
    again = Scenario.from_text(changed.resolved_yaml())
    assert again.evidence[f"{path}.quantiles[0.4]"].kind == "assumed"


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("review.time_to_acton", "2h", "did you mean `review.time_to_action`?"),
        ("reveiw.time_to_action", "2h", "did you mean `review.time_to_action`?"),
        ("tiers.suporter.count", "3", "did you mean `tiers.supporter.count`?"),
        ("review.time_to_action", "2", "did you mean `2 d`?"),
        ("review.time_to_action", 2.0, "did you mean `2.0 d`?"),
        ("review.sensitivity", "1.5", "outside 0 to 1"),
        ("review.sensitivity", "", "there is no value"),
        ("review.sensitivity", "[", "bracket is not closed"),
        ("review.sensitivity.median", "1", "is a single value"),
        ("review.time_to_action.exponential.mean", "1", "no unit"),
        ("returning.delay.scale", "1 d", "is no parameter of the lognormal distribution"),
        ("tiers.supporter.posts.median", "1 per day", "has no parameters"),
        ("tiers.supporter.return_delay.median", "1 d", "has no parameters"),
        ("detection.pulses[0].share", "0.1", "is empty"),
        ("horizon", "0", "the horizon is 0"),
        ("", "1", "not a path"),
        ("review..sensitivity[", "1", "not a path"),
    ],
)
def test_faulty_changes(path: str, value: object, said: str) -> None:
    if path.endswith("exponential.mean"):
        changes = {"review.time_to_action": "{exponential: {mean: 1 d}}", path: value}
    else:
        changes = {path: value}
    message = _refusal(changes)
    assert message.startswith(f"--set {path}:1:")
    assert said in message


def test_all_faulty_changes_are_told_at_once() -> None:
    message = _refusal({"seed": "-1", "horizon": "3"})
    assert "--set seed:1:1" in message
    assert "--set horizon:1:1" in message
    message = _refusal({"seeed": "1", "horizn": "3"})
    assert "did you mean `seed`" in message
    assert "did you mean `horizon`" in message


# --- arms and extends


def test_arms() -> None:
    arm = RICH.arm("unlimited")
    assert arm.review.team is None
    assert arm.review.waves is None
    assert arm.policies == {}
    assert RICH.arm("base") is RICH
    assert RICH.arm("as-written").detection == RICH.detection
    assert RICH.arm("no-campaign").detection.pulses == []
    with pytest.raises(KeyError):
        RICH.arm("unknown")


def test_extending_merges_section_by_section() -> None:
    child = Scenario.from_yaml(CASES / "valid" / "child.yaml")
    assert child.name == "child"
    assert child.horizon == 90.0
    assert child.tiers["hub"].count == 5
    assert child.tiers["hub"].severity == "urgent"
    assert set(child.tiers) == {"hub", "release", "supporter"}
    assert child.review.waves is None
    assert child.review.team == RICH.review.team
    assert set(child.policies) == {"unlimited", "no-campaign", "as-written"}
    assert child.arm("unlimited").review.team is None
    assert child.arm("unlimited").review.time_to_action == constant(2 / 24)
    assert child.extends is None


def test_a_distribution_is_replaced_whole() -> None:
    text = TEXT + "policies: {steady: {review: {time_to_action: {exponential: {mean: 2 d}}}}}\n"
    scenario = Scenario.from_text(text)
    assert scenario.arm("steady").review.time_to_action == exponential(2.0)


def test_extends_goes_by_the_file_and_not_by_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    (tmp_path / "a" / "base.yaml").write_text(TEXT, encoding="utf-8")
    child = tmp_path / "b" / "child.yaml"
    child.write_text("schema_version: 1\nname: child\nextends: ../a/base.yaml\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path / "a")
    assert Scenario.from_yaml(child).horizon == 90.0
    assert Scenario.from_yaml("../b/child.yaml").horizon == 90.0


def test_a_fault_in_the_extended_file_points_there(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(TEXT.replace("90 d", "90"), encoding="utf-8")
    child = tmp_path / "child.yaml"
    child.write_text(
        "schema_version: 1\nname: child\nextends: base.yaml\nseed: -1\n", encoding="utf-8"
    )
    with pytest.raises(ScenarioErrors) as caught:
        Scenario.from_yaml(child)
    first, second = caught.value.errors
    assert (first.file, first.line) == (str(child), 4)
    assert (second.file, second.line) == (str(tmp_path / "base.yaml"), 5)


# --- shipped scenarios and the JSON Schema


def test_names_and_nearest_names() -> None:
    assert shipped_names()
    name = shipped_names()[0]
    assert Scenario.from_yaml(name).digest() == Scenario.from_yaml(shipped_path(name)).digest()
    with pytest.raises(ScenarioErrors) as caught:
        Scenario.from_yaml(f"{name}x")
    assert f"did you mean `{name}`?" in str(caught.value)
    with pytest.raises(ScenarioErrors) as caught:
        Scenario.from_yaml(f"{name}.yaml")
    assert f"did you mean `{name}`?" in str(caught.value)
    with pytest.raises(KeyError):
        shipped_path("unknown")


def test_the_json_schema_is_up_to_date() -> None:
    written = ours.schema_path().read_text(encoding="utf-8")
    assert written == ours.text(), "run python -m afterban.scenario.jsonschema"


VALIDATOR = jsonschema.Draft202012Validator(ours.schema())


def _complaints(text: str) -> list[str]:
    node, _ = parse(text, "x")
    return [error.message for error in VALIDATOR.iter_errors(plain_data(node))]


def test_the_json_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(ours.schema())
    json.loads(ours.text())


@pytest.mark.parametrize("name", shipped_names())
def test_shipped_scenarios_agree_with_the_json_schema(name: str) -> None:
    text = shipped_path(name).read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=./schema/afterban-1.schema.json\n")
    assert _complaints(text) == []
    assert _complaints(Scenario.from_yaml(name).resolved_yaml()) == []


@pytest.mark.parametrize("path", sorted((CASES / "valid").glob("*.yaml")), ids=lambda p: p.stem)
def test_good_cases_agree_with_the_json_schema(path: Path) -> None:
    assert _complaints(path.read_text(encoding="utf-8")) == []
    assert _complaints(Scenario.from_yaml(path).resolved_yaml()) == []


# What JSON Schema cannot say: what depends on another value, on a date, or on how YAML is written.
FOUND_BY_SCHEMA = (
    "unknown-key",
    "unknown-key-in-tier",
    "duration-without-unit",
    "rate-without-per",
    "probability-above-one",
    "share-negative",
    "count-fractional",
    "number-octal-prefix",
    "yes-for-true",
    "word-unknown",
    "null-value",
    "list-for-section",
    "missing-keys",
    "version-unknown",
    "policy-named-none",
    "policy-unknown-key",
    "policy-changes-seed",
    "distribution-unknown",
    "distribution-two-kinds",
    "distribution-missing-parameter",
    "distribution-unknown-parameter",
    "evidence-unknown-kind",
    "evidence-without-source",
    "evidence-without-kind",
    "evidence-unknown-key",
)


@pytest.mark.parametrize("name", FOUND_BY_SCHEMA)
def test_faulty_cases_disagree_with_the_json_schema(name: str) -> None:
    assert _complaints((CASES / "invalid" / f"{name}.yaml").read_text(encoding="utf-8"))


# --- anything at all

JUNK: st.SearchStrategy[Any] = st.recursive(
    st.one_of(
        st.text(max_size=8),
        st.integers(),
        st.floats(),
        st.booleans(),
        st.none(),
        st.sampled_from(["2h", "none", "never", "0.5", "3 per day", "2014-09-13", "L5"]),
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.one_of(
                st.text(min_size=1, max_size=5),
                st.sampled_from(
                    ["value", "kind", "source", "lognormal", "median", "sigma", "count"]
                ),
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)
PATHS = [row.path for row in RICH.inspect_rows()] + ["tiers", "review", "policies", "detection"]


@pytest.mark.slow
@given(st.sampled_from(PATHS), JUNK)
def test_any_change_is_taken_or_refused(path: str, value: object) -> None:
    try:
        changed = RICH.with_changes({path: value})
    except ScenarioErrors as errors:
        assert str(errors)  # noqa: PT017 - the value decides whether there is one
    else:
        assert Scenario.from_text(changed.resolved_yaml()) == changed


def test_an_arm_is_read_once_and_not_sent_to_worker_processes():
    scenario = Scenario.from_yaml(CASES / "valid" / "enforcement.yaml")
    before = pickle.dumps(scenario)
    assert scenario.arm("unlimited") is scenario.arm("unlimited")
    assert pickle.dumps(scenario) == before
    assert pickle.loads(before).arm("unlimited") == scenario.arm("unlimited")
    other = scenario.model_copy(update={"seed": 5})
    assert other.arm("unlimited").seed == 5 != scenario.arm("unlimited").seed
