/** How often values occur: bars over their range, with the range in numbers. */
import { short } from "../numbers";

export interface Counts {
  counts: number[];
  edges: number[];
}

export function Histogram({ counts, edges, label }: Counts & { label: string }) {
  const most = Math.max(1, ...counts);
  const [low, high] = [edges[0], edges.at(-1)!];
  return (
    <figure class="histogram" aria-label={`${label}: from ${short(low)} to ${short(high)}`}>
      <svg viewBox={`0 0 ${counts.length} 10`} preserveAspectRatio="none" aria-hidden="true">
        {counts.map((count, at) => (
          <rect key={at} x={at + 0.08} y={10 - (10 * count) / most} width={0.84} height={(10 * count) / most} />
        ))}
      </svg>
      <figcaption class="number">
        <span>{short(low)}</span>
        <span>{label}</span>
        <span>{short(high)}</span>
      </figcaption>
    </figure>
  );
}
