/**
 * Colours: blue for what is positive, orange for what is negative, and the page's ground for zero.
 * The pair is told apart by all common kinds of colour blindness, and differs in lightness from the
 * ground in light and in dark mode. Classes have a colour, a mark and a number each.
 */
import { signal } from "@preact/signals";

type Rgb = readonly [number, number, number];

interface Palette {
  positive: Rgb;
  negative: Rgb;
  zero: Rgb;
}

const LIGHT: Palette = { positive: [9, 94, 168], negative: [224, 112, 6], zero: [247, 247, 244] };
const DARK: Palette = { positive: [92, 174, 246], negative: [245, 158, 66], zero: [27, 31, 37] };

const darkness = window.matchMedia("(prefers-color-scheme: dark)");
export const dark = signal(darkness.matches);
darkness.addEventListener("change", () => (dark.value = darkness.matches));

const palette = () => (dark.value ? DARK : LIGHT);

/** Ten colours after Okabe and Ito, and what they lack of ten. */
const CLASSES: Rgb[] = [
  [224, 112, 6], [9, 94, 168], [0, 145, 105], [196, 87, 152], [150, 120, 10],
  [60, 160, 215], [110, 75, 180], [150, 60, 30], [90, 100, 110], [80, 140, 30],
];

export const css = ([r, g, b]: Rgb) => `rgb(${r} ${g} ${b})`;
export const classColour = (index: number): Rgb => CLASSES[index % CLASSES.length];

const mix = (from: Rgb, to: Rgb, share: number): Rgb => [
  Math.round(from[0] + (to[0] - from[0]) * share),
  Math.round(from[1] + (to[1] - from[1]) * share),
  Math.round(from[2] + (to[2] - from[2]) * share),
];

/** The colour of `value`, where ±`range` are the full colours. */
export function colourOf(value: number, range = 1): Rgb {
  const { positive, negative, zero } = palette();
  const share = Math.max(-1, Math.min(1, value / range));
  // NaN is neither: it gets the ground, and its number says what it is.
  return Number.isNaN(share) ? zero : mix(zero, share < 0 ? negative : positive, Math.abs(share));
}

/** From dark to light in both themes: for what has no sign. */
export const lightness = (share: number): Rgb =>
  dark.value ? mix([16, 34, 52], [178, 196, 210], share) : mix([58, 92, 122], [246, 248, 247], share);

const abgr = ([r, g, b]: Rgb) => (255 << 24) | (b << 16) | (g << 8) | r; // as ImageData lies in memory

const SHADES = 512;
let shades: Uint32Array | undefined;
let shadesAreDark: boolean;

/** Colours of -1 to 1 in SHADES steps. */
function table(): Uint32Array {
  if (!shades || shadesAreDark !== dark.value) {
    shadesAreDark = dark.value;
    shades = Uint32Array.from({ length: SHADES + 1 }, (_, i) => abgr(colourOf((2 * i) / SHADES - 1)));
  }
  return shades;
}

/** Colours of the 256 levels of a map, whose values are offset + scale * level. */
export function levels(offset: number, scale: number, range: number, discrete = false): Uint32Array {
  const of = table();
  const colours = new Uint32Array(256);
  for (let level = 0; level < 256; level++) {
    const value = (offset + scale * level) / range;
    const share = discrete ? Math.sign(value) : Math.max(-1, Math.min(1, value));
    colours[level] = of[Number.isNaN(share) ? SHADES / 2 : Math.round(((share + 1) * SHADES) / 2)];
  }
  return colours;
}

/** The colour of the class that leads, the paler the less sure the network is. */
export function classLevels(index: number): Uint32Array {
  const ground = palette().zero;
  return Uint32Array.from({ length: 256 }, (_, level) =>
    abgr(mix(ground, classColour(index), 0.85 * (level / 255))),
  );
}
