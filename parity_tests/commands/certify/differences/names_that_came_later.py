r"""Names that are not there yet.

Printed: how many of a list this release does not have.

Tests:
    test_array_functions test_errors\[(cdist|cdist_rank|matrix_rank|pinv_rank|segment_prod)\]
    test_every_argument_has_a_row_and_every_row_an_argument
    test_the_page_counts_the_same
    test_a_sample_is_as_it_is_found_in_keras
    test_optimizers\[ScheduleFreeAdamW
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
