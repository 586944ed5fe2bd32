"""Where to draw the nodes of a directed acyclic graph: in layers, from top to bottom.

The method of Sugiyama, Tagawa and Toda (1981), in four steps:

1. a node's layer is one below the lowest of those it depends on;
2. an edge that passes a layer gets a bend in it;
3. within each layer, nodes and bends are sorted by the mean place of their neighbours, downwards
   and upwards in turn, and the order with the fewest crossings is kept;
4. each then moves as close to the mean of its neighbours as its own neighbours left and right let
   it: least squares under order constraints, solved exactly by pooling adjacent violators.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

GAP, LAYER_GAP = 26.0, 46.0  # pixels between neighbours, and between layers
_SWEEPS = 24


@dataclass
class Box:
    """A node, or a bend of an edge (of width 0): its size and, in the end, its centre."""

    width: float = 0.0
    height: float = 0.0
    layer: int = 0
    x: float = 0.0
    y: float = 0.0
    above: "list[Box]" = field(default_factory=list, repr=False)
    below: "list[Box]" = field(default_factory=list, repr=False)


@dataclass
class Layout:
    """The finished drawing: boxes of the nodes, the points of each edge, and the whole size."""

    boxes: list[Box]
    routes: list[list[tuple[float, float]]]
    width: float
    height: float


def layered(
    sizes: Sequence[tuple[float, float]], edges: Sequence[tuple[int, int, float]]
) -> Layout:
    """Places nodes 0 ... n - 1, given in topological order.

    Args:
        sizes: width and height of each node.
        edges: (from, to, port): `port`, from -1 to 1, says where on its upper side the node `to`
            is entered.
    """
    boxes = [Box(width, height) for width, height in sizes]
    _assign_layers(boxes, edges)
    chains = [_chain(boxes[a], boxes[b]) for a, b, _ in edges]
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
        y += height + LAYER_GAP
    routes = []
    for chain, (_, _, port) in zip(chains, edges, strict=True):
        start, *bends, end = chain
        entry = end.x + port * 0.3 * end.width
        points = [(start.x, start.y + start.height / 2), *((b.x, b.y) for b in bends)]
        routes.append([*points, (entry, end.y - end.height / 2)])
    return Layout(boxes, routes, width, max(y - LAYER_GAP, 0.0))


def _assign_layers(boxes: list[Box], edges: Sequence[tuple[int, int, float]]) -> None:
    for a, b, _ in sorted(edges, key=lambda edge: edge[1]):
        boxes[b].layer = max(boxes[b].layer, boxes[a].layer + 1)
    entered = {b for _, b, _ in edges}
    for i, box in enumerate(boxes):  # what depends on nothing moves down to where it is used
        users = [boxes[b].layer for a, b, _ in edges if a == i]
        if i not in entered and users:
            box.layer = min(users) - 1


def _chain(start: Box, end: Box) -> list[Box]:
    chain = [start, *(Box(layer=i) for i in range(start.layer + 1, end.layer)), end]
    for upper, lower in itertools.pairwise(chain):
        upper.below.append(lower)
        lower.above.append(upper)
    return chain


def _sorted(layers: list[list[Box]]) -> list[list[Box]]:
    best, fewest = layers, _crossings(layers)
    for sweep in range(_SWEEPS):
        down = sweep % 2 == 0
        layers = [list(layer) for layer in layers]
        for i in range(1, len(layers)) if down else range(len(layers) - 2, -1, -1):
            fixed = {id(box): k for k, box in enumerate(layers[i - 1 if down else i + 1])}
            places = {}
            for k, box in enumerate(layers[i]):
                near = [fixed[id(b)] for b in (box.above if down else box.below)]
                places[id(box)] = sum(near) / len(near) if near else k
            layers[i].sort(key=lambda box, places=places: places[id(box)])  # type: ignore[misc]
        crossings = _crossings(layers)
        if crossings < fewest:
            best, fewest = layers, crossings
    return best


def _crossings(layers: list[list[Box]]) -> int:
    total = 0
    for upper, lower in itertools.pairwise(layers):
        place = {id(box): k for k, box in enumerate(lower)}
        ends = [
            place[id(b)] for box in upper for b in sorted(box.below, key=lambda b: place[id(b)])
        ]
        total += sum(a > b for i, a in enumerate(ends) for b in ends[i + 1 :])
    return total


def _assign_x(layers: list[list[Box]]) -> float:
    for layer in layers:
        _place(layer, [0.0] * len(layer))
    for sweep in range(_SWEEPS):
        down = sweep % 2 == 0
        for layer in layers if down else reversed(layers):
            wanted = []
            for box in layer:
                near = (box.above or box.below) if down else (box.below or box.above)
                wanted.append(sum(b.x for b in near) / len(near) if near else box.x)
            _place(layer, wanted)
    left = min((box.x - box.width / 2 for layer in layers for box in layer), default=0.0)
    for layer in layers:
        for box in layer:
            box.x -= left
    return max((box.x + box.width / 2 for layer in layers for box in layer), default=0.0)


def _place(layer: list[Box], wanted: list[float]) -> None:
    """Moves the boxes of a layer as close to `wanted` as order and gaps allow."""
    offsets, offset = [], 0.0
    for i, box in enumerate(layer):
        if i:
            offset += (layer[i - 1].width + box.width) / 2 + GAP
        offsets.append(offset)
    # With the gaps taken out, the places must not decrease: isotonic regression.
    pools: list[tuple[float, float, int]] = []  # weighted sum, weight, number
    for box, place, offset in zip(layer, wanted, offsets, strict=True):
        weight = 1.0 if box.width else 4.0  # a bend out of line is uglier than a node
        pool = (weight * (place - offset), weight, 1)
        while pools and pools[-1][0] / pools[-1][1] > pool[0] / pool[1]:
            last = pools.pop()
            pool = (last[0] + pool[0], last[1] + pool[1], last[2] + pool[2])
        pools.append(pool)
    places = [total / weight for total, weight, n in pools for _ in range(n)]
    for box, place, offset in zip(layer, places, offsets, strict=True):
        box.x = place + offset
