"""The digest is of what differs from the defaults of the language's version."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from pydantic.fields import FieldInfo

from afterban.language.kinds import NumberKind
from afterban.language.shapes import Leaf, Slot, slots
from afterban.results import former_digest_of
from afterban.scenario import Scenario, fingerprint, shipped_names
from afterban.scenario.contents import SCHEMA_VERSION
from afterban.scenario.fingerprint import differing, former
from afterban.scenario.sections.audience import Exposure
from afterban.scenario.sections.network import Tier
from afterban.scenario.sections.review import Review

ROOT = Path(__file__).resolve().parents[2]
DEFAULTS = ROOT / "tests" / "cases" / "defaults.json"
REFERENCE = sorted((ROOT / "results" / "reference").glob("*/*/manifest.json"))


SPEC = importlib.util.spec_from_file_location("renew", ROOT / "tests" / "cases" / "renew.py")
assert SPEC is not None
assert SPEC.loader is not None
renew = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(renew)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[None]:
    """The language with one more key in each of its sections, which no scenario uses."""
    callspec = getattr(request.node, "callspec", None)
    kept_before("minimal" if callspec is None else callspec.params["name"])
    before = [(slots(cls), dict(slots(cls))) for cls in renew.sections()]
    for cls in renew.sections():
        field = FieldInfo(default=0.25, description="new")
        slot = Slot("a_new_key", "a_new_key", Leaf(NumberKind()), False, False, field)
        old = slots(cls)
        with_new = {"a_new_key": slot, **old}  # in front, where it moves all the others
        monkeypatch.setattr(cls, "a_new_key", 0.25, raising=False)
        old.clear()
        old.update(with_new)
    fingerprint.defaults_of.cache_clear()
    yield
    monkeypatch.undo()
    for kept, keys in before:  # in their order, which others rely on
        kept.clear()
        kept.update(keys)
    fingerprint.defaults_of.cache_clear()


@cache
def kept_before(name: str) -> tuple[str, str]:
    """Digest and full text of a scenario; asked for before the language has the new key."""
    scenario = Scenario.from_yaml(name)
    return scenario.digest(), scenario.resolved_yaml()


# Of the smallest, of the one with most sections, and of one with a list of lists of them.
FEW = ("minimal", "september-2014", "whom-first")


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [pytest.param(one, marks=() if one in FEW else pytest.mark.slow) for one in shipped_names()],
)
def test_a_new_key_that_is_not_used_moves_no_digest(name: str, later: None) -> None:
    scenario = Scenario.from_yaml(name)
    text = scenario.resolved_yaml()
    assert text.count("a_new_key: 0.25") > 10  # the key is there, also in lists and tiers
    digest, full = kept_before(name)
    assert scenario.digest() == digest
    assert former(text) != former(full)  # as it was before


def test_but_one_that_is_used_does(later: None) -> None:
    scenario = Scenario.from_yaml("minimal")
    object.__setattr__(scenario.exposure, "a_new_key", 0.5)
    assert differing(scenario)["exposure"]["a_new_key"] == "0.5"
    assert scenario.digest() != kept_before("minimal")[0]


def test_a_value_at_its_default_is_in_no_digest_and_any_other_is() -> None:
    for name in ("minimal", "september-2014"):
        digest, full = kept_before(name)
        assert Scenario.from_text(full).digest() == digest  # all written out
        data = differing(Scenario.from_yaml(name))
        assert "handles" not in data
        assert data["schema_version"] == str(SCHEMA_VERSION)


def test_an_arm_counts_with_all_that_it_says() -> None:
    """Its scenario may be elsewhere than at the default that it goes back to."""
    minimal = Scenario.from_yaml("minimal").with_changes({"returning.probability": "0.5"})
    default = str(slots(type(minimal.returning))["probability"].default())
    back = minimal.with_changes({"policies": f"{{a: {{returning: {{probability: {default}}}}}}}"})
    same = minimal.with_changes({"policies": "{a: {review: {appeals: none}}}"})
    assert back.digest() != same.digest()
    assert differing(back)["policies"] == {"a": {"returning": {"probability": default}}}


def test_order_counts_where_it_means_something() -> None:
    one = Scenario.from_yaml("minimal")
    two = one.with_changes({"policies": "{b: {}, a: {}}"})
    three = one.with_changes({"policies": "{a: {}, b: {}}"})
    assert two.digest() != three.digest()


# --- defaults of a version


def flat(defaults: dict[str, dict[str, str]]) -> dict[str, str]:
    return {f"{name}.{key}": value for name, of in defaults.items() for key, value in of.items()}


def test_a_default_moves_only_with_the_version_of_the_language() -> None:
    """Otherwise a scenario would mean something else under the digest that it had."""
    kept = json.loads(DEFAULTS.read_text())
    assert kept["schema_version"] == SCHEMA_VERSION, "run tests/cases/renew.py"
    told, now = flat(kept["defaults"]), flat(renew.defaults())
    assert len(now) > 100
    for key, value in told.items():
        assert now.get(key) == value, (
            f"{key} was {value} in version {SCHEMA_VERSION} and is {now.get(key)}: raise "
            "SCHEMA_VERSION and add a step to scenario/upgrade.py"
        )
    assert set(now) == set(told), "a key is new: run tests/cases/renew.py"


def test_another_default_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slots(Tier)["returns"].field, "default", 0.5)
    fingerprint.defaults_of.cache_clear()
    try:
        with pytest.raises(AssertionError, match=r"Tier\.returns was .* raise SCHEMA_VERSION"):
            test_a_default_moves_only_with_the_version_of_the_language()
        with pytest.raises(SystemExit, match=r"Tier\.returns had .* raise SCHEMA_VERSION"):
            renew.keep_defaults()
    finally:
        monkeypatch.undo()
        fingerprint.defaults_of.cache_clear()


def test_the_version_is_in_the_digest(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = Scenario.from_yaml("minimal")
    later = scenario.model_copy()
    object.__setattr__(later, "schema_version", SCHEMA_VERSION + 1)
    later._root = scenario._root
    assert differing(later) == {**differing(scenario), "schema_version": str(SCHEMA_VERSION + 1)}


# --- the digest of before


@pytest.mark.parametrize("path", REFERENCE, ids=lambda path: path.parent.parent.name)
def test_the_digest_of_before_is_computed_from_a_folders_own_text(path: Path) -> None:
    manifest = json.loads(path.read_text())
    text = (path.parent / "scenario.resolved.yaml").read_text()
    if "schema_version" not in manifest:  # written before
        assert former(text) == manifest["scenario_digest"]
        assert former_digest_of(text, manifest["policies"]) == manifest["digest"]


def test_the_digest_of_before_of_a_folder_that_stays_as_it_is() -> None:
    (path,) = (ROOT / "tests" / "cases" / "former").glob("tiny/*/manifest.json")
    manifest = json.loads(path.read_text())
    text = (path.parent / "scenario.resolved.yaml").read_text()
    assert "regimes:" in text
    assert "kind: assumed, note:" in text
    assert former(text) == manifest["scenario_digest"]
    assert former_digest_of(text, manifest["policies"]) == manifest["digest"]
    assert former(text.replace("seed: 3", "seed: 4")) != manifest["scenario_digest"]


def test_sections_are_found() -> None:
    assert {Tier, Review, Exposure} <= set(renew.sections())
