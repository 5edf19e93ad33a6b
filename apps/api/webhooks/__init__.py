"""Webhooks: entries of the feed brought to a program, signed, in order, until they arrive."""
