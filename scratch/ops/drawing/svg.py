"""The text of an SVG document, which a notebook shows as the picture that it is."""


class Svg(str):
    """An SVG document: a text, to be written to a file, or to be the last line of a cell."""

    def _repr_svg_(self) -> str:
        return str(self)
