"""Measures: what has to be done, by whom, by when, and how far it is."""
