"""Names of Keras that are not here, and why: an AttributeError says so.

keras.layers.LSTM       AttributeError: module 'scratch.layers' has no attribute 'LSTM':
                        recurrent networks are not part of this package, ...
keras.layers.Dence      AttributeError: ... Did you mean 'Dense'?
"""

import dis
import fnmatch
import sys
from importlib import import_module
from typing import Any

from scratch.context.spelling import similar

# From a reason to patterns of "namespace.name", without "keras".
REASONS = {
    "recurrent networks": """
        layers.*RNN* layers.*GRU* layers.*LSTM* layers.Bidirectional losses.CTC losses.ctc""",
    "attention": "layers.*Attention layers.ReversibleEmbedding",
    "audio and text": """
        layers.*Spectrogram
        layers.StringLookup layers.IntegerLookup layers.TextVectorization layers.Hash*
        initializers.STFT* initializers.stft utils.audio_dataset_from_directory
        utils.FeatureSpace utils.Config""",
    "models with pretrained weights": ".applications",
    "functions of `backend` that stand for layers or need a static graph": """
        backend.conv* backend.*conv2d backend.pool* backend.resize* backend.spatial* backend.rnn
        backend.ctc* backend.gradients backend.map_fn backend.fold* backend.name_scope
        backend.in_top_k backend.cum* backend.*focal* backend.result_type backend.is_*_dtype
        backend.standardize_dtype""",
    "other frameworks, devices and number formats": """
        layers.FlaxLayer layers.JaxLayer layers.TFSMLayer layers.TorchModuleWrapper
        callbacks.OrbaxCheckpoint .Quantize* .*Scope .device .remat .Function
        .name_scope config.*flash* config.*nnx* config.set_backend
        .quantizers .distribution .export .distillation""",
    "functions that run code from files": "config.enable_unsafe_deserialization",
    "several optimizers for one model": "optimizers.MultiOptimizer optimizers.OptimizerMap",
    "the insides of Keras": """
        .Operation utils.get_source_inputs utils.standardize_dtype .src .legacy
        optimizers.legacy utils.legacy tree.MAP_TO_NONE tree.*path* tree.map_shape_structure
        tree.map_structure_up_to tree.traverse""",
    "what is no part of training": """
        saving.KerasFileEditor callbacks.RemoteMonitor .wrappers .visualization""",
}
_PATTERNS = {
    pattern: reason for reason, patterns in REASONS.items() for pattern in patterns.split()
}


def reason_for(namespace: str, name: str) -> str | None:
    """Why a name of Keras is not here; None where there is none.

    Args:
        namespace: `"layers"`, or `""` for what stands at the top.
        name: in it.
    """
    for pattern, reason in _PATTERNS.items():
        if fnmatch.fnmatchcase(f"{namespace}.{name}", pattern):
            return reason
    return None


def explain_absent(module_name: str, later: tuple[str, ...] = (), rest: str = "") -> None:
    """From now on, a name that a namespace lacks is answered with the reason.

    Args:
        module_name: of the namespace.
        later: namespaces inside it that are loaded when they are first asked for.
        rest: a module that has what `__all__` promises and is not there yet, loaded likewise.

    To be called at the end of a namespace's module, whose `dir` then lists its `__all__`. The
    hooks are set here, where no type checker sees them: to those a name that is missing stays an
    error.
    """
    module = sys.modules[module_name]

    def look_up(name: str) -> Any:
        if name in later:
            return import_module(f"{module_name}.{name}")
        if rest and name in module.__all__:
            vars(module)[name] = getattr(import_module(rest), name)
            return vars(module)[name]
        raise error_for(module_name, name, sys._getframe(1))

    vars(module)["__getattr__"] = look_up
    vars(module)["__dir__"] = lambda: sorted({*module.__all__, *filter(_is_special, vars(module))})


def _is_special(name: str) -> bool:
    return name.startswith("__")


def error_for(module_name: str, name: str, asked: Any) -> Exception:
    """The error for a name that a module lacks.

    Args:
        module_name: of the module.
        name: that is missing.
        asked: the frame that asks for it. Where it says `from module import name`, Python would
            put an ImportError without the reason in the place of an AttributeError.
    """
    where = module_name.partition(".")[2]
    message = f"module {module_name!r} has no attribute {name!r}"
    if _is_special(name):
        return AttributeError(message)
    if (reason := reason_for(where, name)) is not None:
        keras = ".".join(filter(None, ("keras", where, name)))
        message += (
            f". `{keras}` is not here: {reason} are not part of this package, which trains "
            f"networks in NumPy. `dir({module_name})` lists what is"
        )
    elif close := similar(name, sys.modules[module_name].__all__):
        message += f". Did you mean {' or '.join(map(repr, close))}?"
    elif where:
        message += f". `dir({module_name})` lists what is here"
    imports = dis.opname[asked.f_code.co_code[asked.f_lasti]] == "IMPORT_FROM"
    return (ImportError if imports else AttributeError)(message)
