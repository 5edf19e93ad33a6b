"""HTML for staff and managers: a request in, one domain call down, a page out."""
