"""People, what they hold where, and how they sign in."""
