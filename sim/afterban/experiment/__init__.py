"""Experiments: replications, comparisons, sweeps, calibration and what they tell."""
