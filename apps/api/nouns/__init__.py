"""One module for each noun: what its rows say, which a caller sees, what can be done to them."""
