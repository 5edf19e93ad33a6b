"""Speed at full size: each work beside its floor, the same answer from hand-written SQL.

Both run in turn in one process on one PostgreSQL, so that their ratio means something on any
machine; the times alone do not.
"""
