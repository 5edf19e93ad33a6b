"""How long a run may look: POLICYTRACK_SOAK=n asks for n rounds where CI does with the least.

A soak tries every reader, screen and day, and as many examples by chance; nobody waits for it.
"""

import os

ROUNDS = int(os.environ.get("POLICYTRACK_SOAK", "0"))
"""0 in CI."""
