"""The type of every picture, for those who name it without drawing."""

from matplotlib.figure import Figure

__all__ = ["Figure"]
