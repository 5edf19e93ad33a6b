"""The record of who did what: one event per operation, sealed every night."""
