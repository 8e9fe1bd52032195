"""afterban: what happens after a ban."""
