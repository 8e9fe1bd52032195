"""Scenarios: what they may say, how they are read, and their complete form."""

from afterban.language.fields import Evidence
from afterban.language.laws import Distribution
from afterban.scenario.scenario import Scenario, load, loads
from afterban.scenario.shipped import shipped_directory, shipped_names, shipped_path

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
