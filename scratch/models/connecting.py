"""From a compiled model to the network that trains it.

The network is made when the first batch shows what it has to take; the labels say which losses and
metrics are meant, and where they read the logits of an output.
"""

import warnings
from collections.abc import Callable
from typing import Any

from scratch import compiled_settings, naming, structure
from scratch.batches import Batch
from scratch.flat_storage import FlatStorage
from scratch.layers.arguments import Arguments
from scratch.losses.fusion import activation_before
from scratch.models.compiling import Compiled, Compiling
from scratch.models.outputs import Outputs
from scratch.models.penalties import penalties
from scratch.network import Network, Spec
from scratch.ops.keras_tensor import KerasTensor
from scratch.trace import tracing
from scratch.variable import Variable, births


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
        self._specs = structure.map_structure(
            lambda a: None if a is None else Spec((None, *a.shape[1:]), a.dtype.name), x
        )
        if not self.built:
            self._build_for(self._specs, training)

    def _build_for(self, specs: Any, training: bool) -> None:
        """Builds the model by one call of its definition, as Keras does before it computes."""
        layer: Any = self
        inputs = structure.map_structure(
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
        return structure.unpack_single(structure.flatten(x))

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
                self._predicting.settled = self._settled()
            network = self._predicting
            assert network is not None
            self.tell_changes(network)
            return network
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
            network.settled = self._settled()
        if training:
            self._adopt_weights()
        self.tell_changes(network)
        return network

    def tell_changes(self, network: Network) -> None:
        """Warns of settings that were changed since a network was made."""
        if network.knows != compiled_settings.noted:
            compiled_settings.tell(network.settled, network.knows)
            network.knows = compiled_settings.noted

    def _settled(self) -> list[Any]:
        """What tf.keras would have compiled into a step by now."""
        if self.run_eagerly:
            return []
        layer: Any = self
        things = [layer, *layer._sublayers(), *self.metrics]
        things += [layer.activity_regularizer for layer in layer._sublayers()]
        things += [part for v in layer.weights for part in (v.regularizer, v.constraint)]
        if self._compiled is not None:
            things += self._compiled.metrics.metrics
            things += [term.loss for term in self._compiled.losses.terms if term.fused is None]
            things += [self.optimizer, getattr(self.optimizer, "inner_optimizer", None)]
        return compiled_settings.watch(things)

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
        network.penalties = penalties(self.trainable_weights, self.run_eagerly)
        compiled = self._compiled
        if y is not None and compiled is not None:
            if compiled.outputs is None:
                self._resolve(compiled, network, y)
            elif self.run_eagerly:
                compiled.find_logits(network.outputs)
            own_loss = self._defines_loss
            own_metrics = self._redefines("compute_metrics")
            for number, node in enumerate(network.outputs):
                # In training, a last Dropout hides the logits.
                f = activation_before(node)
                if f is not None and f == compiled.heads[number]:
                    node.keeps_z |= compiled.metrics.reads_logits(number) or own_metrics
                    node.fused |= compiled.losses.reads_logits(number) or own_loss
        return network

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
            if not self.run_eagerly:
                warnings.warn(
                    f"Model {self.name!r} goes on with another optimizer, {self.optimizer.name!r}. "
                    f"In tf.keras a compiled step goes on with {compiled.stepping.name!r} until "
                    "`compile` is called again (quirk K39): call `compile(optimizer)`",
                    stacklevel=3,
                )
            self.optimizer.attach(compiled.storage, self.run_eagerly)
            compiled.stepping = self.optimizer
        if not compiled.storage.at_home:
            compiled.storage.adopt()
