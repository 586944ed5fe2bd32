"""Logarithm, sine and cosine in float32, to the last bit of the C library.

A normal draw in float32 is r sin(v), r cos(v) with r = sqrt(-2 ln u) (Box and Muller, 1958).
TensorFlow takes the three functions from glibc, whose results are within 0.82 (logarithm) and 0.56
(sine, cosine) units in the last place: not always the nearest float32. With correctly rounded
functions one normal in seventy would differ in its last bit, and with NumPy's float32 ones, one in
five. glibc evaluates short polynomials in float64 and rounds once; so do these functions, with the
same polynomials, and get the same bits.

Source: ARM Optimized Routines (`logf.c`, `sincosf.c`), from which glibc has them since 2.27/2.28.
"""

import numpy as np

# ln x = k ln 2 + ln c + ln(z / c):  x = 2^k z, z in [0.7, 1.4), c near the middle of the sixteenth
# in which z lies, r = z / c - 1 small. INVERSE_C are the sixteen numbers 1/c.
INVERSE_C = np.array(
    [
        float.fromhex(digits)
        for digits in (
            "0x1.661ec79f8f3bep+0",
            "0x1.571ed4aaf883dp+0",
            "0x1.49539f0f010bp+0",
            "0x1.3c995b0b80385p+0",
            "0x1.30d190c8864a5p+0",
            "0x1.25e227b0b8eap+0",
            "0x1.1bb4a4a1a343fp+0",
            "0x1.12358f08ae5bap+0",
            "0x1.0953f419900a7p+0",
            "0x1p+0",
            "0x1.e608cfd9a47acp-1",
            "0x1.ca4b31f026aap-1",
            "0x1.b2036576afce6p-1",
            "0x1.9c2d163a1aa2dp-1",
            "0x1.886e6037841edp-1",
            "0x1.767dcf5534862p-1",
        )
    ]
)
LN_C = -np.log(INVERSE_C)
LN_2 = float.fromhex("0x1.62e42fefa39efp-1")
LOWEST_Z = 0x3F330000  # 0.699 as bits: where the sixteenths begin

# ln(1 + r) = r + LOG[2] r^2 + LOG[1] r^3 + LOG[0] r^4
LOG = [
    float.fromhex(digits)
    for digits in ("-0x1.00ea348b88334p-2", "0x1.5575b0be00b6ap-2", "-0x1.ffffef20a4123p-2")
]
# sin x = x + SIN[0] x^3 + SIN[1] x^5 + SIN[2] x^7 on |x| <= pi/4
SIN = [
    float.fromhex(digits)
    for digits in ("-0x1.555545995a603p-3", "0x1.1107605230bc4p-7", "-0x1.994eb3774cf24p-13")
]
# cos x = 1 + COS[0] x^2 + COS[1] x^4 + COS[2] x^6 + COS[3] x^8 on |x| <= pi/4
COS = [
    float.fromhex(digits)
    for digits in (
        "-0x1.ffffffd0c621cp-2",
        "0x1.55553e1068f19p-5",
        "-0x1.6c087e89a359dp-10",
        "0x1.99343027bf8c3p-16",
    )
]


def log(x: np.ndarray) -> np.ndarray:
    """The natural logarithm in float32, for positive normal float32 numbers."""
    bits = x.view(np.int32)
    above = bits - np.int32(LOWEST_Z)
    sixteenth = (above >> 19) & 15
    exponent = above >> 23
    z = (bits - (exponent << 23)).view(np.float32).astype(np.float64)
    r = z * INVERSE_C[sixteenth] - 1.0
    r2 = r * r
    y = LOG[0] * r2 + (LOG[1] * r + LOG[2])
    y = y * r2 + ((LN_C[sixteenth] + exponent * LN_2) + r)
    return y.astype(np.float32)


def sin_cos(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sine and cosine in float32, for float32 numbers with |x| < 120."""
    y = x.astype(np.float64)
    quarter_turns = np.floor(y * (2.0 / np.pi) + 0.5)
    y -= quarter_turns * (np.pi / 2.0)
    y2 = y * y
    y4 = y2 * y2
    y3 = y * y2
    sine = (y + y3 * SIN[0]) + (y3 * y2) * (SIN[1] + y2 * SIN[2])
    cosine = ((1.0 + y2 * COS[0]) + y4 * COS[1]) + (y4 * y2) * (COS[2] + y2 * COS[3])
    quadrant = quarter_turns.astype(np.int64) & 3
    swapped = (quadrant & 1).astype(bool)
    s = np.where(swapped, cosine, sine)
    c = np.where(swapped, sine, cosine)
    np.negative(s, out=s, where=quadrant >= 2)
    np.negative(c, out=c, where=(quadrant == 1) | (quadrant == 2))
    return s.astype(np.float32), c.astype(np.float32)
