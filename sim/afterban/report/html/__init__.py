"""A report as one HTML file."""

from afterban.report.html.crossings import Break
from afterban.report.html.render import require, shared, write
from afterban.report.html.run import page_of_numbers
from afterban.report.html.sweep import break_along, page_of_sweep
from afterban.report.html.words import in_short

__all__ = [
    "Break",
    "break_along",
    "in_short",
    "page_of_numbers",
    "page_of_sweep",
    "require",
    "shared",
    "write",
]
