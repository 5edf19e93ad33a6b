"""What governments publish: policies and their clauses."""
