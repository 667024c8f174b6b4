"""Figures that others typed: a workbook to fill; reading, comparing and importing what they did."""
