"""From a compiled model to the network that trains it.

The network is made when the first batch shows what it has to take; the labels say which losses and
metrics are meant, and where they read the logits of an output.
"""

import warnings
from typing import Any

from scratch import tree
from scratch.context import compiled_settings, naming
from scratch.data.batches import Batch
from scratch.layers.base.arguments import Arguments
from scratch.layers.base.building import ensure_built
from scratch.losses.fusion import activation_before
from scratch.models.training.compiling import Compiled
from scratch.models.training.hooks import redefined
from scratch.models.training.outputs import Outputs
from scratch.models.training.own_loss import OwnLoss
from scratch.models.training.penalties import penalties
from scratch.models.training.shortcut import Shortcut
from scratch.network.network import Network, Spec
from scratch.network.trace import tracing
from scratch.ops.functional.keras_tensor import KerasTensor
from scratch.variables.flat_storage import FlatStorage
from scratch.variables.variable import Variable, births


class Connecting:
    """A model and its networks.

    Args:
        model: a layer that can be trained.

    Attributes:
        compiled: what `compile` was given; None before it.
        shortcut: the short way to the outputs.
        specs: shapes and types of the inputs, for any number of rows.
        fixed_specs: for the number that the model's inputs declare, if they do.
        predicting: the network that predicts, once it is made.
    """

    def __init__(self, model: Any) -> None:
        self.model = model
        self.compiled: Compiled | None = None
        self.specs: Any = None
        self.fixed_specs: Any = None
        self.shortcut = Shortcut(model, self)
        self.predicting: Network | None = None

    def __getstate__(self) -> dict[str, Any]:
        """A copy makes networks of its own, and from its own variables."""
        return {**vars(self), "predicting": None}

    def require_compiled(self) -> Compiled:
        """What `compile` was given.

        Raises:
            ValueError: before `compile`.
        """
        if self.compiled is None:
            raise ValueError(
                f"Model {self.model.name!r}: you must call `compile()` before using the model, "
                'e.g. model.compile(optimizer="sgd", loss="mse")'
            )
        return self.compiled

    # The network ----------------------------------------------------------------------------------

    def build_for(self, x: Any, training: bool) -> None:
        """Builds the model for data like `x`, by one call of its definition, as Keras does.

        Args:
            x: the inputs of a batch, in the model's structure.
            training: whether it is to be trained on them: the first call says so.
        """
        self.specs = tree.map_structure(
            lambda a: None if a is None else Spec((None, *a.shape[1:]), a.dtype.name), x
        )
        layer = self.model
        if layer.built:
            return
        inputs = tree.map_structure(
            lambda s: None if s is None else KerasTensor(s.shape, s.dtype), self.specs
        )
        options = {"training": training} if "training" in layer._signature.parameters else {}
        with naming.scope(layer), tracing(None):
            ensure_built(layer, Arguments(layer._signature, (inputs,), options))

    def new_network(self, training: bool, trained: Any = None) -> Network:
        """A network of the model, with memory of its own."""
        layer = self.model
        takes_training = "training" in layer._signature.parameters
        options = {"training": training} if takes_training else {}

        def traced(specs: Any) -> tuple[Network, list[Variable]]:
            born: list[Variable] = []
            with births.pushed(born):
                network = Network.of(lambda x: layer(x, **options), specs, trained)
            own = {*layer.variables, *layer.metrics_variables}
            return network, [v for v in born if v not in own]

        specs = self.specs
        try:
            network, lost = traced(specs)
        except Exception:
            if self.fixed_specs is None:
                raise
            specs = self.fixed_specs  # a definition for so many rows and no others
            network, lost = traced(specs)
        if lost:  # a layer that the model uses and does not own is built by now
            network, lost = traced(specs)
        if lost:
            raise ValueError(
                f"Model {self.model.name!r}: its `call` creates variables whenever it runs, and "
                f"keeps none: {sorted({v.path for v in lost})[:5]}. They would be drawn anew each "
                "time, trained by no optimizer and saved in no file. Create layers, variables and "
                "random generators in `__init__()` or in `build()`, and keep them as attributes"
            )
        return network

    def disconnect(self) -> None:
        """Forgets the networks: the layers have changed."""
        self.predicting = self.shortcut.way = None
        if self.compiled is not None:
            self.compiled.disconnect()

    # One batch ------------------------------------------------------------------------------------

    def prepare(self, batch: Batch, training: bool) -> Network:
        """The network for a batch like this one: built, and with its memory where it belongs."""
        x, y, _ = batch
        self.model.ensure_built(x, training)
        compiled = self.compiled
        if not training and (compiled is None or y is None):
            if not self._serves(self.predicting, x):
                self.predicting = self.connect(None, training=False)
                self.predicting.settled = self._settled()
            network = self.predicting
            assert network is not None
            self.tell_changes(network)
            return network
        assert compiled is not None
        network = compiled.training if training else compiled.inference
        resolved = compiled.outputs is not None or y is None
        if network is None or not resolved or not self._serves(network, x):
            network = self.connect(y, training)
            if training:
                if not self.model.trainable_weights:
                    warnings.warn("The model does not have any trainable weights.", stacklevel=3)
                network.moving = self._moving(network)
                if self.model.optimizer is not None:
                    self.model.optimizer.begin_anew()
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
        layer = self.model
        if layer.run_eagerly:
            return []
        things = [layer, *layer._sublayers(), *layer.metrics]
        things += [layer.activity_regularizer for layer in layer._sublayers()]
        things += [part for v in layer.weights for part in (v.regularizer, v.constraint)]
        if self.compiled is not None:
            things += self.compiled.metrics.metrics
            things += [term.loss for term in self.compiled.losses.terms if term.fused is None]
            inner = getattr(layer.optimizer, "inner_optimizer", layer.optimizer)
            things += [layer.optimizer, inner, getattr(inner, "_learning_rate", None)]
        return compiled_settings.watch(things)

    def _serves(self, network: Network | None, x: Any) -> bool:
        """Whether a network can compute a batch; where the model runs eagerly, one alone."""
        return (
            network is not None
            and network.takes(x)
            and not (self.model.run_eagerly and network.used)
        )

    def _moving(self, network: Network) -> list[Variable]:
        """The variables that a forward pass in training changes."""
        layer = self.model
        found = [v for part in (layer, *layer._sublayers()) for v in part.moving_variables]
        return list(dict.fromkeys([*found, *network.assigned]))

    def connect(self, y: Any, training: bool = False) -> Network:
        """A new network of the built model; its outputs are joined to the losses, if there are any.

        Args:
            y: labels like those to come, or None for a network that only predicts.
            training: whether it is for training.
        """
        layer = self.model
        if any(not inner.built for inner in layer._sublayers()):
            # One that a layer calls whose own weights and shapes are known without it.
            self.new_network(training)
        network = self.new_network(training, self.model.trainable_weights)
        compiled = self.compiled
        if compiled is not None:
            compiled.own_loss = redefined(self.model, "compute_loss", "losses")
            compiled.own_metrics = redefined(self.model, "compute_metrics")
        if y is not None and compiled is not None:
            if compiled.outputs is None:
                self._resolve(compiled, network, y)
            elif self.model.run_eagerly:
                compiled.find_logits(network.outputs)
            own = compiled.own_loss or compiled.own_metrics
            for number, node in enumerate(network.outputs):
                # In training, a last Dropout hides the logits.
                f = activation_before(node)
                reads = own or compiled.reads_logits(number)
                if f is not None and f == compiled.heads[number] and reads:
                    network.read_logits(number)
        if compiled is not None:
            self._end_in_loss(network, compiled, training)
        return network

    def _end_in_loss(self, network: Network, compiled: Compiled, training: bool) -> None:
        """Puts the loss behind the outputs: the terms, what layers add, penalties on weights."""
        on_weights = penalties(self.model.trainable_weights, self.model.run_eagerly)
        if compiled.own_loss:
            own = OwnLoss(self.model, self.model.run_eagerly)
            losses = [own.node(network, on_weights, network.batch, training)]
        else:
            terms = compiled.losses.terms
            losses = [t.node(network, network.targets[t.number], training) for t in terms]
            losses += [*network.losses, *on_weights]
        network.end_in(losses)

    def _resolve(self, compiled: Compiled, network: Network, y: Any) -> None:
        """Turns what was given to `compile` into objects, now that shapes are known."""
        names = getattr(self.model, "output_names", None)
        outputs = Outputs(network.output_structure, names)
        shapes = network.output_shapes
        # Run eagerly, a definition is run once a batch, and each batch shows what stands there.
        heads = network if self.model.run_eagerly else self.new_network(training=False)
        if self.model.loss is not None:
            compiled.losses.build(y, outputs, shapes)
        if compiled.metrics.wanted:
            labels = outputs.arranged(y, compiled.losses.present)
            compiled.metrics.build(labels, outputs, shapes)
        compiled.find_logits(heads.outputs)
        compiled.outputs = outputs

    def _refuse_further_weights(self, compiled: Compiled) -> None:
        """Raises ValueError where layers have got weights of which the optimizer knows nothing."""
        known = set(compiled.weights)
        if new := [w.path for w in self.model.trainable_weights if w not in known]:
            raise ValueError(
                f"Model {self.model.name!r} has got weights after its first step, which its "
                f"optimizer does not know: {new[:4]}. Call `compile()` again before it goes on"
            )
        compiled.adaptations = compiled_settings.adaptations

    def _adopt_weights(self) -> None:
        """Makes sure that the weights and the optimizer live in one flat vector."""
        compiled = self.require_compiled()
        if compiled.storage is None:
            storage = FlatStorage(self.model.trainable_weights)
            if storage.variables:
                self.model.optimizer.attach(storage, self.model.run_eagerly)
            compiled.storage, compiled.stepping = storage, self.model.optimizer
            compiled.adaptations = compiled_settings.adaptations
            compiled.weights = self.model.weights
            return
        if compiled.adaptations != compiled_settings.adaptations:
            self._refuse_further_weights(compiled)
        if self.model.optimizer is not compiled.stepping:  # another was put in its place
            if not self.model.run_eagerly:
                warnings.warn(
                    f"Model {self.model.name!r} goes on with another optimizer, "
                    f"{self.model.optimizer.name!r}. In tf.keras a compiled step goes on with "
                    f"{compiled.stepping.name!r} until `compile` is called again (quirk K39): call "
                    "`compile(optimizer)`",
                    stacklevel=3,
                )
            self.model.optimizer.attach(compiled.storage, self.model.run_eagerly)
            compiled.stepping = self.model.optimizer
        if not compiled.storage.at_home:
            compiled.storage.adopt()
