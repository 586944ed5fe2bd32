"""The layers of every network: dense, embedding, input, and those that wrap or mask."""
