/**
 * The large map, finely: a frame's maps have few rows, and when the run rests the session is asked
 * for a hundred.
 */
import type { HeatMap } from "../protocol";
import { ask } from "../state";

const RESOLUTION = 100;

export interface FineMaps {
  columns: number;
  rows: number;
  maps: HeatMap[];
}

/** Maps by their numbers in a frame, each with a hundred columns. */
export async function fineMaps(numbers: number[]): Promise<FineMaps | undefined> {
  const answers = await Promise.all(numbers.map((map) => ask({ command: "view", map, resolution: RESOLUTION })));
  if (answers.some((answer) => !answer)) return undefined;
  const [{ columns, rows }] = answers;
  return {
    columns,
    rows,
    maps: answers.map(({ values, minimum, maximum }) => {
      const bytes = Uint8Array.from(atob(values), (letter) => letter.charCodeAt(0));
      const scale = (maximum - minimum) / 255;
      const levels = Uint8Array.from(new Float32Array(bytes.buffer), (value) =>
        Math.round((value - minimum) / (scale || 1)),
      );
      return { scale, offset: minimum, levels };
    }),
  };
}
