"""The statutory calendar and its arithmetic."""
