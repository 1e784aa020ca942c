"""Printing cards with Typst (https://typst.app/docs): one template, to which everything that is said is data."""

from integrations.printing.printer import TypstPrinter

__all__ = ["TypstPrinter"]
