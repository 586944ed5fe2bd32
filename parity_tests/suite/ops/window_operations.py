"""Cases of the functions on windows: convolutions and pools, in every form and at their edges."""

from parity_tests.suite.ops.case import Case, distinct, real, whole

WINDOW_CASES = [
    *(
        Case(f"conv {name}", lambda o, a, k, how=how: o.conv(a, k, **how), shapes, sums)
        for name, how, shapes, sums in (
            ("steps", {}, (real(2, 5, 2), real(3, 2, 3)), 6),
            ("strides", {"strides": 2}, (real(2, 6, 2), real(3, 2, 3)), 6),
            (
                "same",
                {"padding": "SAME", "strides": (2, 3)},
                (real(2, 4, 5, 2), real(2, 3, 2, 1)),
                12,
            ),
            ("dilated", {"dilation_rate": (2, 1)}, (real(1, 4, 3, 2), real(2, 2, 2, 1)), 8),
            (
                "dilated, same",
                {"padding": "same", "dilation_rate": 2},
                (real(2, 4, 2), real(2, 2, 2)),
                4,
            ),
            ("groups", {}, (real(1, 3, 3, 4), real(2, 2, 2, 6)), 8),
            ("volumes", {"padding": "same"}, (real(1, 2, 3, 2, 2), real(2, 1, 2, 2, 1)), 8),
        )
    ),
    *(
        Case(f"{name}", lambda o, a, k, how=how: o.depthwise_conv(a, k, **how), shapes, sums)
        for name, how, shapes, sums in (
            ("depthwise_conv steps", {}, (real(2, 5, 2), real(3, 2, 2)), 3),
            (
                "depthwise_conv same",
                {"padding": "same", "strides": 2},
                (real(1, 4, 5, 2), real(2, 3, 2, 1)),
                6,
            ),
            (
                "depthwise_conv dilated",
                {"strides": 2, "dilation_rate": (1, 2)},
                (real(1, 4, 4, 2), real(2, 2, 2, 2)),
                4,
            ),
            (
                "depthwise_conv first",
                {"data_format": "channels_first"},
                (real(1, 2, 3, 4), real(2, 2, 2, 2)),
                4,
            ),
        )
    ),
    *(
        Case(
            f"separable_conv {name}",
            lambda o, a, d, p, how=how: o.separable_conv(a, d, p, **how),
            shapes,
            sums,
        )
        for name, how, shapes, sums in (
            (
                "steps",
                {"padding": "same", "strides": 2},
                (real(2, 5, 2), real(3, 2, 2), real(1, 4, 3)),
                16,
            ),
            ("images", {}, (real(1, 3, 4, 2), real(2, 2, 2, 1), real(1, 1, 2, 3)), 12),
        )
    ),
    *(
        Case(
            f"conv_transpose {name}",
            lambda o, a, k, how=how: o.conv_transpose(a, k, **how),
            shapes,
            sums,
        )
        for name, how, shapes, sums in (
            ("steps", {"strides": 2}, (real(2, 3, 2), real(3, 1, 2)), 6),
            (
                "same",
                {"padding": "same", "strides": (2, 1)},
                (real(1, 2, 3, 2), real(3, 2, 2, 2)),
                12,
            ),
            (
                "more padding",
                {"padding": "same", "strides": 2, "output_padding": 0},
                (real(1, 3, 2), real(3, 2, 2)),
                6,
            ),
            (
                "volumes",
                {"strides": 2, "output_padding": (1, 0, 1)},
                (real(1, 2, 1, 2, 2), real(1, 2, 2, 1, 2)),
                8,
            ),
        )
    ),
    *(
        Case(
            f"{op} {name}",
            lambda o, a, op=op, how=how: getattr(o, op)(a, **how),
            (distinct(*shape),),
            sums,
        )
        for op, sums in (("max_pool", None), ("average_pool", 6))
        for name, how, shape in (
            ("steps", {"pool_size": 2}, (2, 5, 2)),
            ("overlapping", {"pool_size": 3, "strides": 1}, (2, 5, 2)),
            ("same", {"pool_size": (3, 2), "strides": 2, "padding": "SAME"}, (1, 4, 5, 2)),
            ("first", {"pool_size": 2, "data_format": "channels_first"}, (1, 2, 4, 4)),
        )
    ),
    Case(
        "max_pool of whole numbers",
        lambda o, a: o.max_pool(a, 2),
        (whole(-3, 4, 2, 6, 3),),
        None,
        smooth=False,
    ),
    Case(
        "max_pool ties",
        lambda o, a: o.max_pool(a, (2, 2), 1),
        ([[[[1.0], [1.0], [2.0]], [[1.0], [1.0], [2.0]]]],),
        None,
        smooth=False,
    ),
    *(
        Case(
            f"{op} {name}",
            lambda o, a, op=op, how=how: getattr(o, op)(o.convert_to_tensor(a), **how),
            (distinct(*shape),),
            sums,
        )
        for op, sums in (("adaptive_max_pool", None), ("adaptive_average_pool", 6))
        for name, how, shape in (
            ("steps", {"output_size": (3,)}, (2, 5, 2)),
            ("images", {"output_size": (2, 3)}, (1, 3, 4, 2)),
            ("more", {"output_size": (5,), "data_format": "channels_first"}, (1, 2, 3)),
        )
    ),
]
NEED_SHAPES = (
    "depthwise_conv", "separable_conv", "conv_transpose", "max_pool", "average_pool",
    "adaptive_max_pool", "adaptive_average_pool",
)  # fmt: skip
