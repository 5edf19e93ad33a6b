"""Indicators: what is measured, what is aimed at, what was observed, and whether that is enough."""
