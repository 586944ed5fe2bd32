"""`parity ceremony`: what counts as maths, and what a batch passes through."""

from parity_tests.commands import ceremony

PLANTED = '''
"""A module's docstring."""
import math  # in neither


class Layer(Base):
    """A docstring."""

    rank = 2

    def call(self, x):  # 2 lines of maths, 1 more where it is continued
        return _scaled(
            x) + self._shift()

    def build(self, shape):

        # a comment
        if shape is None:
            raise ValueError(
                "words of Keras")
        self.size = _size(shape)

    def _shift(self):
        return 1

    def _shared(self):
        return 2

    def compute_mask(self, x):
        return self._shared() + _only_here(x)


class Narrow(Layer):
    def call(self, x):
        return self._shared()


def _scaled(x):
    return _twice(x)


def _twice(x):
    return 2 * x


def _size(shape):
    return math.prod(shape)


def _only_here(x):
    return x
'''


def test_maths_is_what_only_maths_calls(tmp_path):
    (tmp_path / "planted.py").write_text(PLANTED)
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "layer.py").write_text("def call(x):\n    return x\n")
    files, kinds = ceremony.of_layers(tmp_path)
    # call 3 and 2, _shift, _scaled, _twice 2 each; the rest: 2 classes, rank, build 5,
    # _shared (a mask needs it too), compute_mask, _size and _only_here 2 each
    assert files == {"planted.py": (11, 16)}
    assert kinds == {"build": 5, "other functions": 8, "dictated": 8, "dictated maths": 5}


def test_a_batch_passes_files_of_scratch():
    found = ceremony.of_a_batch(ceremony.HERE)
    assert found["figures"]["calls in a batch"] == sum(found["calls"].values())
    assert any(name.endswith("ReluPair.backward") for name in found["calls"])
    # The step is written down as lines by then.
    assert found["figures"]["calls in a batch"] <= 40
    assert found["figures"]["files that a batch passes through"] <= 20
    assert not any(name.endswith("Trainer.fit") for name in found["calls"])


def test_circles_are_counted(tmp_path):
    room = tmp_path / "scratch"
    room.mkdir()
    (room / "__init__.py").write_text("")
    (room / "a.py").write_text("import scratch.b\n")
    (room / "b.py").write_text("def f():\n    from scratch.a import g\n    return g\n")
    figures = ceremony.of_house(room)
    assert figures["circles of imports"] == 1
    assert figures["imports inside functions"] == 1
    assert figures["longest file"] == "3 (b.py)"
    assert figures["lines of scratch"] == 4
