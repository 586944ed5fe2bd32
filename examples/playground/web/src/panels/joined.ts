/** Several curves, each with steps of its own, over one common row of steps. */
import type { Columns } from "../parts/Chart";

export function joined(curves: [number, number | null][][]): Columns {
  const steps = [...new Set(curves.flatMap((curve) => curve.map(([step]) => step)))].sort((a, b) => a - b);
  const rows = curves.map((curve) => {
    const known = new Map(curve);
    const last = curve.at(-1)![0];
    // Undefined joins two points over a step that is not this curve's; null ends it.
    return steps.map((step) => known.get(step) ?? (step > last ? null : undefined));
  });
  return [steps, ...rows];
}
