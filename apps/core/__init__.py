"""What every other app may lean on: who acts, how a refusal is said, how the admin shows it."""
