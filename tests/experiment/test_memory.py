import pytest

from afterban import Scenario
from afterban.errors import AfterbanError
from afterban.experiment import compare, memory
from afterban.experiment.replicate import replicate

FEW = 1e4  # bytes


def test_a_network_needs_more_memory_the_larger_it_is() -> None:
    small = Scenario.from_yaml("minimal")
    large = small.with_changes({"tiers.supporter.count": 300_000})
    assert 0 < memory.least_bytes(small) < memory.least_bytes(large) / 500


def test_what_cannot_fit_is_refused_before_anything_is_made(monkeypatch) -> None:
    monkeypatch.setattr(memory, "memory_available", lambda: FEW)
    scenario = Scenario.from_yaml("minimal")
    message = r"303 operators needs .* of memory or more, and 10 kB are free"
    with pytest.raises(AfterbanError, match=message):
        next(replicate(scenario, engine="reference"))
    with pytest.raises(AfterbanError, match=message):
        compare.compare(scenario, engine="reference")


def test_an_arm_counts_with_its_own_network(monkeypatch) -> None:
    scenario = Scenario.from_yaml("minimal").with_changes(
        {"policies.faster.tiers.supporter.count": 9_000_000_000_000}
    )
    assert memory.refuse_too_large(scenario, ["base", "slower", "none"]) is None
    with pytest.raises(AfterbanError, match="9,000,000,000,003 operators"):
        memory.refuse_too_large(scenario, ["base", "faster"])


def test_operators_who_arrive_count(monkeypatch) -> None:
    small = Scenario.from_yaml("minimal")
    tiers = {"supporter": {"rate": "10000 per day"}}
    many = small.with_changes({"arrivals": {"tiers": tiers}})
    joining = 10_000 * small.horizon
    assert memory.least_bytes(many) > memory.least_bytes(small) * joining / 303
    monkeypatch.setattr(memory, "memory_available", lambda: FEW)
    with pytest.raises(AfterbanError, match=f"{303 + joining:,.0f} operators needs"):
        memory.refuse_too_large(many, ["base"])


def test_sizes_are_told_for_people() -> None:
    assert [memory.size_text(x) for x in (5, 2.5e3, 3e6, 1.234e9, 7e12)] == [
        "5 B",
        "2.5 kB",
        "3 MB",
        "1.23 GB",
        "7 TB",
    ]
