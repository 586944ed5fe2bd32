"""Names that are not there yet.

Printed: how many of a list this release does not have.

Tests:
    has no attribute
    Could not interpret optimizer identifier: schedulefreeadamw

Gives:
    3.12 45
    3.13 45
    3.14 15
    3.15 0
"""

import operator

import keras

NAMES = """ops.allclose ops.cdist ops.depth_to_space ops.dsplit ops.dstack ops.erfc ops.fabs
ops.fliplr ops.flipud ops.fmax ops.fmin ops.fmod ops.geomspace ops.hsplit ops.i0 ops.image.ssim
ops.image.sobel_edges ops.matrix_rank ops.nanargmax ops.nanargmin ops.nancumprod ops.nancumsum
ops.nanmax ops.nanmean ops.nanmedian ops.nanmin ops.nanpercentile ops.nanprod ops.nanquantile
ops.nanstd ops.nansum ops.nanvar ops.nextafter ops.percentile ops.pinv ops.ptp ops.rad2deg
ops.segment_min ops.segment_prod ops.sinc ops.space_to_depth ops.unique ops.vsplit
layers.ContrastLimitedAdaptiveHistogramEqualization optimizers.ScheduleFreeAdamW"""


def there(name):
    """Whether this release has a name."""
    try:
        operator.attrgetter(name)(keras)
    except AttributeError:
        return False
    return True


print(sum(not there(name) for name in NAMES.split()))
