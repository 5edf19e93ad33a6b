"""REST for integrators: a request in, one domain call down, an answer out."""
