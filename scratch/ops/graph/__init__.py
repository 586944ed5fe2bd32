"""The graph language itself: symbols, operations, and programs made of them."""
