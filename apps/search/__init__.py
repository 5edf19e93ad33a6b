"""Search of everything, for people and for other systems."""
