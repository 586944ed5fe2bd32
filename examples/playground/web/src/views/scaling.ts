/** Which value of a map is shown in no colour, and which in full: what its numbers mean says so. */
import { levels } from "../colours";
import type { HeatMap } from "../protocol";

export interface Scaling {
  middle: number;
  range: number;
}

/** A probability is told from one half, what is bounded by one from zero, all else by its largest. */
export function scalingOf(map: HeatMap, activation: string | null): Scaling {
  if (activation === "sigmoid" || activation === "hard_sigmoid" || activation === "softmax") {
    return { middle: 0.5, range: 0.5 };
  }
  const ends = [map.offset, map.offset + 255 * map.scale];
  return { middle: 0, range: Math.max(1, ...ends.map(Math.abs)) };
}

export function coloursOf(map: HeatMap, activation: string | null, discrete = false): Uint32Array {
  const { middle, range } = scalingOf(map, activation);
  return levels(map.offset - middle, map.scale, range, discrete);
}
