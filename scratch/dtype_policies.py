"""In which type a layer keeps its weights and computes (`keras.dtype_policies`).

Both are one type here: mixed precision is for accelerators.
"""

from typing import Any

from scratch import quirks
from scratch.context.absent import explain_absent
from scratch.context.defaults import floatx
from scratch.serialization import deserialize_keras_object, serialize_keras_object

__all__ = [
    "DTypePolicy",
    "FloatDTypePolicy",
    "deserialize",
    "dtype_policy",
    "forget",
    "get",
    "serialize",
    "set_dtype_policy",
]

_NAMES = (
    "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
    "float16", "float32", "float64", "string",
)  # fmt: skip


class DTypePolicy:
    """The types of a layer (`keras.DTypePolicy`).

    Args:
        name: of the one type: `"float32"`, ...; default: that of `config.dtype_policy()`.

    Raises:
        TypeError: for a name that is no string.
        ValueError: for mixed precision, or a type that is not known.
    """

    def __init__(self, name: str | None = None) -> None:
        name = dtype_policy().name if name is None else name
        if not isinstance(name, str):
            raise TypeError(f"'name' must be a string, such as 'float32'. Received: name={name}")
        if name not in _NAMES:
            raise ValueError(
                f"Cannot convert '{name}' to a DTypePolicy: expected one of {', '.join(_NAMES)}. "
                "Mixed precision and quantization are not for NumPy"
            )
        self.name: str = name

    @property
    def variable_dtype(self) -> str:
        """The type of the weights."""
        return self.name

    compute_dtype = variable_dtype

    @property
    def quantization_mode(self) -> None:
        """Always None: nothing is quantized."""

    def get_config(self) -> dict[str, Any]:
        """The arguments that build this policy again."""
        return {"name": self.name}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "DTypePolicy":
        """Builds a policy from `get_config`'s dictionary."""
        return cls(**config)

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.name == self.name

    def __hash__(self) -> int:
        return hash(self.name)

    def __repr__(self) -> str:
        return f'<DTypePolicy "{self.name}">'


FloatDTypePolicy = DTypePolicy
_default: list[DTypePolicy] = []  # none, or the one that was set or first asked for


def dtype_policy() -> DTypePolicy:
    """The policy of layers built without one: `config.floatx()`, unless another was set.

    Who asks first, which the first layer does, sets it (quirk K34): a `set_floatx` after that does
    not reach the layers, until `clear_session`.
    """
    if _default:
        return _default[0]
    policy = DTypePolicy(floatx())
    if quirks.active("K34"):
        _default.append(policy)
    return policy


def forget() -> None:
    """Forgets the policy that was set."""
    _default.clear()


def set_dtype_policy(policy: Any) -> None:
    """Sets the policy of layers built without one; a name or a policy.

    Raises:
        ValueError: for anything else, or a name that is not known.
    """
    if not isinstance(policy, str | DTypePolicy):
        raise ValueError(
            "Invalid `policy` argument. Expected the name of a policy, such as 'float32', or a "
            f"`DTypePolicy`. Received: policy={policy} of type {type(policy)}"
        )
    _default[:] = [get(policy)]


def get(identifier: Any) -> DTypePolicy:
    """A policy from its name, its config, None (the default) or itself.

    Raises:
        ValueError: for anything else.
    """
    if identifier is None:
        return dtype_policy()
    if isinstance(identifier, DTypePolicy):
        return identifier
    if isinstance(identifier, dict):
        return deserialize(identifier)
    name = identifier if isinstance(identifier, str) else getattr(identifier, "__name__", None)
    name = getattr(identifier, "name", name)  # NumPy's and other libraries' types
    if not isinstance(name, str):
        raise ValueError(
            "Cannot interpret `dtype` argument. Expected a string or an instance of DTypePolicy. "
            f"Received: dtype={identifier}"
        )
    if name == "int8":
        raise ValueError("'int8' stands for quantized layers in Keras; there are none here")
    return DTypePolicy(name)


def serialize(dtype_policy: DTypePolicy) -> dict[str, Any]:
    """The config of a policy."""
    return serialize_keras_object(dtype_policy)


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> DTypePolicy:
    """The policy that `config` describes."""
    names = {"DTypePolicy": DTypePolicy, "FloatDTypePolicy": DTypePolicy}
    return deserialize_keras_object(config, custom_objects, module_objects=names)


explain_absent(__name__)
