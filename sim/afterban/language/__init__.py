"""How values are written, read and changed: kinds, laws, sections and their places in a file.

Nothing here knows what the sections of a scenario are about.
"""
