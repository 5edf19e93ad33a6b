"""The shape of what people type; rules stand with the operations."""
