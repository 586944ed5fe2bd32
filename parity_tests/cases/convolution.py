# ruff: noqa: E501 - one line a value
"""Convolutions: paddings, strides, dilation, groups, both formats of data, in every rank."""

from parity_tests.harness.case import Case, classes, normal, uniform

WEIGHTS = uniform(4, 1, low=0.0, high=2.0)
L2 = {"class_name": "L2", "config": {"l2": 0.02}}


CASES = [
    Case("conv/steps", lambda k: [k.layers.Conv1D(3, 3)], normal(4, 7, 2), normal(4, 5, 3), WEIGHTS),
    Case("conv/steps, same", lambda k: [k.layers.Conv1D(3, 4, padding="same", activation="tanh"), k.layers.Dense(2)], normal(4, 7, 2), normal(4, 7, 2)),
    Case("conv/steps, same, strides 3 above the kernel", lambda k: [k.layers.Conv1D(3, 2, strides=3, padding="same")], normal(4, 7, 2), normal(4, 3, 3)),
    Case("conv/steps, causal", lambda k: [k.layers.Conv1D(4, 3, padding="causal", dilation_rate=2, activation="relu"), k.layers.Conv1D(2, 2, padding="causal", strides=2)], normal(4, 7, 2), normal(4, 4, 2)),
    Case("conv/steps, causal, channels first", lambda k: [k.layers.Conv1D(4, 3, padding="causal", data_format="channels_first")], normal(4, 2, 7), normal(4, 4, 7), in_float64="xla"),
    Case("conv/images", lambda k: [k.layers.Conv2D(4, 3, activation="relu"), k.layers.Conv2D(2, (2, 3))], normal(4, 7, 8, 2), normal(4, 4, 4, 2), uniform(4, 1, 1)),
    Case("conv/images, same, strides 2", lambda k: [k.layers.Conv2D(4, 3, strides=2, padding="same", activation="tanh"), k.layers.Conv2D(2, 3, padding="same")], normal(4, 6, 7, 2), normal(4, 3, 4, 2)),
    Case("conv/images, same, an even kernel larger than the image", lambda k: [k.layers.Conv2D(3, (4, 6), padding="same")], normal(4, 3, 4, 2), normal(4, 3, 4, 3)),
    Case("conv/images, strides that leave a rest", lambda k: [k.layers.Conv2D(3, 2, strides=(3, 2))], normal(4, 6, 7, 2), normal(4, 2, 3, 3)),
    Case("conv/images, one place", lambda k: [k.layers.Conv2D(4, 1, activation="tanh"), k.layers.Conv2D(3, 1, strides=2)], normal(4, 5, 4, 2), normal(4, 3, 2, 3)),
    Case("conv/images, dilated", lambda k: [k.layers.Conv2D(3, 3, dilation_rate=(1, 2), padding="same"), k.layers.Conv2D(2, 2, dilation_rate=2)], normal(4, 5, 6, 2), normal(4, 3, 4, 2)),
    Case("conv/images, groups", lambda k: [k.layers.Conv2D(6, 2, groups=2, activation="tanh"), k.layers.Conv2D(3, 2, groups=3, padding="same")], normal(4, 4, 5, 4), normal(4, 3, 4, 3)),
    Case("conv/images, groups of one channel", lambda k: [k.layers.Conv2D(8, 2, groups=4, strides=2)], normal(4, 4, 5, 4), normal(4, 2, 2, 8)),
    Case("conv/images, channels first", lambda k: [k.layers.Conv2D(4, 3, padding="same", data_format="channels_first", activation="relu"), k.layers.Conv2D(3, 2, strides=2, data_format="channels_first")], normal(4, 2, 5, 6), normal(4, 3, 2, 3), in_float64="xla"),
    Case("conv/images, channels first, as many as columns", lambda k: [k.layers.Conv2D(4, 2, data_format="channels_first"), k.layers.Conv2D(3, 2, data_format="channels_first")], normal(4, 2, 4, 5), normal(4, 3, 2, 3), in_float64="xla"),
    Case("conv/images, no bias", lambda k: [k.layers.Conv2D(4, 3, use_bias=False), k.layers.Conv2D(2, 2, use_bias=False)], normal(4, 6, 6, 1), normal(4, 3, 3, 2)),
    Case("conv/images, one of each", lambda k: [k.layers.Conv2D(1, 2)], normal(1, 3, 3, 1), normal(1, 2, 2, 1)),
    Case("conv/images, the whole one", lambda k: [k.layers.Conv2D(5, (4, 3))], normal(4, 4, 3, 2), normal(4, 1, 1, 5)),
    Case("conv/images, softmax of classes", lambda k: [k.layers.Conv2D(3, 3, activation="relu"), k.layers.Flatten(), k.layers.Dense(4, "softmax")], normal(4, 5, 5, 2), classes(4, 4), uniform(4, low=0.0, high=2.0), loss="sparse_categorical_crossentropy", optimizer=lambda k: k.optimizers.Adam(0.01)),
    Case("conv/images, an activation of a user's own", lambda k: [k.layers.Conv2D(3, 2, activation=lambda z: k.ops.square(k.ops.tanh(z)) + z)], normal(4, 4, 4, 2), normal(4, 3, 3, 3)),
    Case("conv/images, penalties and a constraint", lambda k: [k.layers.Conv2D(3, 2, kernel_regularizer=L2, bias_regularizer="l1", activity_regularizer=L2, kernel_constraint=k.constraints.MaxNorm(0.8, axis=(0, 1, 2)), bias_constraint="non_neg")], normal(4, 4, 4, 2), normal(4, 3, 3, 3)),
    Case("conv/images, frozen", lambda k: [k.layers.Conv2D(3, 2, activation="tanh"), k.layers.Conv2D(2, 2, trainable=False)], normal(4, 4, 5, 2), normal(4, 2, 3, 2), silent=("weights/conv2d_1/",)),
    Case("conv/volumes", lambda k: [k.layers.Conv3D(3, 2, activation="tanh"), k.layers.Conv3D(2, (1, 2, 3), padding="same")], normal(3, 3, 4, 4, 2), normal(3, 2, 3, 3, 2)),
    Case("conv/volumes, channels first", lambda k: [k.layers.Conv3D(3, 2, strides=2, data_format="channels_first")], normal(3, 2, 4, 5, 4), normal(3, 3, 2, 2, 2)),
    Case("conv/batch normalization, and pooling", lambda k: [k.layers.Conv2D(4, 3, use_bias=False), k.layers.BatchNormalization(), k.layers.Activation("relu"), k.layers.MaxPooling2D(), k.layers.Flatten(), k.layers.Dense(3)], normal(6, 6, 6, 2), normal(6, 3)),
    Case("transposed/steps", lambda k: [k.layers.Conv1DTranspose(3, 3, strides=2)], normal(4, 4, 2), normal(4, 9, 3), WEIGHTS),
    Case("transposed/steps, same", lambda k: [k.layers.Conv1DTranspose(3, 4, strides=2, padding="same", activation="tanh"), k.layers.Conv1DTranspose(2, 2)], normal(4, 4, 2), normal(4, 9, 2)),
    Case("transposed/steps, strides above the kernel", lambda k: [k.layers.Conv1DTranspose(3, 1, strides=2), k.layers.Conv1DTranspose(2, 1, strides=3, padding="same")], normal(4, 3, 2), normal(4, 18, 2)),
    Case("transposed/steps, dilated", lambda k: [k.layers.Conv1DTranspose(3, 2, dilation_rate=2)], normal(4, 4, 2), normal(4, 6, 3), in_float64="xla"),
    Case("transposed/images", lambda k: [k.layers.Conv2DTranspose(4, 3, strides=2, padding="same", activation="relu"), k.layers.Conv2DTranspose(2, 2)], normal(4, 3, 2, 3), normal(4, 7, 5, 2), uniform(4, 1, 1)),
    Case("transposed/images, more padding", lambda k: [k.layers.Conv2DTranspose(3, 3, strides=2, padding="same", output_padding=0, activation="tanh"), k.layers.Conv2DTranspose(2, (3, 2), strides=(2, 3), output_padding=(1, 2))], normal(4, 2, 3, 2), normal(4, 8, 16, 2)),
    Case("transposed/images, channels first", lambda k: [k.layers.Conv2DTranspose(3, 3, strides=2, padding="same", data_format="channels_first")], normal(4, 2, 3, 2), normal(4, 3, 6, 4), in_float64="xla"),
    Case("transposed/images, no bias", lambda k: [k.layers.Conv2D(4, 2, activation="relu"), k.layers.Conv2DTranspose(1, 2, use_bias=False)], normal(4, 4, 4, 1), normal(4, 4, 4, 1)),
    Case("transposed/volumes", lambda k: [k.layers.Conv3DTranspose(2, 2, strides=2)], normal(3, 2, 2, 2, 2), normal(3, 4, 4, 4, 2)),
    Case("depthwise/steps", lambda k: [k.layers.DepthwiseConv1D(3, depth_multiplier=2, activation="tanh"), k.layers.DepthwiseConv1D(2, padding="same", strides=2)], normal(4, 7, 2), normal(4, 3, 4), WEIGHTS),
    Case("depthwise/images", lambda k: [k.layers.DepthwiseConv2D(3, padding="same", activation="relu"), k.layers.DepthwiseConv2D(2, depth_multiplier=3)], normal(4, 4, 5, 2), normal(4, 3, 4, 6), uniform(4, 1, 1)),
    Case("depthwise/images, strides", lambda k: [k.layers.DepthwiseConv2D(3, strides=2, padding="same", depth_multiplier=2, use_bias=False)], normal(4, 5, 6, 3), normal(4, 3, 3, 6)),
    Case("depthwise/images, dilated, penalties and a constraint", lambda k: [k.layers.DepthwiseConv2D(2, dilation_rate=2, depthwise_regularizer=L2, depthwise_constraint="unit_norm")], normal(4, 5, 6, 2), normal(4, 3, 4, 2)),
    Case("depthwise/images, strides and dilation", lambda k: [k.layers.DepthwiseConv2D(2, strides=2, dilation_rate=2, padding="same")], normal(4, 6, 6, 2), normal(4, 3, 3, 2)),
    Case("depthwise/images, other strides each way", lambda k: [k.layers.DepthwiseConv2D(2, strides=2, dilation_rate=(1, 2))], normal(4, 6, 7, 2), normal(4, 3, 3, 2)),
    Case("depthwise/images, channels first", lambda k: [k.layers.DepthwiseConv2D(2, depth_multiplier=2, data_format="channels_first")], normal(4, 2, 4, 5), normal(4, 4, 3, 4)),
    Case("separable/steps", lambda k: [k.layers.SeparableConv1D(3, 3, depth_multiplier=2, activation="tanh"), k.layers.SeparableConv1D(2, 2, padding="same", strides=2)], normal(4, 7, 2), normal(4, 3, 2), WEIGHTS),
    Case("separable/images", lambda k: [k.layers.SeparableConv2D(4, 3, padding="same", activation="relu"), k.layers.SeparableConv2D(2, 2, depth_multiplier=2)], normal(4, 4, 5, 2), normal(4, 3, 4, 2), uniform(4, 1, 1)),
    Case("separable/images, strides", lambda k: [k.layers.SeparableConv2D(3, 3, strides=2, padding="same", use_bias=False)], normal(4, 5, 6, 2), normal(4, 3, 3, 3)),
    Case("separable/images, dilated, penalties and constraints", lambda k: [k.layers.SeparableConv2D(3, 2, dilation_rate=2, depthwise_regularizer=L2, pointwise_regularizer=L2, depthwise_constraint="unit_norm", pointwise_constraint="max_norm")], normal(4, 5, 6, 2), normal(4, 3, 4, 3)),
    Case("separable/images, frozen", lambda k: [k.layers.SeparableConv2D(3, 2, activation="tanh"), k.layers.SeparableConv2D(2, 2, trainable=False)], normal(4, 4, 5, 2), normal(4, 2, 3, 2), silent=("weights/separable_conv2d_1/",)),
    Case("separable/images, channels first", lambda k: [k.layers.SeparableConv2D(3, 2, strides=2, data_format="channels_first")], normal(4, 2, 4, 5), normal(4, 3, 2, 2)),
]  # fmt: skip
