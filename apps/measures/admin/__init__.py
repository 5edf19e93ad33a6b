"""The admin of measures, split by noun."""

from apps.measures.admin import light_rules, measures, others, reading

__all__ = ["light_rules", "measures", "others", "reading"]
