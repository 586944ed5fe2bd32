"""`parity bench`: how fast, beside everyone whom one might use instead, and beside the floor.

work        what is measured: a network, a batch size, an optimizer, and what is done with it
peers/      who does it, each as its own documentation advises
turns       a peer's process: it keeps one job ready and does it whenever it is its turn
measure     the turns, one peer after the other in each round; medians and spreads
floors      what no program can beat: the matrix products alone, the memory traffic of a step
footprint   import time, install size, peak memory
growth      time per step against batch size, width, depth and number of samples
targets     how fast `scratch` is meant to be, and whether it is
conduct     all of it, to one dictionary of plain numbers
tables, units, pictures, command    what is seen of them
"""
