"""How things stand, as plain read-only figures for one person on one day; and daily tallies."""
