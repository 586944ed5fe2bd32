/** One input: what the network says over it, as a curve through the points. */
import { useComputed } from "@preact/signals";
import { Chart, type Columns } from "../parts/Chart";
import { frame, made } from "../state";
import { shownMaps } from "./shown";

export function Curve() {
  const data = useComputed<Columns>(() => {
    const now = frame.value;
    const { layout, points } = made.value!;
    if (!now) return [[], [], []];
    const { maps } = shownMaps(now);
    if (!maps[0]) return [[], [], []];
    const [x0, x1] = layout.domain;
    const rows: [number, number | null, number | null][] = [];
    const { levels, offset, scale } = maps[0];
    levels.forEach((level, at) => rows.push([x0 + ((at + 0.5) * (x1 - x0)) / now.columns, offset + scale * level, null]));
    points.inputs.forEach(([x], at) => rows.push([x, null, points.labels?.[at] ?? null]));
    rows.sort((a, b) => a[0] - b[0]);
    // The curve goes on where a point stands between two of its places.
    return [rows.map((row) => row[0]), rows.map((row) => row[1] ?? undefined), rows.map((row) => row[2])];
  });
  return (
    <Chart
      label="The network's output over its input, and the points"
      x="x"
      height={270}
      data={data.value}
      lines={[
        { label: "network", colour: "var(--positive)", width: 2.5 },
        { label: "points", colour: "var(--negative)", width: 0, points: true },
      ]}
    />
  );
}
