/**
 * An equation from plain text, set in HTML: names in italics, ^ raised, _ lowered, * as a dot, d for
 * the partial derivatives that it stands for. "dL/dz_2 = dL/da_2 * f'(z_2)" comes out as on a slide.
 */
import type { ComponentChild } from "preact";

const TOKEN =
  /(?<derivative>\bd[A-Z]?[a-zA-Z]?(?:_\w+)?\/d[a-zA-Z]\w*)|(?<number>\d[\d,]*\.?\d*(?:e[-+−]?\d+)?)|(?<name>\p{L}[\p{L}\d]*)|(?<raise>\^(?:\{[^}]*\}|-?[\p{L}\d.]+|T))|(?<lower>_(?:\{[^}]*\}|[\p{L}\d]+))|(?<sign>\*|->|<=|>=|!=|-|.)/gsu;

const SIGNS: Record<string, string> = { "*": "·", "->": "→", "<=": "≤", ">=": "≥", "!=": "≠", "-": "−" };
const GREEK: Record<string, string> = {
  alpha: "α", beta: "β", epsilon: "ε", eta: "η", lambda: "λ", mu: "μ", rho: "ρ", sigma: "σ", sqrt: "√", sum: "Σ", gamma: "γ", delta: "δ",
};
const UPRIGHT = new Set([
  "exp", "log", "max", "min", "tanh", "sign", "mean", "relu", "sigmoid", "softmax", "if", "else", "of", "and", "or", "for", "where", "sin", "cos", "e", "the", "batch", "samples", "clip", "learning", "rate", "abs", "erf",
]);

export function Equation({ text }: { text: string }) {
  return <span class="equation">{set(text)}</span>;
}

function set(text: string): ComponentChild[] {
  return Array.from(text.matchAll(TOKEN), (match, key) => {
    const { derivative, number, name, raise, lower, sign } = match.groups!;
    if (derivative) {
      const [above, below] = derivative.split("/").map((part) => part.slice(1));
      return (
        <span key={key}>
          ∂{set(above)}/∂{set(below)}
        </span>
      );
    }
    if (number) return number.replace("e-", "e−");
    if (name) return UPRIGHT.has(name) ? name : (GREEK[name] ?? <var key={key}>{name}</var>);
    if (raise) return <sup key={key}>{set(bare(raise))}</sup>;
    if (lower) return <sub key={key}>{set(bare(lower))}</sub>;
    return SIGNS[sign!] ?? sign;
  });
}

const bare = (text: string) => text.slice(1).replace(/^\{(.*)\}$/, "$1");
