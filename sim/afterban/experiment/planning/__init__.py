"""Choosing a mix of levers: what it is, its runs, the race between mixes, what it comes to."""
