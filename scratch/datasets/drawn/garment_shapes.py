"""How the ten garments are cut: each function draws one kind on a sheet, with its variations.

Neighbouring kinds overlap on purpose: a shirt may hide collar and buttons, a coat may be closed, a
low boot is nearly a high sneaker.
"""

from collections.abc import Callable

import numpy as np

from .raster import Coordinate
from .sheet import Sheet


def _upper_body(sheet: Sheet, sleeve: np.ndarray, hem: np.ndarray, width: np.ndarray) -> None:
    """Torso from the shoulders to `hem`; `sleeve` from 0 (a short one) to 1 (to the wrist)."""
    flare = sheet.between(-0.4, 1.0)
    cuff = 9.5 + 15 * sleeve
    out = 11.6 - 1.2 * sleeve + sheet.between(-1, 0.6)
    sheet.both(
        (width - 2, 2.4),
        (width, 3),
        (out, cuff),
        (out - 3.4, cuff + 0.8),
        (width - 0.6, 9),
        tone=sheet.between(0.8, 1),
    )
    sheet.both(
        (-1, 2.6),
        (width - 1.5, 2.2),
        (width, 5),
        (width - 0.6, 12),
        (width + flare, hem),
        (-1, hem),
    )


def _neckline(sheet: Sheet, half: Coordinate, depth: Coordinate) -> None:
    sheet.paint((-half, 1), (half, 1), (half, 2.4), (0, 2.4 + depth), (-half, 2.4), tone=0)


def _t_shirt(sheet: Sheet) -> None:
    _upper_body(
        sheet, sheet.between(-0.12, 0.3), sheet.between(23.5, 26.5), sheet.between(5.8, 7.4)
    )
    _neckline(sheet, sheet.between(2.2, 3.6), sheet.between(0.8, 3))


def _trouser(sheet: Sheet) -> None:
    hip, ankle, gap = sheet.between(4.2, 6), sheet.between(1.8, 3.6), sheet.between(0.2, 2.4)
    sheet.both((-1, 1), (hip - 0.6, 1), (hip, 8), (gap + ankle, 27), (gap, 27), (-1, 8))
    sheet.paint((-hip, 1), (hip, 1), (hip, 2.6), (-hip, 2.6), tone=sheet.between(0.4, 1))


def _pullover(sheet: Sheet) -> None:
    hem, width = sheet.between(23, 26.5), sheet.between(6.2, 7.8)
    _upper_body(sheet, sheet.between(0.65, 1), hem, width)
    _neckline(sheet, sheet.between(1.6, 3), sheet.between(0.2, 1.6))
    sheet.paint(
        (-width, hem - 1.8),
        (width, hem - 1.8),
        (width, hem),
        (-width, hem),
        tone=sheet.between(0.5, 0.9),
        ink=sheet.maybe(0.6),
    )


def _dress(sheet: Sheet) -> None:
    chest, waist, hem = sheet.between(3, 4.6), sheet.between(2.4, 3.8), sheet.between(3.6, 8)
    sleeve = sheet.between(0, 3) * sheet.maybe(0.5)
    sheet.both((chest - 1.6, 1.2), (chest, 1.6), (chest + sleeve, 6 + sleeve), (chest - 1, 8))
    sheet.both((-1, 3), (chest - 1.6, 1.4), (chest, 5), (waist, 11.4), (-1, 11.4))
    sheet.both((-1, 11), (waist, 11), (hem, 27), (-1, 27), tone=sheet.between(0.85, 1))
    _neckline(sheet, sheet.between(1.2, 2.2), sheet.between(0.5, 3))


def _coat(sheet: Sheet) -> None:
    hem, width = sheet.between(25, 27.6), sheet.between(6.2, 8)
    _upper_body(sheet, sheet.between(0.75, 1.05), hem, width)
    lapel = sheet.between(1.6, 3.4)
    _neckline(sheet, lapel, sheet.between(2, 7))
    middle, half = sheet.between(-0.8, 0.8), sheet.between(0.25, 0.7)
    sheet.paint(
        (middle - half, 4),
        (middle + half, 4),
        (middle + half, hem),
        (middle - half, hem),
        tone=sheet.between(0, 0.5),
        ink=sheet.maybe(0.85),
    )


def _shirt(sheet: Sheet) -> None:
    hem, width = sheet.between(23.5, 27), sheet.between(5.8, 7.6)
    long = sheet.maybe(0.6)
    sleeve = long * sheet.between(0.7, 1) + (1 - long) * sheet.between(-0.1, 0.35)
    _upper_body(sheet, sleeve, hem, width)
    _neckline(sheet, sheet.between(1.4, 2.6), sheet.between(1, 3))
    collar, ink = sheet.between(1.15, 1.6), sheet.maybe(0.85)
    for side in (-1, 1):
        sheet.paint(
            (side * 3.4, 1.4),
            (side * 3.6, 3),
            (side * 1, 5.6),
            (side * 0.4, 4),
            tone=collar,
            ink=ink,
        )
    for y in (8, 12, 16, 20):
        sheet.paint(
            (-0.8, y),
            (0.8, y),
            (0.8, y + 1.5),
            (-0.8, y + 1.5),
            tone=sheet.between(0, 0.5),
            ink=ink,
        )


def _sole(sheet: Sheet, heel: Coordinate, tone: Coordinate) -> None:
    """A sole whose back stands `heel` pixels high; the toe points left."""
    sheet.paint(
        (-13, 20.4),
        (-11, 19.6),
        (0, 19.6 - heel / 3),
        (13, 19 - heel),
        (13, 21 - heel),
        (2, 21.6 - heel / 3),
        (-12, 21.8),
        tone=tone,
    )
    sheet.paint((10, 19 - heel), (13, 19 - heel), (12.6, 22), (10.4, 22), tone=tone)


def _sandal(sheet: Sheet) -> None:
    heel = sheet.between(0, 6) * sheet.maybe(0.6)
    _sole(sheet, heel, 1)
    for usual, high in ((-8, 15.4), (-2.5, 13.4), (8, 9.6)):
        x = usual + sheet.between(-1.6, 1.6)
        lean, half, top = sheet.between(-3, 3), sheet.between(0.6, 1.5), high - heel * 0.6
        sheet.paint(
            (x - half, 20.4 - heel * (x + 13) / 26),
            (x + half, 20.4 - heel * (x + 13) / 26),
            (x + lean + half, top),
            (x + lean - half, top),
            tone=sheet.between(0.5, 1.1),
            ink=sheet.maybe(0.88),
        )
    top = 11 - heel * 0.6
    sheet.paint(
        (-4, top + 3),
        (9, top),
        (9, top + 1.6),
        (-4, top + 4.6),
        tone=sheet.between(0.6, 1),
        ink=sheet.maybe(0.55),
    )


def _shoe(sheet: Sheet, shaft: Coordinate, throat: Coordinate, heel: Coordinate) -> None:
    """A closed shoe: a foot, and a shaft from its heel up to `shaft`, open from `throat` on."""
    lean = sheet.between(-0.8, 0.8)
    sheet.paint(
        (-13, 20.6), (-12.6, 17.4), (-10, 16), (-3, 13.4), (4, 11.6), (12.6, 13), (13, 20.6)
    )
    sheet.paint(
        (throat + lean, shaft),
        (12 + lean, shaft - 0.6),
        (12.6, 15),
        (throat - 3, 15),
        tone=sheet.between(0.85, 1),
    )
    _sole(sheet, heel, sheet.between(0.3, 1.25))


def _sneaker(sheet: Sheet) -> None:
    _shoe(sheet, sheet.between(8.4, 12), sheet.between(2, 6), sheet.between(0, 0.8))
    for x in (-5.5, -3, -0.5):
        sheet.paint(
            (x, 14.4),
            (x + 1, 14),
            (x + 2.4, 17),
            (x + 1.4, 17.4),
            tone=sheet.between(0.3, 1.3),
            ink=sheet.maybe(0.7),
        )


def _ankle_boot(sheet: Sheet) -> None:
    _shoe(
        sheet, sheet.between(1.6, 9.6), sheet.between(1, 5), sheet.between(0, 3) * sheet.maybe(0.5)
    )
    sheet.paint((4, 8), (5, 8), (4, 14), (3, 14), tone=sheet.between(0.3, 1), ink=sheet.maybe(0.35))


def _bag(sheet: Sheet) -> None:
    top, low = sheet.between(8, 13), sheet.between(21, 25)
    wide, narrow = sheet.between(8, 13), sheet.between(0, 2.5)
    grip, rise = sheet.between(3, 8), sheet.between(2, 8)
    thick = sheet.between(0.8, 1.8)
    handle = sheet.maybe(0.8)
    sheet.paint(
        (-grip, top + 1),
        (-grip * 0.7, top - rise),
        (grip * 0.7, top - rise),
        (grip, top + 1),
        ink=handle,
        tone=sheet.between(0.7, 1.1),
    )
    inner = grip - thick
    sheet.paint(
        (-inner, top + 1),
        (-inner * 0.7, top - rise + thick),
        (inner * 0.7, top - rise + thick),
        (inner, top + 1),
        ink=handle,
        tone=0,
    )
    sheet.both((-1, top), (wide - narrow, top), (wide, low), (-1, low))
    flap = sheet.between(1, 6)
    sheet.paint(
        (-wide + narrow, top + flap),
        (wide - narrow, top + flap),
        (wide - narrow, top + flap + 1),
        (-wide + narrow, top + flap + 1),
        tone=sheet.between(0.4, 1.1),
        ink=sheet.maybe(0.7),
    )


SHAPES: tuple[Callable[[Sheet], None], ...] = (
    _t_shirt,
    _trouser,
    _pullover,
    _dress,
    _coat,
    _sandal,
    _shirt,
    _sneaker,
    _bag,
    _ankle_boot,
)
