"""Who can be responsible, and for which place."""
