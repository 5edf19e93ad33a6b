"""The feed of changes: that something changed, in an order without gaps. docs/feed.md tells how."""
