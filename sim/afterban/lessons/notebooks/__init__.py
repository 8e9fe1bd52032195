"""The notebooks of the lessons; ``afterban lesson`` opens them."""
