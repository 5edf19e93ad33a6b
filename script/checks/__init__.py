"""Checks of our own, for rules that no linter knows. Each names every fault with its place."""
