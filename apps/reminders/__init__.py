"""Who must be told what, and whether they were."""
