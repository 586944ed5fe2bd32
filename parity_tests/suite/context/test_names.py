"""Names that nobody gave: of tensors and layers, also in copies of models."""

from typing import Any

import pytest

keras = pytest.importorskip("keras")

import scratch  # noqa: E402


def named(model: Any) -> Any:
    tensors = [*model.inputs, *model.outputs]
    return [layer.name for layer in model.layers], [x.name for x in tensors]


def one_input(k):
    x = k.Input((3,))
    return k.Model(x, k.layers.Dense(2)(x))


def two_inputs(k):
    x = [k.Input((3,)), k.Input((3,))]
    return k.Model(x, k.layers.Add()(x))


def named_inputs(k):
    x = {"q": k.Input((3,), name="q"), "p": k.Input((3,), name="p")}
    return k.Model(x, k.layers.Add()([x["q"], x["p"]]))


def of_ops(k):
    x = k.Input((3,))
    return k.Model(x, x * 2 + k.ops.exp(x))


def stack(k):
    return k.Sequential([k.Input((3,)), k.layers.Dense(2), k.layers.Dense(1)])


def stack_built_later(k):
    model = k.Sequential([k.layers.Dense(2), k.layers.Dense(1)])
    model.build((None, 3))
    return model


@pytest.mark.parametrize(
    "build", [one_input, two_inputs, named_inputs, of_ops, stack, stack_built_later]
)
def test_names_of_a_model_its_copy_and_the_next(build):
    found = []
    for k in (scratch, keras):
        k.utils.clear_session(free_memory=False)
        model = build(k)
        copy = k.models.clone_model(model)
        found.append([named(m) for m in (model, copy, build(k))])
    assert found[0] == found[1]
