"""The hooks of callbacks: what a redefined one receives, called for itself and by a list."""

from collections.abc import Callable
from typing import Any

from parity_tests.commands.arguments.calls import material
from parity_tests.commands.arguments.calls.call import Call

_PLACES = ("batch", "train_batch", "test_batch", "predict_batch")
_RUNS = ("train", "test", "predict")
_HOOKS = {
    **{f"on_{place}_{edge}": "batch" for place in _PLACES for edge in ("begin", "end")},
    **{f"on_epoch_{edge}": "epoch" for edge in ("begin", "end")},
    **{f"on_{run}_{edge}": "" for run in _RUNS for edge in ("begin", "end")},
}


def _spy(k: Any, heard: list[Any]) -> Any:
    """A callback all of whose hooks note what they receive, and go on to those of the base."""

    class Spy(k.callbacks.Callback):
        pass

    def noting(name: str) -> Callable[..., None]:
        def hook(self: Any, *args: Any, **kwargs: Any) -> None:
            heard.append([name, list(args), dict(kwargs)])
            getattr(k.callbacks.Callback, name)(self, *args, **kwargs)

        return hook

    for name in _HOOKS:
        setattr(Spy, name, noting(name))
    return Spy()


def _hook(name: str) -> Callable[[Any, Any, dict[str, Any]], Any]:
    """A look at a hook of `Callback`, redefined, or at that of a list with such a callback."""

    def look(k: Any, method: Any, given: dict[str, Any]) -> Any:
        heard: list[Any] = []
        spy = _spy(k, heard)
        if method is getattr(k.callbacks.Callback, name):
            getattr(spy, name)(**given)
            return heard
        several = k.callbacks.CallbackList([spy])
        if name.removesuffix("_end") in ("on_train", "on_test", "on_predict"):
            getattr(several, name.replace("end", "begin"))()
        method(several, **given)
        return heard

    return look


def _hooks(owner: str) -> dict[str, Call]:
    found = {}
    for name, number in _HOOKS.items():
        base = {"logs": {"loss": 0.5}} | ({number: 0} if number else {})
        other = {"logs": {"loss": 0.25, "accuracy": 1.0}} | ({number: 3} if number else {})
        found[f"{owner}.{name}"] = Call(base, other, look=_hook(name))
    return found


def _set(k: Any, method: Any, given: dict[str, Any]) -> Any:
    """What a callback knows once it is told, itself or by its list."""
    spy = _spy(k, [])
    told = spy
    if method in (k.callbacks.CallbackList.set_model, k.callbacks.CallbackList.set_params):
        told = k.callbacks.CallbackList([spy], add_history=True)
    method(told, **given)
    model = spy.model if "model" in given else None
    history = type(getattr(model, "history", None)).__name__
    return [getattr(model, "name", None), history, spy.params, told.params]


def _settings(owner: str) -> dict[str, Call]:
    return {
        f"{owner}.set_model": Call(
            {"model": lambda k: material.small_model(k, "one")},
            {"model": lambda k: material.small_model(k, "two")},
            look=_set,
        ),
        f"{owner}.set_params": Call(
            {"params": {"epochs": 2, "steps": 3}},
            {"params": {"epochs": 4, "steps": 5, "verbose": 1}},
            look=_set,
        ),
    }


def _list(k: Any, thing: Any, given: dict[str, Any]) -> Any:
    several = thing(**given, verbose=2, epochs=1, steps=1)
    several.on_train_begin()
    several.on_epoch_begin(0)
    several.on_train_batch_begin(0)
    several.on_train_batch_end(0, {"loss": 0.5})
    several.on_epoch_end(0, {"loss": 0.5})
    several.on_train_end()
    return [[type(callback).__name__, callback.model.name] for callback in several.callbacks]


def _saying(text: str) -> Any:
    return lambda k: [k.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: print(text))]


def _monitored(k: Any, method: Any, given: dict[str, Any]) -> Any:
    return method(k.callbacks.EarlyStopping("loss"), **given)


_BASES = ("callbacks.Callback", "callbacks.CallbackList")

HOOKS = {
    **{name: call for base in _BASES for name, call in (_hooks(base) | _settings(base)).items()},
    "callbacks.CallbackList": Call(
        {"callbacks": _saying("one"), "model": lambda k: material.small_model(k, "one")},
        {
            "callbacks": _saying("two"),
            "add_history": True,
            "add_progbar": True,
            "model": lambda k: material.small_model(k, "two"),
        },
        look=_list,
    ),
    "callbacks.EarlyStopping.get_monitor_value": Call(
        {"logs": {"loss": 0.5, "mae": 0.1}}, {"logs": {"loss": 0.25, "mae": 0.1}}, look=_monitored
    ),
}
