"""Clones of models: new layers all the way down, and everything else as it was."""

import numpy as np
import pytest

import scratch

keras = pytest.importorskip("tensorflow").keras


def deep(k, levels):
    """A dense layer inside a model, inside a model, ...: by turns of both kinds."""
    part = k.layers.Dense(3, name="innermost")
    for level in range(levels):
        if level % 2:
            part = k.Sequential([k.Input((3,)), part], name=f"level{level}")
        else:
            x = k.Input((3,))
            part = k.Model(x, part(x), name=f"level{level}")
    return part


def layers_of(model):
    """All layers, those of models inside included."""
    found = []
    for layer in model.layers:
        found += [layer, *(layers_of(layer) if hasattr(layer, "layers") else [])]
    return found


@pytest.mark.parametrize("levels", [1, 2, 3, 4])
def test_layers_are_new_at_every_level(levels):
    seen: list[str] = []

    def renamed(layer):
        seen.append(layer.name)
        return layer.__class__.from_config({**layer.get_config(), "name": f"{layer.name}_new"})

    model = deep(scratch, levels)
    copy = scratch.models.clone_model(model, clone_function=renamed, recursive=True)
    assert not {id(a) for a in layers_of(model)} & {id(b) for b in layers_of(copy)}
    assert seen.count("innermost") == 1
    assert [layer.name for layer in layers_of(copy)].count("innermost_new") == 1
    assert len(copy.weights) == len(model.weights) == 2


def half_frozen(k):
    frozen = k.layers.Dense(3, name="frozen")
    frozen.trainable = False
    return [k.Input((3,)), frozen, k.layers.Dense(2, name="free")]


def stacked(k):
    return k.Sequential(half_frozen(k), name="stack")


def wholly_frozen(k):
    return k.Sequential(half_frozen(k), name="stack", trainable=False)


def a_graph(k):
    x, *layers = half_frozen(k)
    y = x
    for layer in layers:
        y = layer(y)
    return k.Model(x, y, name="graph")


def frozen_inside(k):
    inner = k.Sequential([k.Input((3,)), k.layers.Dense(3, name="d")], name="inner")
    inner.trainable = False
    return k.Sequential([k.Input((3,)), inner, k.layers.Dense(2, name="free")], name="outer")


@pytest.mark.parametrize("build", [stacked, wholly_frozen, a_graph, frozen_inside])
def test_what_is_frozen_stays_frozen(build):
    """As in Keras: what a clone trains, and what its layers are called."""
    told = []
    for library in (scratch, keras):
        copy = library.models.clone_model(build(library))
        told.append(
            (
                copy.name,
                copy.trainable,
                [(layer.name, layer.trainable) for layer in layers_of(copy) if layer.weights],
                [w.path.split("/")[-2:] for w in copy.trainable_weights],
                len(copy.non_trainable_weights),
            )
        )
    assert told[0] == told[1]


def test_a_clone_has_weights_of_its_own():
    model = a_graph(scratch)
    copy = scratch.models.clone_model(model)
    before = [w.copy() for w in model.get_weights()]
    copy.set_weights([np.ones_like(w) for w in before])
    assert all(map(np.array_equal, model.get_weights(), before))
