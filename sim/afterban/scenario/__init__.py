"""Scenarios: what they may say, how they are read, and their complete form."""

from afterban.scenario.load import load, loads
from afterban.scenario.schema import Scenario
from afterban.scenario.shipped import shipped_directory, shipped_names, shipped_path
from afterban.scenario.types import Distribution, Evidence

__all__ = [
    "Distribution",
    "Evidence",
    "Scenario",
    "load",
    "loads",
    "shipped_directory",
    "shipped_names",
    "shipped_path",
]
