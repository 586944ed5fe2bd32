"""Optimizers as objects: names, configs, files, errors, and what scripts do with them by hand."""

import inspect
import pickle
from typing import Any

import numpy as np
import pytest

tf = pytest.importorskip("tensorflow")
keras = pytest.importorskip("keras")

import scratch  # noqa: E402
from parity_tests.harness import tolerances  # noqa: E402

pytestmark = pytest.mark.usefixtures("keras_afresh")
OPTIONS: dict[str, dict[str, Any]] = {
    "SGD": {"momentum": 0.8, "nesterov": True},
    "RMSprop": {"rho": 0.8, "momentum": 0.5, "epsilon": 1e-3, "centered": True},
    "Adam": {"beta_1": 0.8, "beta_2": 0.95, "epsilon": 1e-3, "amsgrad": True},
    "AdamW": {"weight_decay": 0.01, "beta_1": 0.8, "amsgrad": True},
    "Adadelta": {"rho": 0.8, "epsilon": 1e-3},
    "Adagrad": {"initial_accumulator_value": 0.2, "epsilon": 1e-3},
    "Adamax": {"beta_1": 0.8, "beta_2": 0.95, "epsilon": 1e-3},
    "Adafactor": {"beta_2_decay": -0.5, "epsilon_1": 1e-6, "epsilon_2": 0.1, "clip_threshold": 2.0},
    "Nadam": {"beta_1": 0.8, "beta_2": 0.95, "epsilon": 1e-3},
    "Ftrl": {"learning_rate_power": -0.6, "l1_regularization_strength": 0.01, "beta": 0.2},
    "Lion": {"beta_1": 0.8, "beta_2": 0.95},
    "Lamb": {"beta_1": 0.8, "beta_2": 0.95, "epsilon": 1e-3},
    "Muon": {"momentum": 0.8, "exclude_layers": ["last"], "ns_steps": 3, "rms_rate": 0.3},
    "ScheduleFreeAdamW": {"beta_1": 0.8, "beta_2": 0.95, "warmup_steps": 3},
}
COMMON = {"learning_rate": 0.25, "global_clipnorm": 3.0, "use_ema": True, "ema_momentum": 0.9}
LIBRARIES = (keras, scratch)
SHAPES = ((3, 4), (4,), (2, 3, 2))


def variables(k, shapes=SHAPES):
    draw = np.random.default_rng(5)
    return [
        k.Variable(draw.uniform(-1, 1, s).astype("float32"), name=f"weight_{i}")
        for i, s in enumerate(shapes)
    ]


def gradients(step, shapes=SHAPES):
    draw = np.random.default_rng([step, 6])
    return [draw.standard_normal(s).astype("float32") for s in shapes]


def numbers(things):
    return [np.array(v.numpy() if hasattr(v, "numpy") else v) for v in things]


def assert_close(actual, expected, optimizer, steps):
    kappa = tolerances.KAPPA[type(optimizer).__name__.lower()]
    bound = tolerances.trajectory(steps, kappa, "float32").relative
    assert len(actual) == len(expected)
    for a, b in zip(actual, expected, strict=True):
        assert a.dtype == b.dtype
        assert a.shape == b.shape
        assert np.abs(a - b).max() <= bound * np.abs(b).max()


def steps(k, optimizer, weights, first, last):
    """Some steps by hand, as a script makes them; the weights and the optimizer's variables."""
    for step in range(first, last):
        pairs = zip([k.ops.convert_to_tensor(g) for g in gradients(step)], weights, strict=True)
        optimizer.apply_gradients(pairs)
    return numbers(weights) + numbers(optimizer.variables)


# Names and configs


@pytest.mark.parametrize("name", OPTIONS)
def test_configs_travel_both_ways(name):
    for options in ({}, OPTIONS[name] | COMMON):
        theirs, ours = (getattr(k.optimizers, name)(**options) for k in LIBRARIES)
        assert ours.get_config() == theirs.get_config()
        saved = scratch.optimizers.serialize(ours)
        assert saved == keras.optimizers.serialize(theirs)
        copy = scratch.optimizers.deserialize(keras.optimizers.serialize(theirs))
        assert type(copy) is type(ours)
        assert copy.get_config() == ours.get_config()
        back = keras.saving.deserialize_keras_object(saved)
        assert back.get_config() == theirs.get_config()
        assert pickle.loads(pickle.dumps(ours)).get_config() == ours.get_config()


@pytest.mark.parametrize("name", OPTIONS)
def test_arguments_stand_in_keras_order(name):
    theirs, ours = (
        inspect.signature(getattr(k.optimizers, name)).parameters.values() for k in LIBRARIES
    )
    own = [p for p in ours if p.kind is p.POSITIONAL_OR_KEYWORD]
    assert [(p.name, p.default) for p in own] == [(p.name, p.default) for p in theirs][: len(own)]


@pytest.mark.parametrize("name", OPTIONS)
def test_names_are_found_in_any_case(name):
    for spelled in (name, name.lower(), name.upper()):
        ours = scratch.optimizers.get(spelled)
        assert type(ours) is getattr(scratch.optimizers, name)
        if name != "Lamb":  # which Keras forgets
            theirs = keras.optimizers.get(spelled)
            assert ours.get_config() == theirs.get_config()
    assert scratch.optimizers.get(ours) is ours
    assert scratch.optimizers.get(None) is None


def a_mistake(act):
    """The exception that both libraries raise for a mistake; only its class must agree."""
    found = []
    for k in LIBRARIES:
        with pytest.raises(Exception) as caught:  # noqa: PT011
            act(k)
        found.append(caught)
    assert found[1].type is found[0].type
    assert str(found[1].value)


@pytest.mark.parametrize(
    "act",
    [
        lambda k: k.optimizers.get("typo"),
        lambda k: k.optimizers.get(3),
        lambda k: k.optimizers.get({}),
        lambda k: k.optimizers.get({"class_name": "typo", "config": {}}),
        lambda k: k.optimizers.get(k.optimizers.SGD),
        lambda k: k.optimizers.SGD(np.float32(0.1)),
        lambda k: k.optimizers.AdamW(weight_decay=None),
        lambda k: k.optimizers.Lion(beta_1=0.0),
        lambda k: k.optimizers.Ftrl(initial_accumulator_value=-1.0),
        lambda k: k.optimizers.Ftrl(learning_rate_power=0.5),
        lambda k: k.optimizers.Ftrl(l1_regularization_strength=-1.0),
        lambda k: k.optimizers.Ftrl(l2_regularization_strength=-1.0),
        lambda k: k.optimizers.Ftrl(l2_shrinkage_regularization_strength=-1.0),
        lambda k: k.optimizers.SGD(use_ema=True, ema_momentum=1.5),
        lambda k: k.optimizers.SGD(use_ema=True, ema_overwrite_frequency=0.5),
        lambda k: k.optimizers.SGD(gradient_accumulation_steps=1),
        lambda k: k.optimizers.SGD(foo=1),
        lambda k: k.optimizers.LossScaleOptimizer(k.optimizers.SGD(), dynamic=False),
        lambda k: k.optimizers.LossScaleOptimizer(k.optimizers.SGD(), clipnorm=1.0),
        lambda k: k.optimizers.LossScaleOptimizer(k.optimizers.SGD(), foo=1.0),
        lambda k: k.optimizers.SGD().apply([np.ones(2)]),
        lambda k: k.optimizers.SGD().apply_gradients([(None, k.Variable([1.0]))]),
        lambda k: k.optimizers.Adam().set_weights([np.ones(2)]),
        lambda k: k.optimizers.Muon().zeropower_via_newtonschulz5(
            k.ops.convert_to_tensor([1.0, 2.0]), 2
        ),
        lambda k: setattr(
            k.optimizers.SGD(k.optimizers.schedules.PolynomialDecay(0.1, 3)), "learning_rate", 0.1
        ),
    ],
)
def test_mistakes(act):
    a_mistake(act)


def test_a_weight_that_is_not_known():
    def act(k):
        optimizer = k.optimizers.SGD()
        optimizer.build(variables(k))
        optimizer.apply([np.ones(3, "float32")], [k.Variable(np.ones(3, "float32"))])

    a_mistake(act)


# Files


@pytest.mark.parametrize("name", OPTIONS)
def test_what_one_library_saves_the_other_continues(name):
    options = OPTIONS[name] | {"learning_rate": 0.01}
    weights = [variables(k) for k in LIBRARIES]
    optimizers = [getattr(k.optimizers, name)(**options) for k in LIBRARIES]
    # Three steps each; then each goes on from the other's file.
    for k, w, optimizer in zip(LIBRARIES, weights, optimizers, strict=True):
        steps(k, optimizer, w, 0, 3)
    stores: list[dict[str, Any]] = [{}, {}]
    for optimizer, store in zip(optimizers, stores, strict=True):
        optimizer.save_own_variables(store)
    assert list(stores[0]) == list(stores[1])
    after = numbers(weights[0]), numbers(weights[1])
    results = []
    for k, w, store, start in zip(LIBRARIES, weights, stores[::-1], after[::-1], strict=True):
        optimizer = getattr(k.optimizers, name)(**options)
        optimizer.build(w)
        optimizer.load_own_variables(store)
        for variable, value in zip(w, start, strict=True):
            variable.assign(value)
        results.append(steps(k, optimizer, w, 3, 6))
    assert_close(results[1], results[0], optimizers[1], 6)
    assert [v.path for v in optimizers[1].variables] == [v.path for v in optimizers[0].variables]


def test_a_file_of_another_optimizer_is_not_read():
    optimizer = scratch.optimizers.Adam()
    optimizer.build(variables(scratch))
    store: dict[str, Any] = {}
    scratch.optimizers.SGD().save_own_variables(store)
    with pytest.warns(UserWarning, match="Skipping variable loading"):
        optimizer.load_own_variables(store)


@pytest.mark.parametrize("more", [0, 2])
def test_a_file_of_fewer_or_more_numbers_is_not_looked_at(more):
    """What is skipped later need not fit."""
    optimizer = scratch.optimizers.SGD(momentum=0.5)
    optimizer.build(variables(scratch))
    store = {str(i): np.ones(7) for i in range(more * len(optimizer.variables))}
    optimizer.check_own_variables(store)
    with pytest.warns(UserWarning, match="Skipping variable loading"):
        optimizer.load_own_variables(store)


def test_set_weights():
    first, second = (scratch.optimizers.Adam() for _ in range(2))
    steps(scratch, first, variables(scratch), 0, 3)
    second.build(variables(scratch))
    second.set_weights(first.variables)
    for a, b in zip(first.variables, second.variables, strict=True):
        assert np.array_equal(a, b)
    with pytest.raises(ValueError, match="shape"):
        second.set_weights([np.ones(3)])


# Options that models do not reach


@pytest.mark.parametrize("name", ["AdamW", "Lamb", "Muon"])
def test_weights_excluded_from_decay(name):
    excluded: list[dict[str, Any]] = [
        {"var_list": [0]},
        {"var_names": ["_1$", "nothing"]},
        {"var_list": [2], "var_names": ["weight_0"]},
        {},
    ]
    for exclude in excluded:
        results = []
        for k in LIBRARIES:
            weights = variables(k)
            optimizer = getattr(k.optimizers, name)(0.1, weight_decay=0.5)
            arguments = dict(exclude)
            if "var_list" in exclude:
                arguments["var_list"] = [weights[i] for i in exclude["var_list"]]
            optimizer.exclude_from_weight_decay(**arguments)
            results.append(steps(k, optimizer, weights, 0, 3))
        assert_close(results[1], results[0], optimizer, 3)


@pytest.mark.parametrize("chosen", [(0,), (0, 1), (0, 1, 2)])
def test_averages_replace_the_weights_that_are_named(chosen):
    """The first ones: Keras takes the averages by their numbers, from 0."""
    results = []
    for k in LIBRARIES:
        weights = variables(k)
        optimizer = k.optimizers.SGD(0.1, use_ema=True, ema_momentum=0.9)
        before = steps(k, optimizer, weights, 0, 3)
        optimizer.finalize_variable_values([weights[i] for i in chosen])
        results.append(numbers(weights))
        same = [np.array_equal(a, b) for a, b in zip(before, results[-1], strict=False)]
        assert same == [i not in chosen for i in range(3)]
    assert_close(results[1], results[0], optimizer, 3)


@pytest.mark.parametrize("options", [{}, {"gradient_accumulation_steps": 2}, {"use_ema": True}])
@pytest.mark.parametrize("name", ["SGD", "Adam", "Adafactor", "Muon", "Lamb"])
def test_weights_overwritten_with_their_gradient(name, options):
    results = []
    for k in LIBRARIES:
        weights = variables(k)
        weights[1].overwrite_with_gradient = True
        optimizer = getattr(k.optimizers, name)(0.1, **options)
        results.append(steps(k, optimizer, weights, 0, 5))
    assert_close(results[1], results[0], optimizer, 5)


@pytest.mark.parametrize("name", OPTIONS)
def test_chunks_change_nothing(name, monkeypatch):
    """Not even where rows of an Embedding, looked up twice, lie in several of them."""
    numbers = np.random.default_rng(7).integers(0, 7, (16, 4)).astype("int32")

    def trained():
        scratch.utils.clear_session()
        scratch.utils.set_random_seed(1)
        layers = scratch.layers
        model = scratch.Sequential(
            [layers.Input((4,), dtype="int32"), layers.Embedding(9, 3), layers.Flatten(),
             layers.Dense(2)]
        )  # fmt: skip
        model.compile(getattr(scratch.optimizers, name)(**OPTIONS[name]), "mse")
        model.fit(numbers, numbers[:, :2], batch_size=4, verbose=0)
        return model.get_weights()

    whole = trained()
    monkeypatch.setattr("scratch.optimizers.base.elementwise.CHUNK", 7)
    for a, b in zip(trained(), whole, strict=True):
        np.testing.assert_array_equal(a, b)


def test_some_weights_only():
    """In any order, with gradients that are missing, as custom training loops do it."""
    results = []
    for k in LIBRARIES:
        weights = variables(k)
        optimizer = k.optimizers.Adam(0.1, weight_decay=0.1)
        optimizer.build(weights)
        for step in range(4):
            g = [k.ops.convert_to_tensor(a) for a in gradients(step)]
            optimizer.apply([g[2], g[0]], [weights[2], weights[0]])
            with pytest.warns(UserWarning, match="Gradients do not exist"):
                optimizer.apply([None, g[1], g[2]], weights)
            optimizer.apply(g)
        results.append(numbers(weights) + numbers(optimizer.variables))
    assert_close(results[1], results[0], optimizer, 12)


def test_learning_rates_that_are_no_number():
    for k in LIBRARIES:
        optimizer = k.optimizers.Adam(0.001)
        assert len(optimizer.variables) == 2
        optimizer.learning_rate = k.optimizers.schedules.PolynomialDecay(0.1, 4)
        assert len(optimizer.variables) == 1
        optimizer = k.optimizers.SGD(lambda: 0.1)
        assert float(np.asarray(optimizer.learning_rate)) == 0.1
        config = k.optimizers.SGD(k.optimizers.schedules.CosineDecay(0.1, 5)).get_config()
        assert config["learning_rate"]["class_name"] == "CosineDecay"
        copy = k.optimizers.SGD.from_config(config)
        assert np.asarray(copy.learning_rate) == np.float32(0.1)


@pytest.mark.parametrize("limit", [-0.5, 0.0, 0.25])
@pytest.mark.parametrize("kind", ["clipvalue", "clipnorm", "global_clipnorm"])
def test_a_clip_that_is_not_above_zero_clips_nothing(kind, limit):
    results = []
    for k in LIBRARIES:
        optimizer = k.optimizers.SGD(0.1, **{kind: limit})
        results.append(steps(k, optimizer, variables(k), 0, 2))
    assert_close(results[1], results[0], optimizer, 2)


@pytest.mark.parametrize("name", OPTIONS)
def test_a_single_weight(name):
    for shape in ((), (1,), (2, 3)):
        results = []
        for k in LIBRARIES:
            optimizer, weight = getattr(k.optimizers, name)(0.01), variables(k, [shape])[0]
            for step in range(3):
                gradient = k.ops.convert_to_tensor(gradients(step, [shape])[0])
                optimizer.apply_gradients([(gradient, weight)])
            results.append(numbers([weight, *optimizer.variables]))
        assert_close(results[1], results[0], optimizer, 3)


@pytest.mark.parametrize("shape", [(4, 3), (3, 4), (3, 3), (1, 5), (2, 4, 3), (2, 3, 4), (4, 2, 3)])
def test_the_nearly_orthogonal_factor(shape):
    """Of one matrix, tall or wide, and of a stack of them."""
    x = gradients(0, [shape])[0]
    results = [
        np.asarray(k.optimizers.Muon().zeropower_via_newtonschulz5(k.ops.convert_to_tensor(x), 5))
        for k in LIBRARIES
    ]
    assert_close(results[1:], results[:1], scratch.optimizers.Muon(), 5)


# Loss scaling


def test_loss_scaling_finds_its_scale():
    results = []
    for k in LIBRARIES:
        weights = variables(k)
        inner = k.optimizers.Adam(0.1)
        optimizer = k.optimizers.LossScaleOptimizer(
            inner, initial_scale=8.0, dynamic_growth_steps=3
        )
        seen = [float(optimizer.scale_loss(1.0))]
        for step in range(15):
            g = [a * np.float32(seen[-1]) for a in gradients(step)]
            if step in (2, 9, 10):
                g[1][0] = np.inf if step == 9 else np.nan
            optimizer.apply([k.ops.convert_to_tensor(a) for a in g], weights)
            seen.append(float(optimizer.scale_loss(np.float32(1))))
        optimizer.learning_rate = 0.2
        assert float(np.asarray(inner.learning_rate)) == float(np.float32(0.2))
        assert int(np.asarray(optimizer.iterations)) == 12
        results.append((seen, numbers(weights) + numbers(optimizer.variables)))
    assert results[0][0] == results[1][0]
    assert {4.0, 16.0} <= set(seen)  # it fell and it rose
    assert_close(results[1][1], results[0][1], inner, 15)


@pytest.mark.parametrize("eagerly", [False, True])
@pytest.mark.parametrize("name", ["SGD", "ScheduleFreeAdamW"])
def test_loss_scaling_in_a_model(name, eagerly):
    """Where a step is compiled, schedule-free AdamW loses its start (quirk K21), scaled or not."""
    results = []
    x, y = np.random.default_rng(1).normal(size=(2, 8, 3)).astype("float32")
    for k in LIBRARIES:
        k.utils.set_random_seed(3)
        model = k.Sequential([k.Input((3,)), k.layers.Dense(3)])
        optimizer = k.optimizers.LossScaleOptimizer(getattr(k.optimizers, name)(0.1))
        model.compile(optimizer, "mse", run_eagerly=eagerly)
        model.fit(x, y, batch_size=4, epochs=3, verbose=0)
        results.append(numbers(model.weights))
        saved = k.optimizers.serialize(optimizer)
        assert k.optimizers.deserialize(saved).get_config() == optimizer.get_config()
    assert_close(results[1], results[0], getattr(scratch.optimizers, name)(), 6)


def test_loss_scaling_by_hand_keeps_what_it_wraps():
    results = []
    for k in LIBRARIES:
        optimizer = k.optimizers.LossScaleOptimizer(k.optimizers.ScheduleFreeAdamW(0.1))
        results.append(steps(k, optimizer, variables(k), 0, 3))
    assert_close(results[1], results[0], scratch.optimizers.ScheduleFreeAdamW(), 3)


# Optimizers of one's own


def with_momentum(k: Any) -> Any:
    """The example of Keras's documentation, for either library."""

    class MySGD(k.optimizers.Optimizer):
        def __init__(self, learning_rate=0.1, mu=0.9, **kwargs):
            super().__init__(learning_rate, **kwargs)
            self.mu = mu

        def build(self, variables):
            super().build(variables)
            self.momentums = [
                self.add_variable_from_reference(reference_variable=v, name="momentum")
                for v in variables
            ]
            self.count = self.add_variable((), "ones", name="count")

        def update_step(self, gradient, variable, learning_rate):
            ops = k.ops
            lr = ops.cast(learning_rate, variable.dtype)
            m = self.momentums[self._get_variable_index(variable)]
            self.assign(
                m,
                ops.subtract(
                    ops.multiply(m, ops.cast(self.mu, variable.dtype)), ops.multiply(gradient, lr)
                ),
            )
            self.assign_add(variable, m)
            self.assign_sub(self.count, 0.25)

        def get_config(self):
            return {**super().get_config(), "mu": self.mu}

    return MySGD()


def quartered(k: Any) -> Any:
    """A subclass of a built-in optimizer with another `update_step`."""

    class Quarter(k.optimizers.Adam):
        def update_step(self, gradient, variable, learning_rate):
            super().update_step(k.ops.multiply(gradient, 0.25), variable, learning_rate)

    return Quarter(0.1, weight_decay=0.1)


@pytest.mark.parametrize("make", [with_momentum, quartered])
def test_an_optimizer_of_ones_own(make):
    results = []
    for k in LIBRARIES:
        optimizer = make(k)
        results.append(steps(k, optimizer, variables(k), 0, 5))
    assert_close(results[1], results[0], scratch.optimizers.Adam(), 5)


def test_without_a_formula_there_is_no_step():
    optimizer = scratch.optimizers.Optimizer(0.1)
    with pytest.raises(NotImplementedError, match="update_step"):
        optimizer.apply_gradients([(np.ones(2), scratch.Variable([1.0, 2.0]))])
