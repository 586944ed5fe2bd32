"""Where to draw the nodes of a directed acyclic graph: in layers, from top to bottom.

The method of Sugiyama, Tagawa and Toda (1981), in four steps:

1. a node's layer is one below the lowest of those it depends on (or, if that is but one, just
   above the first that uses it);
2. an edge that passes a layer gets a bend in it;
3. within each layer, nodes and bends are sorted by the mean place of their neighbours, downwards
   and upwards in turn, and the order with the fewest crossings is kept;
4. places in a layer minimise the sum of w (x_a - x_b)^2 over all edges, with w large between
   bends, so that long edges are straight. One layer after the other is solved exactly, order and
   gaps being constraints, by pooling adjacent violators; round after round lowers the sum.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

GAP, LAYER_GAP = 26.0, 46.0  # pixels between neighbours, and between layers
PORTS = 0.6  # the part of a node's upper side, around its middle, where edges enter
_SORTING, _MOVING = 24, 150  # rounds
_NODES, _BEND, _BENDS = 1.0, 2.0, 8.0  # w of an edge between nodes, to a bend, between bends


@dataclass
class Box:
    """A node, or a bend of an edge (of width 0): its size and, in the end, its centre."""

    width: float = 0.0
    height: float = 0.0
    layer: int = 0
    x: float = field(init=False, repr=False)
    y: float = field(init=False, repr=False)
    above: "list[tuple[Box, float]]" = field(default_factory=list, repr=False)
    below: "list[tuple[Box, float]]" = field(default_factory=list, repr=False)


@dataclass
class Layout:
    """The finished drawing: boxes of the nodes, the points of each edge, and the whole size."""

    boxes: list[Box]
    routes: list[list[tuple[float, float]]]
    width: float
    height: float


def layered(
    sizes: Sequence[tuple[float, float]],
    edges: Sequence[tuple[int, int, float | None]],
    layer_gap: float = LAYER_GAP,
) -> Layout:
    """Places nodes 0 ... n - 1, given in topological order.

    Args:
        sizes: width and height of each node.
        edges: (from, to, port): `port`, from -1 to 1, says where on its upper side the node `to`
            is entered; None leaves that to the drawing.
        layer_gap: pixels between layers.
    """
    boxes = [Box(width, height) for width, height in sizes]
    _assign_layers(boxes, edges)
    chains = [_chain(boxes[a], boxes[b], port or 0.0) for a, b, port in edges]
    everything = boxes + [bend for chain in chains for bend in chain[1:-1]]
    layers: list[list[Box]] = [[] for _ in range(1 + max((b.layer for b in boxes), default=0))]
    for box in everything:
        layers[box.layer].append(box)
    layers = _sorted(layers)
    width = _assign_x(layers)
    y = 0.0
    for layer in layers:
        height = max(box.height for box in layer)
        for box in layer:
            box.y = y + height / 2
            if not box.width:
                box.height = height
        y += height + layer_gap
    routes = [
        _route(chain, port) for chain, port in zip(chains, _ports(chains, edges), strict=True)
    ]
    return Layout(boxes, routes, width, max(y - layer_gap, 0.0))


def _assign_layers(boxes: list[Box], edges: Sequence[tuple[int, int, float | None]]) -> None:
    for a, b, _ in sorted(edges, key=lambda edge: edge[1]):
        boxes[b].layer = max(boxes[b].layer, boxes[a].layer + 1)
    # What depends on one node or none moves down to where it is first used.
    for i in reversed(range(len(boxes))):
        sources = {a for a, b, _ in edges if b == i}
        users = [boxes[b].layer for a, b, _ in edges if a == i]
        if len(sources) <= 1 and users:
            boxes[i].layer = min(users) - 1


def _chain(start: Box, end: Box, port: float) -> list[Box]:
    chain = [start, *(Box(layer=i) for i in range(start.layer + 1, end.layer)), end]
    for upper, lower in itertools.pairwise(chain):
        at = port if lower is end else 0.0
        upper.below.append((lower, at))
        lower.above.append((upper, at))
    return chain


def _sorted(layers: list[list[Box]]) -> list[list[Box]]:
    best, fewest = layers, _crossings(layers)
    for sweep in range(_SORTING):
        down = sweep % 2 == 0
        layers = [list(layer) for layer in layers]
        for i in range(1, len(layers)) if down else range(len(layers) - 2, -1, -1):
            fixed = {id(box): k for k, box in enumerate(layers[i - 1 if down else i + 1])}
            order = []
            for k, box in enumerate(layers[i]):
                # An edge to the right half of a node pulls to the right.
                near = (
                    [fixed[id(b)] for b, _ in box.above]
                    if down
                    else [fixed[id(b)] + port * PORTS / 2 for b, port in box.below]
                )
                order.append((sum(near) / len(near) if near else k, k))
            layers[i] = [layers[i][k] for _, k in sorted(order)]
        crossings = _crossings(layers)
        if crossings < fewest:
            best, fewest = layers, crossings
    return best


def _crossings(layers: list[list[Box]]) -> int:
    total = 0
    for upper, lower in itertools.pairwise(layers):
        place = {id(box): k for k, box in enumerate(lower)}
        ends = [
            at
            for box in upper
            for at in sorted(place[id(b)] + port * PORTS / 2 for b, port in box.below)
        ]
        total += sum(a > b for i, a in enumerate(ends) for b in ends[i + 1 :])
    return total


def _assign_x(layers: list[list[Box]]) -> float:
    for layer in layers:
        _place(layer, [(0.0, 1.0)] * len(layer))
    for sweep in range(_MOVING):
        for layer in layers if sweep % 2 == 0 else reversed(layers):
            _place(layer, [_wanted(box) for box in layer])
    left = min((box.x - box.width / 2 for layer in layers for box in layer), default=0.0)
    for layer in layers:
        for box in layer:
            box.x -= left
    return max((box.x + box.width / 2 for layer in layers for box in layer), default=0.0)


def _wanted(box: Box) -> tuple[float, float]:
    """The weighted mean of where a box's neighbours pull it, and the total weight."""
    pulls = [(b.x - port * PORTS / 2 * box.width, b) for b, port in box.above]
    pulls += [(b.x + port * PORTS / 2 * b.width, b) for b, port in box.below]
    if not pulls:
        return box.x, _NODES
    bends = [(box.width == 0) + (b.width == 0) for _, b in pulls]
    weights = [(_NODES, _BEND, _BENDS)[n] for n in bends]
    total = sum(weights)
    return sum(w * x for w, (x, _) in zip(weights, pulls, strict=True)) / total, total


def _place(layer: list[Box], wanted: list[tuple[float, float]]) -> None:
    """Moves the boxes of a layer as close to `wanted` as order and gaps allow."""
    offsets, offset = [], 0.0
    for i, box in enumerate(layer):
        if i:
            offset += (layer[i - 1].width + box.width) / 2 + GAP
        offsets.append(offset)
    # With the gaps taken out, the places must not decrease: isotonic regression.
    pools: list[tuple[float, float, int]] = []  # weighted sum, weight, number
    for (place, weight), offset in zip(wanted, offsets, strict=True):
        pool = (weight * (place - offset), weight, 1)
        while pools and pools[-1][0] / pools[-1][1] > pool[0] / pool[1]:
            last = pools.pop()
            pool = (last[0] + pool[0], last[1] + pool[1], last[2] + pool[2])
        pools.append(pool)
    places = [total / weight for total, weight, n in pools for _ in range(n)]
    for box, place, offset in zip(layer, places, offsets, strict=True):
        box.x = place + offset


def _ports(chains: list[list[Box]], edges: Sequence[tuple[int, int, float | None]]) -> list[float]:
    """The given ports; where none was given, in the order in which the edges arrive."""
    ports = [port or 0.0 for _, _, port in edges]
    for end in {b for _, b, port in edges if port is None}:
        free = [i for i, (_, b, _) in enumerate(edges) if b == end]
        free.sort(key=lambda i: chains[i][-2].x)
        for k, i in enumerate(free):
            ports[i] = 2 * k / (len(free) - 1) - 1 if len(free) > 1 else 0.0
    return ports


def _route(chain: list[Box], port: float) -> list[tuple[float, float]]:
    start, *bends, end = chain
    entry = end.x + port * PORTS / 2 * end.width
    points = [(start.x, start.y + start.height / 2)]
    if bends:  # between the nodes of the first and the last layer that it passes, clear of them
        points.append((bends[0].x, bends[0].y - bends[0].height / 2))
        points += [(bend.x, bend.y) for bend in bends[1:-1]]
        points.append((bends[-1].x, bends[-1].y + bends[-1].height / 2))
    return [*points, (entry, end.y - end.height / 2)]
