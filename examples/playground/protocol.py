"""What the page and a session say to each other.

A command is a JSON object with the key `command`, the answer is one too. Every answer has `ok`.
Where it is false, `error` is a sentence for the learner, and nothing has changed. A key `id` of a
command comes back in its answer. Numbers that are not finite are null in answers.

    {"command": "step", "epochs": 1}  ->  {"ok": true, "epoch": 4, "step": 100, ...}
    {"command": "step", "epochs": -1} ->  {"ok": false, "error": "step: `epochs` must be ..."}

# The state

Everything that is chosen, in one JSON object. `new` takes any part of it; what is missing has the
default. Every answer of `new` gives it back whole. Names are Keras's.

    data      {"name": "circle", "noise": 0.0 to 0.5, "samples": 2 to 2000, "train_share": 0.1 to 1,
               "points": [[input, ..., label], ...] and "kind": only where name is "points",
               "names": names of the inputs}; "strokes" are images, "glides" sequences
    features  of two inputs: some of "x", "y", "x^2", "y^2", "x*y", "sin(x)", "sin(y)"; of others
               [], the inputs as they are
    layers    hidden layers, each {"class": "Dense", "units": 4, "activation": "tanh",
               "use_bias": true, "kernel_initializer": null or see below, "bias_initializer": the
               same, "kernel_regularizer": null or see below}
               or {"class": "Dropout", "rate": 0.2}, {"class": "BatchNormalization"},
               {"class": "LayerNormalization"}; of images {"class": "Conv2D", "filters": 4,
               "kernel_size": 3, "padding": "same", "strides": 1, "activation": "relu"},
               {"class": "MaxPooling2D" or "AveragePooling2D", "pool_size": 2}, {"class": "Flatten"}
               of sequences the same with 1D, {"class": "GlobalAveragePooling1D" or "...Max..."}
    output    the last Dense layer, {"activation": "sigmoid", "use_bias": true, ...}; its units
               follow from the data: classes, or inputs of an autoencoder. null: fits the data
    loss      "binary_crossentropy", ...; null: fits the output
    loss_weight            1.0; TensorFlow Playground's loss is mean_squared_error times 0.5
    kernel_initializer     of all layers that name none: {"class": "GlorotUniform", options}
    bias_initializer       {"class": "Zeros"}
    kernel_regularizer     null, or {"class": "L1", "l1": 0.01}, "L2", "L1L2"
    optimizer {"class": "Adam", "learning_rate": 0.01 or {"class": "ExponentialDecay", ...},
               options of Keras}
    rule      null: the optimizer trains; or a rule of the perceptron, in its place, of a single
               unit and two classes: {"class": "Rosenblatt", "Batch" or "Averaged",
               "learning_rate": 1.0}, {"class": "MIRA", "C": 1.0}. Keras has none of them
    batch_size, shuffle    10, true: a new order in every epoch
    dtype     "float32" or "float64"
    seeds     {"data": 0, "weights": 0, "batches": 0}
    stop      null, or {"when": "all_right" or "test_loss", "patience": 10 epochs, "restart": false}
    engines   ["scratch"] or ["scratch", "tf"]
    resolution             40: columns and rows of the maps
    domain    null: the plane that the points need; or [x0, x1, y0, y1], to look elsewhere
    weights   null, or one nested list for each weight: what training begins with
    hidden_controls        names of controls that the page hides, for lessons; not looked at here

# Commands of the core

    hello     -> data: {name: {kind, inputs, classes, title, shape: null, (length, channels) or
                 (height, width, channels), sample: {inputs, labels} for its picture, or null}},
                 features, layers, takes: {layer: dimensions of an input}, activations,
                 initializers, regularizers, losses, rules and optimizers: {class: {option:
                 default}}, rates: {class: learning rate to offer}, schedules, presets: [{name,
                 title, good, about}],
                 lessons: [{name, title, question, goal, hint}], bugs: [{name, title, right, wrong,
                 needs}], exports, caps, default: the state, engines: those that can be had here
    new       {"state": {...}, "keep": "weights" to keep those that still fit}
              -> state, and what stays until the next `new`:
                 layers: [{name, class, units, activation, weights: [names]}], input first
                 layout: {weights: [{name, shape, offset, size, trainable}] into the frame's
                          weights, maps: [{kind: "input", "unit", "output" or "difference", layer,
                          unit, name}], values: [names], columns, rows, domain: [x0, x1, y0, y1]}
                 points: {inputs: [[...]], labels: [...], train: [true, ...], targets: [[...]]}
                 points.labels are class numbers, or real numbers, or null of an autoencoder
                 metric: "accuracy" or "r2_score", classes, batches_per_epoch
                 recording: null, or what the recorded run of tf.keras is called (see `compare`)
                 and all that `step` answers
    preset    {"name": "xor"} -> as `new`
    set       {"learning_rate": 0.1}, {"domain"} or {"stop"}, live, the weights stay
              -> state, layout
    step      {"batches": n} or {"epochs": n}, or {"milliseconds": t}: as many batches as fit; or
              {"rows": numbers of points}: one step on these alone
              -> epoch, step, loss, penalty, test_loss, metric, test_metric, learning_rate,
                 batch: numbers of the points of the last batch, stopped: null or a sentence,
                 halted: null, or why it has stopped as the state's `stop` asks for; it goes on
                 when asked for another step.
                 loss and test_loss are of all points and include the penalty, which is a part of
                 its own too
    reset     {"seeds": {...} to change some} -> as `new`; the same seeds begin with the same bits
    edit      {"weight": "dense_1/kernel", "index": [0, 2], "value": 0.5} -> as `step`
    frame     (not a command: `Session.frame()`, see below)
    view      {"map": k, "resolution": 100} -> columns, rows, values: base64 of f4, minimum, maximum
    predict   {"inputs": [[...], ...]} -> outputs: [[...]], labels: class numbers or null
    confusion {"of": "train" or "test"} -> matrix: rows are true classes, columns predicted ones
    line      -> of a single Dense output of two plain inputs: {a, b, c} of a x + b y + c = 0
    points    {"add": [[input, ..., label], ...], "remove": [numbers], "clear": true, "names": [of
              the inputs]} -> as `new`; the data become "points", the weights stay
    csv_out   -> text;   csv_in {"text": ..., "kind": null or "classification", "regression",
              "autoencoder"} -> as `new`
    link      {"weights": true} -> text, which goes behind the page's address and a #
    open      {"text": a link of ours, or of TensorFlow Playground, or a state as JSON} -> as `new`

# Looking into a step

But for `back` nothing here moves the run: what is tried is undone. `rows` are numbers of points;
without them it is the batch that comes next. Numbers of single samples are told of the first 32
(`shown`) of a batch.

    microscope {"rows": [...], "training": true}
              -> step, rows, shown, input, targets, loss, penalty, losses: of each sample, dL_dx,
                 layers: [{name, class, activation, z, a, dL_da, dL_dz: (shown, units) or null of a
                 layer without an activation, weights: {name: {before, dL_dw, after}}}]; of Dropout
                 `mask` (0, or 1 / (1 - rate)); of BatchNormalization batch_mean, batch_variance,
                 moving_mean, moving_variance, and `inference`: its output in the other face
    equation  {"of": "z", "a", "dL_da", "dL_dz", "dL_dw" or "dL_db", "layer", "unit": j,
               "row": place in the batch, "input": i, "rows"}
              -> symbols, numbers: the equation with numbers put in, value,
                 terms: [{name, left, right, product}], which add up to the value
    arithmetic {"weight": "dense_1/kernel", "index": [0, 1], "rows"}
              -> optimizer, t, learning_rate, gradient, before, after, slots: [{name, before,
                 after}], lines: [{name, formula, numbers, value}] in order; the last `w` is
                 `after`. Of a rule: rule, its name, in place of optimizer, which is null. With
                 tf.keras beside: tf: {before, after, slots}
    sample_gradients {"weight", "index"} -> rows, losses, gradients: of each training point alone,
                 mean
    history   -> steps: those to which one can go, step: where the run stands
    back      {"to": step} -> as `step`; forth again too, until another step is made
    check     {"rows", "dtype": "float64", "h": 1e-5, "bug": null or a name}
              -> loss, weights: [{weight, index}], gradients: {way: [...]} of the ways hand, graph,
                 tape, differences, complex (float64), tf (beside tf.keras), ways: {way: {largest,
                 relative, agrees, worst: {weight, index}}} against hand, bound, why, h,
                 bug: {name, title, right, wrong, needs}, caught: ways that noticed,
                 bends: [{weight, index}] at which a ReLU switches within h
    u_curve   {"weight", "index", "dtype", "rows"} -> h, error: of the difference at each h,
                 gradient, best, expected: the h that theory says
    health    -> layers: [{name, activation, gradient_norm, weight_norm, update_norm, ratio, mean,
                 std, saturated: a share or null, dead: [units], z and activations: {counts,
                 edges}}]; for curves over time ask again after steps
    initializations {"initializers": [{"class": ...}], "steps": 100}
              -> runs: [{initializer, layers: [{name, std, gradient_norm, saturated}] at the
                 beginning, losses: [[step, loss]], stopped}]
    race      {"optimizers": [{"class", "learning_rate", ...}], "steps": 200, "resolution": 31}
              -> runs: [{optimizer, losses: [[step, loss]], path: [[a, b]], metric, stopped}],
                 slice: {x: [first, last], y: [first, last], columns, rows, values: base64 of f4,
                 the first row is the greatest y, minimum, maximum}; a path is in the slice's x, y
    compare   live -> against, step, tensors: [{name, difference, allowed, first_beyond}],
                 first_beyond: a step or null, why: the bound in words. The map of the difference
                 is among the maps, `values` of a frame are difference/... and allowed/...
              recorded -> against, step, recorded, losses: {ours, theirs, difference, allowed},
                 weights: [{step, difference, allowed}], first_beyond, why
              neither -> against: null, why
    save_case -> name, text: a file that the suite replays when it lies in
                 parity_tests/cases/played/
    feature_maps {"row": k} -> of images, and of sequences (rows: channels, columns: time): image,
                 label, output, layers: [{name, class, maps: (channels, rows, columns), filters:
                 (filters, inputs, rows, columns), biases, or values of a flat one}]
    activation {"name"} -> z, a, slope
    sweep     {"steps": 30, "low": 1e-4, "high": 10} -> rates, losses, best
    roc       {"of": "test"} -> thresholds, true_positive_rate, false_positive_rate, auc
    summary   -> text, parameters, trainable, multiplications: of one sample

# To take home, and to learn

    export    {"what": "code", "library": "keras" or "scratch", "epochs": n, "weights": false}
              -> name, text
              {"what": "json", "weights": false}: the state -> name, text
              {"what": "npz", "safetensors", "weights.h5" or "keras"} -> name, base64
    load      {"name": of the file, "base64"} -> as `step`: the weights of such a file
    lesson    {"name"} -> as `new`
    check_lesson {"name"} -> passed, said: a sentence, answer: what was to be learned, or null

# A frame

`Session.frame()` gives bytes, little-endian:

    u4 x 10   version (1), sequence, epoch, step, flags, number of weights, number of values,
              number of maps, columns, rows
    f8 x 6    loss, test_loss, penalty, metric, test_metric, learning_rate (NaN: there is none)
    f8        values
    f4        weights: all of the layers, in the order of `layout.weights`
    f4 x 2    for each map: scale, offset
    u1        for each map: rows x columns; a value is offset + scale * byte. The first row is the
              top, where y is greatest. Of one input there is one row

Flags: 1 the run has stopped on a number that is not finite; 2 tf.keras runs beside `scratch`; 4 it
has stopped as `stop` asks for.
"""

import math
from typing import Any

import numpy as np

VERSION = 1


# What a run can be taken home as.
FILES = ("npz", "safetensors", "weights.h5", "keras")
EXPORTS = ("code", "json", *FILES)
# The most that is accepted.
CAPS = {
    "samples": 2000,
    "points": 5000,
    "columns": 16,
    "classes": 10,
    "csv_bytes": 1_000_000,
    "link_bytes": 200_000,
    "layers": 8,
    "units": 64,
    "filters": 16,
    "weights": 20_000,
    "batches": 2000,
    "epochs": 1000,
    "milliseconds": 1000,
    "resolution": 100,
    "race": 8,
}


def plain(value: Any) -> Any:
    """The same in what JSON has: lists, and null for numbers that are not finite."""
    if isinstance(value, dict):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if isinstance(value, np.ndarray):
        if value.dtype.kind == "f" and not np.isfinite(value).all():
            return plain(value.tolist())
        return value.tolist()
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
