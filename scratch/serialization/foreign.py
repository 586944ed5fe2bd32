"""Objects of Keras itself, of TensorFlow, JAX or torch, where one of this package is expected.

    activation=tf.nn.relu                         understood by its name
    optimizer=tf.keras.optimizers.Adam(0.01)      understood by its class and its config

None of these libraries is imported: what a thing is, its module and its config say.
"""

from collections.abc import Mapping
from typing import Any

_LIBRARIES = {
    "keras": "Keras", "tf_keras": "Keras 2", "tensorflow": "TensorFlow", "jax": "JAX",
    "torch": "torch", "optax": "optax",
}  # fmt: skip


def library_of(thing: Any) -> str | None:
    """The other library that an object, a class or a function comes from; None for all else.

    A class that a user derived from a class of it counts.
    """
    cls = thing if isinstance(thing, type) else type(thing)
    modules = [getattr(thing, "__module__", None), *(c.__module__ for c in cls.__mro__)]
    for module in modules:
        root = str(module).partition(".")[0]
        if root in _LIBRARIES:
            return _LIBRARIES[root]
    return None


def described(thing: Any, kind: str, names: Mapping[str, Any]) -> Any:
    """What `get` should look up in the place of `thing`: a name or a config.

    Args:
        thing: anything.
        kind: what is looked up, in the singular, for messages.
        names: those that `get` knows.

    Raises:
        ValueError: for a thing of another library that has no twin here.
    """
    library = library_of(thing)
    if library is None:
        return thing
    own = thing if isinstance(thing, type) else type(thing)
    if isinstance(thing, type) or hasattr(thing, "get_config"):
        name, where = own.__name__, str(own.__module__)
        if where.partition(".")[0] not in _LIBRARIES:
            raise ValueError(
                f"{_shown(own)} derives from a class of {library}, which computes with tensors of "
                "its own. Derive it from this package's class of the same name"
            )
        if name in names or name.lower() in names:
            return name if own is thing else {"class_name": name, "config": thing.get_config()}
        raise ValueError(
            f"{_shown(own)}, of {library}, has no twin here: there is no {kind} {name!r}"
        )
    name = getattr(thing, "__name__", own.__name__).removesuffix("_v2")  # TensorFlow's second
    if name in names:
        return name
    raise ValueError(
        f"{_shown(thing)} is a function of {library}, which computes with that library's tensors. "
        f"Write the {kind} with `keras.ops`, or give one of the names that are known here: "
        f"{', '.join(sorted(n for n in names if n.islower()))}"
    )


def described_layer(layer: Any) -> Any:
    """The config by which a layer of Keras itself is made anew here, without its weights."""
    return {
        "module": "keras.layers",
        "class_name": type(layer).__name__,
        "config": layer.get_config(),
        "registered_name": None,
    }


def _shown(thing: Any) -> str:
    return f"`{thing.__module__}.{getattr(thing, '__name__', type(thing).__name__)}`"
