"""What sets policytrack up, runs it, tests it and checks it. Nothing in apps/ imports it."""
