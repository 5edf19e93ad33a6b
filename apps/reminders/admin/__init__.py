"""The admin of reminders, split by noun."""

from apps.reminders.admin import ladders, robots

__all__ = ["ladders", "robots"]
