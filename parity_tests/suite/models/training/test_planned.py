"""A step written down gives the digits of the ordinary way, and is forgotten when it must be."""

import importlib.util

import numpy as np
import pytest

import scratch as keras
from parity_tests import cases
from parity_tests.commands.plan import KINDS, text_of
from parity_tests.commands.unchanged import digits
from parity_tests.harness.engines import PRECISIONS, Engine
from scratch import quirks
from scratch.models.training import planned, step
from scratch.network import replay

CASES = [
    (case, scenario)
    for module in cases.MODULES
    for case in cases.of(module)
    for mode, scenario in digits.ways(module, case)
    if mode == "hand" and scenario in ("training", "fitting")
]


@pytest.mark.filterwarnings("ignore:The model does not have any trainable weights:UserWarning")
@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize(("case", "scenario"), CASES, ids=lambda given: getattr(given, "name", ""))
def test_both_ways_give_the_same_bits(case, scenario, precision, monkeypatch):
    engine = Engine("scratch", "hand", precision)
    with monkeypatch.context() as ordinary:
        ordinary.setattr(planned, "AFTER", 0)
        expected = digits.digest(engine, case, scenario)
    monkeypatch.setattr(planned, "AFTER", 1)
    monkeypatch.setattr(replay, "WAIT", 0)
    monkeypatch.setattr(step, "nothing_can_interrupt", lambda: True)
    assert digits.digest(engine, case, scenario) == expected


def _model(**settings):
    keras.utils.set_random_seed(0)
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((3,)),
            layers.Dense(5, activation="tanh"),
            layers.Dropout(0.25),
            layers.BatchNormalization(),
            layers.Dense(4, activation="relu"),
            layers.Dense(3, activation="softmax"),
        ]
    )
    settings = {"loss": "sparse_categorical_crossentropy", "metrics": ["accuracy"], **settings}
    model.compile(**{"optimizer": "adam", **settings})
    return model


@pytest.mark.parametrize("name", ["Identity", "Dropout", "ActivityRegularization"])
def test_a_model_that_computes_nothing_goes_on_after_its_plan_is_made(name):
    x = np.random.default_rng(0).normal(size=(2 * planned.AFTER, 4)).astype("float32")
    given = keras.Input((4,))
    layer = keras.layers.Dropout(0.5) if name == "Dropout" else getattr(keras.layers, name)()
    model = keras.Model(given, layer(given))
    model.compile("sgd", "mse")
    assert np.array_equal(model.predict(x, batch_size=1, verbose=0), x)
    costs = [model.evaluate(row[None], row[None] + 1, verbose=0) for row in x]
    assert np.allclose(costs, 1)


class _Own(keras.losses.Loss):
    def call(self, y_true, y_pred):
        return keras.ops.sum(keras.ops.abs(y_pred - keras.ops.expand_dims(y_true, -1)), axis=-1)


@pytest.mark.parametrize("name", ["lambda", "1st", "", "a b", "x", "y", "total"])
def test_any_name_will_do(name):
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, name=name or None)])
    model.compile("sgd", "mse")
    x = _data(16)[0]
    model.fit(x, x[:, :2], epochs=5, verbose=0)
    assert planned.of(model, "train") is not None


def _data(rows=70):
    draws = np.random.default_rng(0)
    return draws.normal(size=(rows, 3)).astype("float32"), draws.integers(0, 3, rows)


def _fitted(monkeypatch, after, work, settings):
    """Weights, logs and slots of a model, and whether its last step was one of a plan."""
    monkeypatch.setattr(planned, "AFTER", after)
    monkeypatch.setattr(replay, "WAIT", 0)
    model = _model(**settings())
    told = work(model)
    arrays = [v.numpy() for v in (*model.variables, *model.optimizer.variables)]
    return arrays, told, planned.of(model, "train") is not None


def _same(monkeypatch, work, in_the_end=True, settings=dict):
    """Runs `work` the ordinary way and with plans, which are there in the end or are not."""
    expected, told, none = _fitted(monkeypatch, 0, work, settings)
    found, same, some = _fitted(monkeypatch, 1, work, settings)
    assert not none
    assert some is in_the_end
    assert same == told
    for a, b in zip(found, expected, strict=True):
        assert a.tobytes() == b.tobytes()


def _fit(model, epochs=3, rows=70, **options):
    return model.fit(*_data(rows), epochs=epochs, verbose=0, **options).history


def test_a_fit_with_a_smaller_last_batch(monkeypatch):
    _same(monkeypatch, lambda model: _fit(model, batch_size=32))


def test_validation_and_evaluation_and_prediction(monkeypatch):
    def work(model):
        told = _fit(model, batch_size=16, validation_data=_data(40))
        told["evaluated"] = model.evaluate(*_data(50), batch_size=8, verbose=0)
        told["predicted"] = model.predict(_data(50)[0], batch_size=7, verbose=0).tolist()
        told["called"] = [model(_data(4)[0]).numpy().tolist() for _ in range(3)]
        return told

    _same(monkeypatch, work)


class _Changes(keras.callbacks.Callback):
    """Changes something behind the third batch of the second epoch."""

    def __init__(self, change):
        super().__init__()
        self.change, self.epoch = change, 0

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch

    def on_train_batch_end(self, batch, logs=None):
        if (self.epoch, batch) == (1, 2):
            self.change(self.model)


def _set(path, value):
    def change(model):
        *first, last = path.split(".")
        thing = model
        for name in first:
            thing = thing[int(name)] if name.isdigit() else getattr(thing, name)
        setattr(thing, last, value(thing) if callable(value) else value)

    return change


CHANGES = {
    "learning rate": _set("optimizer.learning_rate", 0.125),
    "rate of a dropout": _set("layers.1.rate", 0.5),
    "activation": _set("layers.0.activation", lambda _: keras.activations.sigmoid),
    "beta": _set("optimizer.beta_1", 0.5),
    "momentum of averages": _set("layers.2.momentum", 0.5),
    "limit of gradients": _set("optimizer.clipvalue", 1e-3),
    "constraint": _set("layers.0.kernel.constraint", lambda _: keras.constraints.NonNeg()),
    "weights": lambda model: model.set_weights([w * 2 for w in model.get_weights()]),
    "weights that move": lambda model: _move(model),
    "state of the optimizer": lambda model: model.optimizer.iterations.assign(7),
    "metrics": lambda model: model.reset_metrics(),
}


def _move(model):
    for v in model.trainable_variables:
        v.array = v.array.copy()


@pytest.mark.parametrize("change", CHANGES.values(), ids=list(CHANGES))
@pytest.mark.filterwarnings("ignore:.*was changed after the model had made a step:UserWarning")
def test_what_a_callback_changes_counts_at_once(monkeypatch, change):
    stays = change is not CHANGES["constraint"]
    _same(
        monkeypatch,
        lambda model: _fit(model, batch_size=10, callbacks=[_Changes(change)]),
        in_the_end=stays,
    )


def test_a_quirk_that_is_switched_counts_at_once(monkeypatch):
    def work(model):
        _fit(model)
        with quirks.without("K7", "K2"):
            told = _fit(model, epochs=1)
        return told | {"again": _fit(model)}

    _same(monkeypatch, work)


def test_a_decay_that_is_taken_from_a_weight_counts_at_once(monkeypatch):
    def work(model):
        def exclude(model):
            model.optimizer.exclude_from_weight_decay(var_names=["kernel"])

        return _fit(model, batch_size=10, callbacks=[_Changes(exclude)])

    _same(
        monkeypatch, work, settings=lambda: {"optimizer": keras.optimizers.AdamW(weight_decay=9.0)}
    )


def test_a_plan_lasts_from_fit_to_fit():
    model = _model()
    _fit(model)
    plan = planned.of(model, "train")
    model.evaluate(*_data(), verbose=0)
    _fit(model)
    assert plan is planned.of(model, "train") is not None


def test_weights_that_move_twice_are_not_where_they_were():
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    x = _data(4)[0]
    for _ in range(planned.AFTER + 1):
        model.predict(x, verbose=0)
    plan = planned.of(model, "predict")
    assert plan is not None
    assert plan.holds
    for _ in range(50):  # a new array may have the identity of the last one but one
        for v in model.variables:
            v.array = v.array.copy()
        assert not plan.holds


def test_compiling_again_and_freezing(monkeypatch):
    def work(model):
        told = [_fit(model)]
        model.layers[0].trainable = False
        model.compile("sgd", "sparse_categorical_crossentropy")
        told.append(_fit(model))
        model.compile("rmsprop", "sparse_categorical_crossentropy", weighted_metrics=["accuracy"])
        return [*told, _fit(model)]

    _same(monkeypatch, work)


@pytest.mark.parametrize(
    "settings",
    [
        lambda: {"optimizer": keras.optimizers.SGD(0.1, momentum=0.9, nesterov=True)},
        lambda: {"optimizer": keras.optimizers.AdamW(weight_decay=0.1)},
        lambda: {"optimizer": keras.optimizers.Adam(global_clipnorm=0.1)},
        lambda: {"optimizer": keras.optimizers.RMSprop(clipnorm=0.01)},
        lambda: {"optimizer": keras.optimizers.SGD(clipvalue=0.001)},
        lambda: {"metrics": ["accuracy", "sparse_categorical_crossentropy"]},
        lambda: {"metrics": [keras.metrics.SparseTopKCategoricalAccuracy(2)]},
        lambda: {"metrics": None, "weighted_metrics": ["accuracy"]},
        lambda: {"loss": lambda y, p: keras.ops.mean(keras.ops.square(p - y[:, None]), axis=-1)},
        lambda: {"loss": _Own()},
    ],
    ids=[
        "momentum",
        "decay",
        "all clipped",
        "each clipped",
        "entries clipped",
        "two metrics",
        "settings",
        "weighted",
        "own function",
        "own class",
    ],
)
def test_other_settings(monkeypatch, settings):
    _same(monkeypatch, _fit, settings=settings)


@pytest.mark.parametrize(
    "settings",
    [
        {"optimizer": keras.optimizers.Adam(use_ema=True)},
        {"optimizer": keras.optimizers.Adam(gradient_accumulation_steps=2)},
        {"run_eagerly": True},
        {"jit_compile": True},
    ],
    ids=["averages", "accumulation", "eagerly", "XLA"],
)
def test_what_lines_cannot_say_is_not_planned(settings):
    model = _model(**settings)
    _fit(model)
    assert planned.of(model, "train") is None


def test_sample_weights_take_the_ordinary_way():
    model = _model()
    _fit(model, sample_weight=np.ones(70))
    assert planned.of(model, "train") is None
    _fit(model)
    assert planned.of(model, "train") is not None


def test_a_wrong_label_in_the_middle_changes_nothing():
    model = _model()
    x, y = _data(64)
    model.fit(x, y, batch_size=8, verbose=0)
    assert planned.of(model, "train") is not None
    before = [v.numpy() for v in (*model.variables, *model.optimizer.variables)]
    with pytest.raises(keras.ops.errors.InvalidArgumentError, match="label value of 3"):
        model.fit(x[:8], np.full(8, 3), batch_size=8, verbose=0, shuffle=False)
    after = [v.numpy() for v in (*model.variables, *model.optimizer.variables)]
    seed = model.layers[1].seed_generator.state
    for v, a, b in zip([*model.variables, *model.optimizer.variables], before, after, strict=True):
        assert v is seed or a.tobytes() == b.tobytes()


class _Fails:
    """What fails from some time on."""

    now = False

    @classmethod
    def after(cls, function):
        def fails(*args, **options):
            if cls.now:
                raise MemoryError("no room")
            return function(*args, **options)

        return fails


class _FailingMean(keras.metrics.Mean):
    def update_state(self, y_true, y_pred, sample_weight=None):  # type: ignore[override]
        _Fails.after(super().update_state)(y_pred)


@pytest.mark.parametrize("made", [False, True], ids=["update", "metric"])
def test_an_error_says_whether_the_step_was_made(made, monkeypatch):
    if not made:
        monkeypatch.setattr(
            keras.optimizers.Adam, "update", _Fails.after(keras.optimizers.Adam.update)
        )
    model, (x, y) = _model(metrics=[_FailingMean()] if made else []), _data(64)
    model.fit(x, y, batch_size=8, verbose=0)
    monkeypatch.setattr(_Fails, "now", True)
    before = int(model.optimizer.iterations)
    with pytest.raises(MemoryError) as error:
        model.fit(x, y, batch_size=8, verbose=0)
    notes = getattr(error.value, "__notes__", [])
    assert any("half-way" in note for note in notes) is not made
    assert int(model.optimizer.iterations) - before == made


def test_a_subclass_that_computes_otherwise_is_heard():
    class Doubled(keras.layers.Dense):
        def forward_z(self, x, node):
            return 2 * super().forward_z(x, node)

    model = keras.Sequential([keras.Input((3,)), Doubled(2)])
    x = _data(4)[0]
    first = model.predict(x, verbose=0)
    for _ in range(2 * planned.AFTER):
        assert model.predict(x, verbose=0).tobytes() == first.tobytes()
    plan = planned.of(model, "predict")
    assert plan is not None
    assert "matmul" not in plan.text


class _Scaled(keras.layers.Layer):
    """Operations, among them some of a constant, an infinity, an array, and a weight or two."""

    def build(self, shape):
        self.scale = self.add_weight(shape=(shape[-1],), initializer="ones", name="scale")
        self.shift = self.add_weight(shape=(), initializer="zeros", name="shift")
        self.unused = self.add_weight(
            shape=(2,), initializer="ones", name="unused", trainable=False
        )

    def call(self, x):
        ops = keras.ops
        y = ops.exp(-x * self.scale) + np.arange(x.shape[-1], dtype="float32")
        return ops.minimum(y, float("inf")) * ops.cast(self.shift + 2, x.dtype)


def _as_it_is(y_true, y_pred):
    return y_pred  # an array of somebody else's


def _looked_up(y_true, y_pred):
    rows = keras.ops.take(np.array([0.5, -1, 2], "float32"), keras.ops.cast(y_true, "int32"))
    return keras.ops.mean(keras.ops.abs(y_pred - rows[:, None]), axis=-1)


@pytest.mark.parametrize("loss", ["mse", _as_it_is, _looked_up], ids=["built-in", "itself", "rows"])
def test_operations_are_lines(monkeypatch, loss):
    def model(**_):
        keras.utils.set_random_seed(0)
        layers = [keras.layers.Dense(3), _Scaled(), keras.layers.Dense(4, "tanh"), _Scaled()]
        made = keras.Sequential([keras.Input((3,)), *layers])
        made.compile("adam", loss)
        return made

    def work(model):
        x, y = _data()
        labels = np.stack([y] * 4, 1) if loss == "mse" else y
        return model.fit(x, labels, epochs=3, verbose=0).history

    monkeypatch.setitem(globals(), "_model", model)
    _same(monkeypatch, work)
    made = model()
    work(made)
    plan = planned.of(made, "train")
    assert plan is not None
    text = plan.text
    assert "= exp(" in text
    assert "ops_forward" not in text
    assert "ops_backward" not in text


@pytest.mark.parametrize("name", ["mse", "mae", "mape", "msle", "log_cosh_error"])
@pytest.mark.parametrize("labels", ["a column", "a row", "whole numbers"])
def test_errors_among_the_metrics_are_lines(monkeypatch, name, labels):
    def model(**_):
        keras.utils.set_random_seed(0)
        made = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
        made.compile("sgd", "mse", metrics=[name])
        return made

    def work(model):
        x, y = _data()
        y = y.astype("int64" if labels == "whole numbers" else "float32")
        return model.fit(x, y[:, None] if labels == "a column" else y, verbose=0, epochs=3).history

    monkeypatch.setitem(globals(), "_model", model)
    _same(monkeypatch, work)
    made = model()
    work(made)
    plan = planned.of(made, "train")
    assert plan is not None
    assert "_update(" not in plan.text.partition("# metrics")[2]


class _Noisy(keras.layers.Layer):
    """x + n, where n depends on the shape of x, and has no way back to it."""

    def call(self, x):
        return x + keras.random.normal(keras.ops.shape(x), stddev=0.1)


def test_a_variable_of_nobody_is_read_where_it_is(monkeypatch):
    """It may move: to the weights of another model, when that one is compiled."""
    shared = keras.Variable(np.ones(3, "float32"))

    class Reads(keras.layers.Layer):
        def call(self, x):
            return x * shared

    def told(after):
        monkeypatch.setattr(planned, "AFTER", after)
        keras.utils.set_random_seed(0)
        shared.assign(np.ones(3))
        model = keras.Sequential([keras.Input((3,)), Reads(), keras.layers.Dense(1)])
        model.compile("sgd", "mse")
        x, found = np.ones((8, 3), "float32"), []
        for factor in (2.0, 3.0):
            model.fit(x, x[:, :1], batch_size=2, epochs=2, verbose=0)
            found.append(model.predict(x, verbose=0).tolist())
            shared.array = shared.array.copy()
            shared.assign(np.full(3, factor))
            found.append(model.predict(x, verbose=0).tolist())
        return found

    assert told(1) == told(0)


JOINS = {
    "a sum": lambda a, b, x: keras.layers.Add()([a, b]),
    "of one": lambda a, b, x: keras.layers.Multiply()([b, b]),
    "side by side": lambda a, b, x: keras.layers.Concatenate()([a, x, b]),
    "the input twice": lambda a, b, x: keras.layers.Concatenate()([x, a, x]),
    "three readers": lambda a, b, x: keras.layers.Maximum()([keras.layers.Add()([a, b]), a]),
    "operations": lambda a, b, x: a * b + keras.ops.stop_gradient(b),
    "no way back": lambda a, b, x: keras.layers.Subtract()([a, keras.ops.round(b)]) + b,
    "drawn": lambda a, b, x: keras.layers.Dropout(0.5)(a) + b,
    "noise": lambda a, b, x: _Noisy()(b),
}


@pytest.mark.parametrize("join", JOINS.values(), ids=list(JOINS))
def test_paths_that_part_and_meet(monkeypatch, join):
    def model(**_):
        keras.utils.set_random_seed(0)
        x = keras.Input((3,))
        a = keras.layers.Dense(5, "tanh")(x)
        b = keras.layers.Dense(5, "relu")(a)
        made = keras.Model(x, keras.layers.Dense(3, "softmax")(join(a, b, x)))
        made.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        return made

    monkeypatch.setitem(globals(), "_model", model)
    _same(monkeypatch, lambda made: _fit(made, batch_size=16))


def test_an_operation_in_a_line_has_the_errors_of_the_operation():
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    model.compile("sgd", _looked_up)
    x, y = _data(64)
    model.fit(x, y, batch_size=8, verbose=0)
    assert planned.of(model, "train") is not None
    with pytest.raises(keras.ops.errors.InvalidArgumentError, match=r"ops\.take: "):
        model.fit(x[:8], np.full(8, 3), batch_size=8, verbose=0)


@pytest.mark.parametrize("kind", KINDS)
def test_the_lines_are_python_that_says_what_is_computed(kind):
    text = text_of("fashion_mnist", kind, rows=32)
    compile(text, "plan", "exec")
    assert text.startswith(f"def {kind}(x")
    assert ("matmul(dense_1_z.T, d_predictions, d_dense_2_kernel)" in text) is (kind == "train")


NUMBA = importlib.util.find_spec("numba") is not None


@pytest.mark.skipif(not NUMBA, reason="numba is not installed (the extra [fast])")
@pytest.mark.parametrize("name", ["fashion_mnist", "two_layer_sigmoid"])
def test_what_is_played_is_printed_too(name):
    before = keras.config.kernels(), replay.WAIT
    text = text_of(name, "train", kernels="compiled")
    compile(text, "plan", "exec")
    assert text.startswith("def train(x, y)")
    assert "play(loops_" in text
    assert (keras.config.kernels(), replay.WAIT) == before


@pytest.mark.parametrize("kernels", ["numpy", pytest.param("compiled", marks=pytest.mark.skipif(
    not NUMBA, reason="numba is not installed (the extra [fast])"))])  # fmt: skip
@pytest.mark.parametrize("kind", KINDS)
def test_each_line_stands_behind_its_time(kind, kernels):
    """All lines but those that compute nothing; and their sum."""
    keras.backend.clear_session()  # so that names begin anew
    *lines, total = text_of("fashion_mnist", kind, None, 8, kernels, True).splitlines()
    plain = [line[10:] for line in lines]
    keras.backend.clear_session()
    assert plain == text_of("fashion_mnist", kind, None, 8, kernels).splitlines()
    times = [float(line[:8]) for line in lines if line[:8].strip()]
    untimed = [line[10:].strip() for line in lines if not line[:8].strip()]
    assert min(times) > 0
    assert all(line.startswith(("def ", "with ", "return ", "#")) for line in untimed)
    assert abs(float(total.split()[0]) - sum(times)) <= len(lines) / 100  # they are rounded


def test_a_model_that_takes_the_ordinary_way_says_so(tmp_path):
    layers = [keras.layers.Masking(), keras.layers.Dense(3)]
    model = keras.Sequential([keras.Input((2, 3)), *layers])
    model.compile("sgd", "mse")
    model.save(tmp_path / "masked.keras")
    assert "ordinary way" in text_of(str(tmp_path / "masked.keras"), "train")


def test_an_array_that_is_one_batch_is_predicted_at_once():
    model, (x, _) = _model(), _data(20)
    at_once = model._step.predicted_at_once
    assert at_once(x) is None  # there is no plan
    for _ in range(planned.AFTER):
        expected = model.predict(x, verbose=0)
    assert at_once(x).tobytes() == expected.tobytes()
    found = model.predict(x, verbose=0)
    assert found.tobytes() == expected.tobytes()
    assert model.predict(x, verbose=0) is not found  # memory of its own
    assert found.tobytes() == expected.tobytes()
    assert at_once(x[:7]) is None  # of another size
    assert model.predict(x, batch_size=7, verbose=0).shape == expected.shape

    told: list[int] = []
    listener = keras.callbacks.LambdaCallback(on_predict_batch_end=lambda b, logs: told.append(b))
    model.predict(x, verbose=0, callbacks=[listener])
    assert told == [0]
    with pytest.raises(ValueError, match="batch_size"):
        model.predict(x, verbose=0, batch_size=-1)

    model.layers[0].kernel.assign(np.zeros((3, 5)))
    changed = model.predict(x, verbose=0)
    assert changed.tobytes() != expected.tobytes()
    assert changed.tobytes() == model.predict(x, verbose=0, callbacks=[listener]).tobytes()
    model.predict_step = lambda data: np.ones((len(data), 1))
    assert model.predict(x, verbose=0).tolist() == np.ones((20, 1)).tolist()
