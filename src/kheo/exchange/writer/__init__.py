"""Writes tables as workbooks and csv that never run as formulas and come back letter for letter."""

from kheo.exchange.writer.marks import guard, unguard
from kheo.exchange.writer.tables import Cell, write_csv, write_xlsx

__all__ = ["Cell", "guard", "unguard", "write_csv", "write_xlsx"]
