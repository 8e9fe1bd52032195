"""What a scenario file may say: sections, keys, defaults, units and the evidence for the defaults.

Data only, one file a mechanism.  Values are in the simulator's own units: time in days, rates per
day, shares and probabilities from 0 to 1.
"""
