/** Numbers as a page shows them: short, of equal width, with a true minus sign. */

const minus = (text: string) => text.replace("-", "−");

/** Three significant digits, and powers of ten where a number is very large or very small. */
export function short(value: number | null | undefined, digits = 3): string {
  if (value === null || value === undefined) return "–";
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e5 || size < 1e-3) {
    const [mantissa, exponent] = value.toExponential(digits - 1).split("e");
    return `${minus(mantissa)}e${minus(exponent.replace("+", ""))}`;
  }
  return minus(value.toPrecision(digits));
}

export const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

export const whole = (value: number) => value.toLocaleString("en").replaceAll(",", "\u202f");
