"""The tests: a folder a room of `scratch`, and `whole`, `oracle` and `house`."""
