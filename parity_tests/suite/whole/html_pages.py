"""What can be read off an HTML page: links, headings, code that is seen, colours, films."""

import re
from html.parser import HTMLParser

HEADINGS = ("h1", "h2", "h3", "h4")
_COLOUR = re.compile(r"--([\w-]+): (#[0-9a-f]{6})")


class Page(HTMLParser):
    """What a page refers to, the names it has, and its code: what is seen, and what is folded."""

    def __init__(self, html):
        super().__init__()
        self.html = html
        self.links, self.sources, self.ids, self.tags, self.headings = [], [], [], [], []
        self.seen, self.folded = "", ""
        self._details = self._code = 0
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        """Notes what a tag refers to."""
        found = dict(attrs)
        self.tags.append(tag)
        self.links += [found["href"]] if "href" in found else []
        self.sources += [found["src"]] if "src" in found else []
        self.ids += [found["id"]] if "id" in found else []
        self.headings += [(tag, found.get("id"))] if tag in HEADINGS else []
        self._details += tag == "details"
        self._code += tag == "pre"

    def handle_endtag(self, tag):
        """Notes where code and what is folded end."""
        self._details -= tag == "details"
        self._code -= tag == "pre"

    def handle_data(self, data):
        """Keeps code."""
        if self._code and self._details:
            self.folded += data
        elif self._code:
            self.seen += data

    def palettes(self):
        """The named colours by day and by night."""
        light, dark = self.html.split("@media (prefers-color-scheme: dark)", 1)
        light = dict(_COLOUR.findall(light))
        return light, light | dict(_COLOUR.findall(dark.split("\n}", 1)[0]))


def contrast(one, other):
    """Of two colours, from 1 to 21, as the Web Content Accessibility Guidelines define it."""
    darker, lighter = sorted(map(_luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def texts_by_frame(svg, count):
    """For each frame of a film, the texts that are seen in it, in order."""
    frames: list[list[str]] = [[] for _ in range(count)]
    for group, inside, outside in re.findall(
        r'<g data-frames="([\d ]+)"[^>]*>(.*?)</g>|(<text[^>]*[^>/]>[^<]*</text>)', svg, re.DOTALL
    ):
        seen_in = map(int, group.split()) if group else range(count)
        for i in seen_in:
            frames[i] += re.findall(r"<text[^>]*[^>/]>([^<]*)</text>", inside or outside)
    return frames
