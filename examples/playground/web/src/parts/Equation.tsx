/**
 * An equation from plain text, set in HTML: names in italics, ^ and ** raised, _ lowered, * as a dot,
 * d for the partial derivatives that it stands for. "dL/dz_2 = dL/da_2 f'(z_2)" comes out as on a
 * slide, and of two numbers side by side the dot between them is written.
 */
import type { ComponentChild } from "preact";

const INDEX = String.raw`(?:_\w+(?:,\w+)*)?`;
const TOKEN = new RegExp(
  [
    String.raw`(?<derivative>\bd[A-Za-z]${INDEX}/d[A-Za-z]${INDEX})`,
    String.raw`(?<number>\d+\.?\d*(?:e[-+]?\d+)?)`,
    String.raw`(?<long>(?!(?:alpha|beta|epsilon|sum)_)\p{L}{3,}(?:_[\p{L}\d]+)+)`,
    String.raw`(?<name>\p{L}[\p{L}\d]*)`,
    String.raw`(?<raise>(?:\^| ?\*\* ?)(?:-?[\p{L}\d.]+|\([^()]*\)))`,
    String.raw`(?<lower>_[\p{L}\d]+(?:,[\p{L}\d]+)*)`,
    String.raw`(?<sign>->|<-|<=|>=|!=|.)`,
  ].join("|"),
  "gsu",
);

const SIGNS: Record<string, string> = { "*": "·", "@": "·", "->": "→", "<-": "←", "<=": "≤", ">=": "≥", "!=": "≠", "-": "−", "'": "′" };
const GREEK: Record<string, string> = {
  alpha: "α", beta: "β", epsilon: "ε", eta: "η", lambda: "λ", mu: "μ", rho: "ρ", sigma: "σ", tau: "τ", sqrt: "√", sum: "Σ", gamma: "γ",
};

export function Equation({ text }: { text: string }) {
  return <span class="equation">{set(text.replace(/([\d)]) (?=[\d(])/g, "$1 * "))}</span>;
}

function set(text: string): ComponentChild[] {
  return Array.from(text.matchAll(TOKEN), (match, key) => {
    const { derivative, number, long, name, raise, lower, sign } = match.groups!;
    if (derivative) {
      const [above, below] = derivative.split("/").map((part) => part.slice(1));
      return (
        <span key={key} class="derivative">
          ∂{set(above)}/∂{set(below)}
        </span>
      );
    }
    if (number) return number.replace("e-", "e−");
    if (long) return <span key={key}>{long}</span>;
    // One letter is a quantity, a word is a function or just a word.
    if (name) return GREEK[name] ?? (name.length === 1 && name !== "e" ? <var key={key}>{name}</var> : name);
    if (raise) return <sup key={key}>{set(raise.replace(/^ ?(\^|\*\*) ?/, "").replace(/^\((.*)\)$/, "$1"))}</sup>;
    if (lower) return <sub key={key}>{set(lower.slice(1))}</sub>;
    return SIGNS[sign!] ?? sign;
  });
}
