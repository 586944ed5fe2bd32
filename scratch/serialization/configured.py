"""`get_config` where it follows from `__init__`.

    @configured()
    class Dropout(Layer):
        def __init__(self, rate, noise_shape=None, seed=None, **kwargs): ...

    config = the base's config, {"rate": self.rate, "noise_shape": self.noise_shape, "seed": ...}

A key is an argument of `__init__`, its value the attribute of the same name: an object by its own
config, anything else as it is. Of the base's keys those stay that `__init__` takes; one that takes
any (`**kwargs`) keeps them all. The method belongs to the class that is decorated: a subclass that
says nothing inherits it as if it were written out there.
"""

import functools
import inspect
from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar

from scratch.serialization.writing import serialize_keras_object

Class = TypeVar("Class", bound=type)


def configured(
    *,
    keys: str = "",
    without: Collection[str] = (),
    values: Mapping[str, Callable[[Any], Any]] | None = None,
    alone: bool = False,
    also: Callable[[Any], Mapping[str, Any]] = lambda self: {},
) -> Callable[[Class], Class]:
    """Gives a class its `get_config`.

    Args:
        keys: names in place of the arguments of `__init__`, for another order or other keys.
        without: keys that Keras leaves out.
        values: by key, the function of the object that gives the value, where no attribute does.
        alone: whether the base's config is no part of this one.
        also: a function of the object that gives what is there of some objects alone.
    """
    computed = values or {}

    def with_config(cls: Any) -> Any:
        def get_config(self: Any) -> dict[str, Any]:
            arguments, takes_any = _arguments(cls.__init__)
            inherited = {} if alone else super(cls, self).get_config()
            config = {
                key: value
                for key, value in inherited.items()
                if key not in without and (takes_any or key in arguments)
            }
            for key in keys.split() or arguments:
                if key in computed:
                    config[key] = computed[key](self)
                elif key not in config and key not in without:
                    config[key] = _saved(getattr(self, key))
            return {**config, **also(self)}

        get_config.__qualname__ = f"{cls.__qualname__}.get_config"
        get_config.__module__ = cls.__module__
        cls.get_config = get_config
        return cls

    return with_config


@functools.cache
def _arguments(init: Callable) -> tuple[list[str], bool]:
    """The names of a constructor's arguments, and whether it takes any others."""
    parameters = list(inspect.signature(init).parameters.values())[1:]
    some = [p.name for p in parameters if p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)]
    return some, any(p.kind is p.VAR_KEYWORD for p in parameters)


def _saved(value: Any) -> Any:
    """An object or a function by its config; numbers, texts and arrays of them as they are."""
    described = callable(value) or hasattr(value, "get_config")
    return serialize_keras_object(value) if described else value
