"""Charts as pictures, painted with matplotlib. Nothing of it is imported before the first picture, and then apart."""

from integrations.charts.painter import MatplotlibPainter

__all__ = ["MatplotlibPainter"]
