"""From a compiled model to the network that trains it.

The network is made when the first batch shows what it has to take; the labels say which losses and
metrics are meant, and where they read the logits of an output.
"""

import warnings
from collections.abc import Callable
from typing import Any

from scratch import tree
from scratch.context import naming
from scratch.data.batches import Batch
from scratch.layers.base.arguments import Arguments
from scratch.losses.fusion import activation_before
from scratch.models.training.compiling import Compiled, Compiling
from scratch.models.training.outputs import Outputs
from scratch.models.training.own_loss import OwnLoss
from scratch.models.training.penalties import penalties
from scratch.network.network import Network, Spec
from scratch.network.trace import tracing
from scratch.ops.functional.keras_tensor import KerasTensor
from scratch.variables.flat_storage import FlatStorage
from scratch.variables.variable import Variable, births


class Connecting(Compiling):
    """A compiled model and its networks."""

    output_names: list[str]
    _specs: Any = None  # shapes and types of the inputs, for any number of rows
    _fixed_specs: Any = None  # for the number that the model's inputs declare, if they do
    _predicting: Network | None = None
    _redefines: Callable[[str], bool]
    _defines_loss: bool

    def __getstate__(self) -> dict[str, Any]:
        """A copy makes networks of its own, and from its own variables."""
        return {**vars(self), "_predicting": None}

    # The network ----------------------------------------------------------------------------------

    def ensure_built(self, x: Any, training: bool) -> None:
        """Builds the model for data like `x`, or checks that they may enter.

        Args:
            x: the inputs of a batch, in the model's structure.
            training: whether it is to be trained on them: the first call says so.
        """
        self._specs = tree.map_structure(
            lambda a: None if a is None else Spec((None, *a.shape[1:]), a.dtype.name), x
        )
        if not self.built:
            self._build_for(self._specs, training)

    def _build_for(self, specs: Any, training: bool) -> None:
        """Builds the model by one call of its definition, as Keras does before it computes."""
        layer: Any = self
        inputs = tree.map_structure(
            lambda s: None if s is None else KerasTensor(s.shape, s.dtype), specs
        )
        options = {"training": training} if "training" in layer._signature.parameters else {}
        with naming.scope(layer), tracing(None):
            layer._ensure_built(Arguments(layer._signature, (inputs,), options))

    def new_network(self, training: bool, trained: Any = None) -> Network:
        """A network of the model, with memory of its own."""
        layer: Any = self
        takes_training = "training" in layer._signature.parameters
        options = {"training": training} if takes_training else {}

        def traced(specs: Any) -> tuple[Network, list[Variable]]:
            born: list[Variable] = []
            with births.pushed(born):
                network = Network.of(lambda x: layer(x, **options), specs, trained)
            own = {*layer.variables, *layer.metrics_variables}
            return network, [v for v in born if v not in own]

        specs = self._specs
        try:
            network, lost = traced(specs)
        except Exception:
            if self._fixed_specs is None:
                raise
            specs = self._fixed_specs  # a definition for so many rows and no others
            network, lost = traced(specs)
        if lost:  # a layer that the model uses and does not own is built by now
            network, lost = traced(specs)
        if lost:
            raise ValueError(
                f"Model {self.name!r}: its `call` creates variables whenever it runs, and keeps "
                f"none: {sorted({v.path for v in lost})[:5]}. They would be drawn anew each time, "
                "trained by no optimizer and saved in no file. Create layers, variables and "
                "random generators in `__init__()` or in `build()`, and keep them as attributes"
            )
        return network

    def arranged(self, x: Any) -> Any:
        """The inputs of a batch as the network takes them: an array or a flat list."""
        return tree.unpack_single(tree.flatten(x))

    def disconnect(self) -> None:
        """Forgets the networks: the layers have changed."""
        self._predicting = None
        if self._compiled is not None:
            self._compiled.disconnect()

    # One batch ------------------------------------------------------------------------------------

    def prepare(self, batch: Batch, training: bool) -> Network:
        """The network for a batch like this one: built, and with its memory where it belongs."""
        x, y, _ = batch
        self.ensure_built(x, training)
        compiled = self._compiled
        if not training and (compiled is None or y is None):
            if not self._serves(self._predicting, x):
                self._predicting = self.connect(None, training=False)
            return self._predicting  # type: ignore[return-value]
        assert compiled is not None
        network = compiled.training if training else compiled.inference
        resolved = compiled.outputs is not None or y is None
        if network is None or not resolved or not self._serves(network, x):
            network = self.connect(y, training)
            if training:
                if not self.trainable_weights:
                    warnings.warn("The model does not have any trainable weights.", stacklevel=3)
                network.moving = self._moving(network)
                compiled.training = network
            else:
                compiled.inference = network
        if training:
            self._adopt_weights()
        return network

    def _serves(self, network: Network | None, x: Any) -> bool:
        """Whether a network can compute a batch; where the model runs eagerly, one alone."""
        return network is not None and network.takes(x) and not (self.run_eagerly and network.used)

    def _moving(self, network: Network) -> list[Variable]:
        """The variables that a forward pass in training changes."""
        layer: Any = self
        found = [v for part in (layer, *layer._sublayers()) for v in part.moving_variables]
        return list(dict.fromkeys([*found, *network.assigned]))

    def connect(self, y: Any, training: bool = False) -> Network:
        """A new network of the built model; its outputs are joined to the losses, if there are any.

        Args:
            y: labels like those to come, or None for a network that only predicts.
            training: whether it is for training.
        """
        layer: Any = self
        if any(not inner.built for inner in layer._sublayers()):
            # One that a layer calls whose own weights and shapes are known without it.
            self.new_network(training)
        network = self.new_network(training, self.trainable_weights)
        compiled = self._compiled
        if y is not None and compiled is not None:
            if compiled.outputs is None:
                self._resolve(compiled, network, y)
            elif self.run_eagerly:
                compiled.find_logits(network.outputs)
            own_loss, own_metrics = self._defines_loss, self._redefines("compute_metrics")
            for number, node in enumerate(network.outputs):
                # In training, a last Dropout hides the logits.
                f = activation_before(node)
                reads = own_loss or own_metrics or compiled.reads_logits(number)
                if f is not None and f == compiled.heads[number] and reads:
                    network.read_logits(number)
        if compiled is not None:
            self._end_in_loss(network, compiled, training)
        return network

    def _end_in_loss(self, network: Network, compiled: Compiled, training: bool) -> None:
        """Puts the loss behind the outputs: the terms, what layers add, penalties on weights."""
        on_weights = penalties(self.trainable_weights, self.run_eagerly)
        if self._defines_loss:
            own = OwnLoss(self, self.run_eagerly)
            losses = [own.node(network, on_weights, network.batch, training)]
        else:
            terms = compiled.losses.terms
            losses = [t.node(network, network.targets[t.number], training) for t in terms]
            losses += [*network.losses, *on_weights]
        network.end_in(losses)

    def _resolve(self, compiled: Compiled, network: Network, y: Any) -> None:
        """Turns what was given to `compile` into objects, now that shapes are known."""
        names = getattr(self, "output_names", None)
        outputs = Outputs(network.output_structure, names)
        shapes = network.output_shapes
        # Run eagerly, a definition is run once a batch, and each batch shows what stands there.
        heads = network if self.run_eagerly else self.new_network(training=False)
        if self.loss is not None:
            compiled.losses.build(y, outputs, shapes)
        if compiled.metrics.wanted:
            labels = outputs.arranged(y, compiled.losses.present)
            compiled.metrics.build(labels, outputs, shapes)
        compiled.find_logits(heads.outputs)
        compiled.outputs = outputs

    def _adopt_weights(self) -> None:
        """Makes sure that the weights and the optimizer live in one flat vector."""
        compiled = self._require_compiled()
        if compiled.storage is None:
            storage = FlatStorage(self.trainable_weights)
            if storage.variables:
                self.optimizer.attach(storage, self.run_eagerly)
            compiled.storage, compiled.stepping = storage, self.optimizer
            return
        if self.optimizer is not compiled.stepping:  # another was put in its place
            self.optimizer.attach(compiled.storage, self.run_eagerly)
            compiled.stepping = self.optimizer
        if not compiled.storage.at_home:
            compiled.storage.adopt()
