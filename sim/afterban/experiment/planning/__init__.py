"""Choosing a mix of levers: what a mix is, its runs, the race between mixes, and what it comes to."""
