"""A node's memory."""

from scratch.network.node import Node


def test_a_smaller_last_batch_gets_the_first_rows_of_the_block():
    node = Node(None)
    block = node.buffer("y", (8, 3), "float64")
    assert node.buffer("y", (8, 3), "float64") is block
    assert node.buffer("y", (5, 3), "float64").base is block
    assert node.buffer("y", (5, 4), "float64").shape == (5, 4)
    assert node.buffer("y", (5, 2), "float64").shape == (5, 2)
