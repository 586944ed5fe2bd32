"""Cases of the functions that `keras.ops` has from NumPy: angles, sums, diagonals, order."""

import numpy as np

from parity_tests.suite.ops.case import Case, distinct, positive, real, whole

X = real(3, 4)
HOLES = [[1.0, np.nan, 3.0], [np.nan, np.nan, np.nan], [4.0, 5.0, -6.0]]
FULL = [[1.0, np.nan, 3.0], [4.0, 5.0, -6.0]]
STRANGE = [0.0, -0.0, 1.5, np.nan, np.inf, -np.inf]
NAMES_OF_ANGLES = ("arctan", "arcsinh", "cosh", "deg2rad", "rad2deg", "sinc", "sinh", "tan", "i0")


def _named(name, inputs, sums=0, **settings):
    smooth = settings.pop("smooth", True)
    more = "".join(f" {key}={value}" for key, value in settings.items())
    return Case(
        f"{name}{more}",
        lambda o, *xs: getattr(o, name)(*xs, **settings),
        inputs,
        sums,
        smooth=smooth,
    )


def _flat(name, inputs, **settings):
    """Nothing rounds, and there is no derivative."""
    return _named(name, inputs, None, smooth=False, **settings)


ARRAY_CASES = [
    *(_named(name, (X,), 4) for name in NAMES_OF_ANGLES),
    *(_named(name, (lambda rng: rng.uniform(-0.9, 0.9, 7),), 4) for name in ("arcsin", "arccos")),
    *(_named(name, (lambda rng: rng.uniform(-0.9, 0.9, 7),), 4) for name in ("arctanh", "erfinv")),
    _named("arccosh", (lambda rng: rng.uniform(1.2, 5, 7),), 4),
    _named("arctan2", (X, real(4)), 4),
    _named("hypot", (X, real(4)), 4),
    _named("exp2", (X,), 4),
    _named("cbrt", (X,), 4),
    _named("logaddexp", (X, real(4)), 4),
    _named("logaddexp2", (X, real(4)), 4),
    _named("fabs", (X,), None),
    _named("fmax", (X, real(4)), None),
    _named("fmin", (X, real(4)), None),
    _named("fmod", (X, real(4)), 4),
    _flat("fmax", ([1.0, np.nan, np.nan], [np.nan, 2.0, np.nan])),
    _flat("fmin", ([1.0, np.nan, np.nan], [np.nan, 2.0, np.nan])),
    Case(
        "heaviside",
        lambda o, a, b: o.heaviside(a, b),
        ([-1.0, 0, 0, 2], real(3, 4)),
        None,
        constants=(0,),
    ),
    Case("ldexp", lambda o, a, i: o.ldexp(a, i), (X, whole(-3, 4, 4)), 4),
    Case("nextafter", lambda o, a, b: o.nextafter(a, b), (X, real(4)), None, smooth=False),
    *(_flat(name, (STRANGE,)) for name in ("isneginf", "isposinf", "isreal", "signbit", "angle")),
    *(_flat(name, (whole(-3, 4, 9),)) for name in ("isneginf", "isposinf", "isreal", "signbit")),
    *(_flat("trunc", (x,)) for x in ([-1.5, -0.5, 0.5, 2.9], whole(-3, 4, 9))),
    Case("nan_to_num", lambda o, a: o.nan_to_num(a), (X,), None),
    _flat("nan_to_num", (FULL,)),
    Case(
        "nan_to_num_given",
        lambda o, a: o.nan_to_num(a, nan=1.5, posinf=2.5, neginf=-3.5),
        (STRANGE,),
        None,
        smooth=False,
    ),
    *(
        Case(
            f"{name} {settings}",
            lambda o, a, b, name=name, settings=settings: getattr(o, name)(a, b, **settings),
            ([1.0, 1.0, np.nan, np.inf, 2.0], [1.0, 1.000001, np.nan, np.inf, 3.0]),
            None,
            smooth=False,
        )
        for name in ("isclose", "allclose")
        for settings in ({}, {"equal_nan": True}, {"rtol": 0.5}, {"atol": 2.0, "equal_nan": True})
    ),
    _flat("isclose", ([1, 2], [1, 3])),
    # Bits and divisors
    *(
        _flat(name, (whole(-40, 40, 3, 4), whole(-40, 40, 4)))
        for name in ("bitwise_and", "bitwise_or", "bitwise_xor", "gcd", "lcm")
    ),
    *(
        _flat(name, (whole(-40, 40, 3, 4), whole(0, 5, 4)))
        for name in ("bitwise_left_shift", "bitwise_right_shift", "left_shift", "right_shift")
    ),
    *(_flat(name, (whole(-40, 40, 5),)) for name in ("bitwise_not", "bitwise_invert")),
    # Running sums and differences
    *(_named(name, (X,), 12) for name in ("cumsum", "cumprod", "nancumsum", "nancumprod")),
    *(_named(name, (X,), 4, axis=axis) for name in ("cumsum", "cumprod") for axis in (0, -1)),
    *(_flat(name, (FULL,), axis=1) for name in ("nancumsum", "nancumprod")),
    _flat("cumsum", ([True, True, False],)),
    _named("diff", (X,), 1),
    _named("diff", (X,), 2, n=2, axis=0),
    _flat("diff", ([True, True, False],)),
    _named("trapezoid", (X,), 6),
    _named("trapezoid", (X,), 6, dx=0.3, axis=0),
    Case("trapezoid_at", lambda o, y, x: o.trapezoid(y, x), (X, real(4)), 6),
    # Diagonals and triangles
    *(_named("diagonal", (real(3, 4),), None, offset=k) for k in (0, 1, -2)),
    _named("diagonal", (real(2, 3, 4),), None, axis1=2, axis2=0),
    *(_named("diag", (real(*shape),), None, k=k) for shape in ((3,), (3, 4)) for k in (0, 1, -1)),
    _named("diagflat", (real(2, 2),), None, k=1),
    _named("trace", (X,), 3),
    _named("trace", (real(2, 3, 4),), 3, offset=1, axis1=1, axis2=2),
    *(_named(name, (real(2, 3, 4),), None, k=k) for name in ("tril", "triu") for k in (0, 1, -1)),
    # Another arrangement
    _named("roll", (X,), None, shift=5),
    _named("roll", (X,), None, shift=-1, axis=1),
    _named("roll", (X,), None, shift=(1, -2), axis=(0, 1)),
    _named("fliplr", (X,), None),
    _named("flipud", (X,), None),
    *(_named("rot90", (real(2, 3, 4),), None, k=k, axes=(2, 0)) for k in (1, -1)),
    *(
        Case(
            f"{name} {form}",
            lambda o, a, name=name, form=form: getattr(o, name)(a, 2, data_format=form),
            (real(2, 4, 4, 4),),
            None,
        )
        for name in ("depth_to_space", "space_to_depth")
        for form in ("channels_last", "channels_first")
    ),
    Case(
        "rearrange",
        lambda o, a: o.rearrange(a, "b (h k) c -> k b (h c)", k=2),
        (real(2, 6, 3),),
        None,
    ),
    Case("append", lambda o, a, b: o.append(a, b), (X, real(5)), None),
    Case("append_axis", lambda o, a, b: o.append(a, b, axis=1), (X, real(3, 2)), None),
    *(
        Case(name, lambda o, a, b, name=name: getattr(o, name)([a, b]), (real(*s), real(*s)), None)
        for name in ("vstack", "hstack", "dstack")
        for s in ((3,), (3, 4), (2, 3, 2))
    ),
    *(
        Case(f"{name} {i}", lambda o, a, name=name, i=i: getattr(o, name)(a, 2)[i], (s,), None)
        for name, s in {"vsplit": real(4, 2), "hsplit": real(3, 4), "dsplit": real(2, 3, 4)}.items()
        for i in (0, 1)
    ),
    Case("hsplit_vector", lambda o, a: o.hsplit(a, 2)[1], (real(4),), None),
    *(
        Case(f"array_split {i}", lambda o, a, i=i: o.array_split(a, 3, axis=1)[i], (X,), None)
        for i in range(3)
    ),
    *(
        Case(
            f"meshgrid {how} {i}",
            lambda o, a, b, c, i=i, how=how: o.meshgrid(a, b, c, indexing=how)[i],
            (real(2), real(3), real(4)),
            None,
            constants=tuple({0, 1, 2} - {i}),
        )
        for how in ("xy", "ij")
        for i in range(3)
    ),
    Case("unstack", lambda o, a: o.unstack(a, axis=1)[2], (X,), None),
    # Order
    *(
        _named(name, (distinct(3, 4),), 4, **settings)
        for name in ("median", "nanmedian", "ptp")
        for settings in ({}, {"axis": 1}, {"axis": 0, "keepdims": True})
    ),
    *(
        _named(name, (distinct(3, 5),), 4, q=q * 100 if "percent" in name else q, axis=axis)
        for name in ("quantile", "nanquantile", "percentile", "nanpercentile")
        for q in (0.25, 0.6)
        for axis in (None, 1)
    ),
    *(
        _named("quantile", (distinct(3, 5),), 4, q=0.3, axis=0, method=method)
        for method in ("lower", "higher", "nearest", "midpoint")
    ),
    Case(
        "quantile_several",
        lambda o, a: o.quantile(a, [0.25, 0.5, 0.9], axis=1, keepdims=True),
        (distinct(3, 5),),
        4,
    ),
    *(
        _named(name, (FULL,), 4, axis=1, smooth=False)
        for name in ("nanmedian", "nanmean", "nanstd", "nansum", "nanvar")
    ),
    *(
        _flat(name, (HOLES,), axis=1)
        for name in (
            "nanargmax",
            "nanargmin",
            "nanmax",
            "nanmin",
            "nanprod",
            "nansum",
            "nanmean",
            "median",
        )
    ),
    *(
        _named(name, (distinct(3, 4),), 12, **settings)
        for name in ("nanmax", "nanmean", "nanmin", "nanprod", "nanstd", "nansum", "nanvar")
        for settings in ({}, {"axis": 1, "keepdims": True})
    ),
    _flat("argpartition", (whole(0, 50, 9),), kth=3),
    # Products
    Case("inner", lambda o, a, b: o.inner(a, b), (X, real(5, 4)), 4),
    Case("inner_scalar", lambda o, a, b: o.inner(a, b), (X, real()), 4),
    Case("vdot", lambda o, a, b: o.vdot(a, b), (X, real(12)), 12),
    Case("kron", lambda o, a, b: o.kron(a, b), (X, real(2, 3)), 1),
    Case("kron_ranks", lambda o, a, b: o.kron(a, b), (real(2), real(2, 3)), 1),
    Case("cross", lambda o, a, b: o.cross(a, b), (real(4, 3), real(3)), 2),
    Case("cross_flat", lambda o, a, b: o.cross(a, b), (real(4, 2), real(4, 2)), 2),
    Case("cross_mixed", lambda o, a, b: o.cross(a, b), (real(4, 2), real(4, 3)), 2),
    Case("cross_axis", lambda o, a, b: o.cross(a, b, axis=0), (real(3, 4), real(3, 4)), 2),
    Case("average", lambda o, a: o.average(a, axis=0), (X,), 4),
    Case("average_weights", lambda o, a, w: o.average(a, weights=w), (X, positive(3, 4)), 24),
    Case("average_row", lambda o, a, w: o.average(a, 1, w), (X, positive(4)), 8),
    Case("vander", lambda o, a: o.vander(a), (real(4),), 4),
    Case("vander_rising", lambda o, a: o.vander(a, 3, increasing=True), (positive(4),), 4),
    Case("corrcoef", lambda o, a: o.corrcoef(a)[0, 1:], (real(3, 6),), 64),
    *(
        Case(f"correlate {m}", lambda o, a, b, m=m: o.correlate(a, b, mode=m), (real(7), s), 12)
        for m in ("valid", "same", "full")
        for s in (real(3), real(4))
    ),
    Case("cdist", lambda o, a, b: o.cdist(a, b), (real(2, 3, 4), real(2, 5, 4)), 12),
    Case("psnr", lambda o, a, b: o.psnr(a, b, 2.0), (X, X), 64),
    # Places
    Case("slice", lambda o, a: o.slice(a, (1, 0), (2, 3)), (X,), None),
    Case(
        "slice_update",
        lambda o, a, b: o.slice_update(a, (1, 1), b),
        (real(3, 4), real(2, 2)),
        None,
        smooth=False,  # TensorFlow has no derivative of it
    ),
    Case(
        "scatter",
        lambda o, v: o.scatter([[1], [3], [1]], v, (5, 2)),
        (real(3, 2),),
        1,
    ),
    *(
        Case(
            f"scatter_update {reduction}",
            lambda o, a, u, reduction=reduction: o.scatter_update(
                a, [[0, 1], [2, 3], [1, 0]], u, reduction=reduction
            ),
            (X, real(3)),
            2,
            constants=() if reduction in (None, "add") else (0,) if reduction == "mul" else (),
            smooth=reduction != "mul",
        )
        for reduction in (None, "add", "max", "min", "mul")
    ),
    *(
        Case(
            f"unravel_index {i}",
            lambda o, a, i=i: o.unravel_index(a, (3, 4))[i],
            (whole(0, 12, 5),),
            None,
            smooth=False,
        )
        for i in range(2)
    ),
    *(
        Case(
            f"segment_{how}",
            lambda o, a, how=how: getattr(o, f"segment_{how}")(a, np.array([0, 1, 0, -1, 1]), 2),
            (distinct(5, 2),),
            3,
        )
        for how in ("max", "min", "prod")
    ),
    Case(
        "segment_prod_zeros",
        lambda o, a: o.segment_prod(a, np.array([0, 0, 1, 1, 1]), 2),
        ([0.0, 2.0, 0.0, 0.0, 3.0],),
        3,
    ),
    *(
        Case(
            f"select {default}",
            lambda o, a, b, d=default: o.select([a > 1, b > 0], [a, b], default=d),
            (X, X),
            None,
        )
        for default in (0, 1.5)
    ),
    *(
        _flat("searchsorted", ([1.0, 2.0, 2.0, 3.0], [2.0, 0.0, 2.5, 9.0]), side=side)
        for side in ("left", "right")
    ),
    *(_flat("isin", (whole(0, 5, 3, 4), [1, 3]), invert=invert) for invert in (False, True)),
    *(
        _flat("multi_hot", (whole(0, 4, *shape),), num_classes=4, dtype=dtype)
        for shape in ((3,), (3, 2))
        for dtype in ("float64", "int32")
    ),
    # Copies and complex parts of real numbers
    Case("copy", lambda o, a: o.copy(a), (X,), None),
    Case("array", lambda o, a: o.array(a), (X,), None),
    Case("get_item", lambda o, a: o.get_item(a, (slice(1, 2), 0)), (X,), None),
    _flat("real", (X,)),
    _flat("imag", (X,)),
    _flat("conj", (X,)),
    _flat("conjugate", (X,)),
    Case("view", lambda o, a: o.view(a, "uint8"), (whole(-9, 9, 2, 3),), None, smooth=False),
    *(
        Case(
            f"saturate_cast {dtype}",
            lambda o, a, dtype=dtype: o.saturate_cast(a, dtype),
            ([-1e9, -3.5, 0.0, 2.5, 300.0, 1e12],),
            None,
            smooth=False,
        )
        for dtype in ("uint8", "int8", "int32", "float16")
    ),
]

NEED_RANKS = (  # while the graph is built
    "append", "array_split", "average_row", "cdist", "corrcoef", "correlate", "cross",
    "depth_to_space", "diag k", "diff", "dstack", "hsplit", "hstack", "inner", "kron", "median",
    "meshgrid", "nanmedian", "nanpercentile", "nanquantile", "percentile", "quantile", "rearrange",
    "rot90", "space_to_depth", "trapezoid_at", "unstack", "vander",
)  # fmt: skip
