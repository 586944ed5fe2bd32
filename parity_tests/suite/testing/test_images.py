# ruff: noqa: E501 - one line a mistake
"""Up-sampling, margins and crops of somebody's own: usual mistakes are recognized, right ones pass."""

from typing import Any

import pytest

from parity_tests.suite.testing.students import names, spoiled
from scratch.testing import check, check_layer
from scratch.testing.mistakes import images

UP = """
class Up:
    def forward(self, x):
        return x.repeat(2, axis=1).repeat(2, axis=2)
    def backward(self, dy):
        n, h, w, c = dy.shape
        return dy.reshape(n, h // 2, 2, w // 2, 2, c).sum(axis=(2, 4))
"""
PAD = """
class Pad:
    def forward(self, x):
        return np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
    def backward(self, dy):
        return dy[:, 1:-1, 1:-1]
"""
CROP = """
class Crop:
    def forward(self, x):
        self.shape = x.shape
        return x[:, 2:-1, 1:-2]
    def backward(self, dy):
        dx = np.zeros(self.shape)
        dx[:, 2:-1, 1:-2] = dy
        return dx
"""
CENTER = """
class Center:
    def forward(self, x):
        self.shape = x.shape
        self.a, self.b = (x.shape[1] - 3) // 2, (x.shape[2] - 2) // 2
        return x[:, self.a:self.a + 3, self.b:self.b + 2]
    def backward(self, dy):
        dx = np.zeros(self.shape)
        dx[:, self.a:self.a + 3, self.b:self.b + 2] = dy
        return dx
"""
MEANT: dict[str, tuple[str, str, dict[str, Any]]] = {
    "up_sampling2d": ("Up", UP, {}),
    "zero_padding2d": ("Pad", PAD, {}),
    "cropping2d": ("Crop", CROP, {"cropping": ((2, 1), (1, 2))}),
    "center_crop": ("Center", CENTER, {"height": 3, "width": 2}),
}
WRONG = {
    "gradient averaged over the repetitions": ("up_sampling2d", [(".sum(", ".mean(")]),
    "gradient of one repetition alone": ("up_sampling2d", [(".sum(axis=(2, 4))", "[:, :, 0, :, 0]")]),
    "image repeated as a whole": ("up_sampling2d", [
        ("x.repeat(2, axis=1).repeat(2, axis=2)", "np.tile(x, (1, 2, 2, 1))"),
        ("reshape(n, h // 2, 2, w // 2, 2, c).sum(axis=(2, 4))",
         "reshape(n, 2, h // 2, 2, w // 2, c).sum(axis=(1, 3))"),
    ]),
    "edge repeated": ("zero_padding2d", [("(0, 0)))", "(0, 0)), mode='edge')")]),
    "ends exchanged": ("cropping2d", [("x[:, 2:-1, 1:-2]", "x[:, 1:-2, 2:-1]")]),
    "gradient at the beginning": ("cropping2d", [("dx[:, 2:-1, 1:-2]", "dx[:, :-3, :-3]")]),
    "odd place cut in front": ("center_crop", [("- 2) // 2", "- 1) // 2"), ("- 3) // 2", "- 2) // 2")]),
    "cut at the beginning alone": ("center_crop", [("(x.shape[1] - 3) // 2, (x.shape[2] - 2) // 2", "0, 0")]),
}  # fmt: skip


def checked(like, *changes):
    name, code, options = MEANT[like]
    return check_layer(spoiled(code, *changes)[name], like, **options)


@pytest.mark.parametrize("like", MEANT)
def test_right_ones(like):
    assert checked(like)


@pytest.mark.parametrize("mistake", WRONG)
def test_mistakes(mistake):
    like, changes = WRONG[mistake]
    result = checked(like, *changes)
    assert not result
    assert set(result.diagnoses) == {mistake}, str(result)


def test_every_mistake_is_tried():
    catalogues = (images.UP_SAMPLING, images.ZERO_PADDING, images.CROPPING, images.CENTER_CROP)
    assert set(WRONG) == {name for catalogue in catalogues for name in names(catalogue)}


def test_by_their_names():
    assert check(spoiled(CENTER)["Center"], "CenterCrop", height=3, width=2)
