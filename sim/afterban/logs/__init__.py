"""A platform's own log of accounts: read, checked and fitted; and written, of a run.

What comes in may have handles and ids of accounts; nothing that goes out of here has.
"""
