"""Management commands and periodic tasks."""
