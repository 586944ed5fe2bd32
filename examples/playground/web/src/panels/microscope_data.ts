/** What the command `microscope` answers, and where in it the units and weights of the drawing are. */
import { net } from "../state";

export interface SeenLayer {
  name: string;
  class: string;
  activation: string | null;
  z: number[][] | null;
  a: number[][];
  dL_da: number[][] | null;
  dL_dz: number[][] | null;
  weights: Record<string, { before: Nested; dL_dw: Nested | null; after: Nested }>;
  mask?: number[][];
  batch_mean?: number[];
  batch_variance?: number[];
  moving_mean?: number[];
  moving_variance?: number[];
  inference?: number[][];
}

export type Nested = number | Nested[];

export interface Seen {
  step: number;
  rows: number[];
  shown: number;
  input: number[][];
  dL_dx: number[][] | null;
  targets: number[][];
  layers: SeenLayer[];
  loss: number;
  penalty: number;
  losses: number[];
}

export const flat = (value: Nested): number[] => (Array.isArray(value) ? value.flatMap(flat) : [value]);

/** A quantity of all weights, in the order of a frame; NaN where the layer has none. */
export function ofWeights(seen: Seen, quantity: (weight: { before: Nested; dL_dw: Nested | null; after: Nested }) => number[] | null, only?: (layer: string) => boolean): Float32Array {
  const places = net.value!.layout.weights;
  const found = new Float32Array(places.reduce((sum, { size }) => sum + size, 0)).fill(NaN);
  for (const layer of seen.layers) {
    if (only && !only(layer.name)) continue;
    for (const [name, weight] of Object.entries(layer.weights)) {
      const place = places.find((one) => one.name === name);
      const values = place && quantity(weight);
      if (values) found.set(values, place.offset);
    }
  }
  return found;
}

export const gradients = ({ dL_dw }: { dL_dw: Nested | null }) => dL_dw === null ? null : flat(dL_dw);
export const updates = ({ before, after }: { before: Nested; after: Nested }) => {
  const old = flat(before);
  return flat(after).map((value, at) => value - old[at]);
};

const column = (rows: number[][] | null | undefined, unit: number) => rows?.map((row) => row[unit]);
const mean = (values?: number[]) => values && values.reduce((sum, value) => sum + value, 0) / values.length;
const sum = (values?: number[]) => values?.reduce((total, value) => total + value, 0);

export interface UnitNumbers {
  z?: number;
  a?: number;
  dL_da?: number;
  dL_dz?: number;
}

/** The numbers of a unit: of a batch its activations' mean, and its gradients' sum. */
export function numbersOf(seen: Seen, columnAt: number, unit: number): UnitNumbers {
  if (columnAt === 0) return { a: mean(column(seen.input, unit)), dL_da: sum(column(seen.dL_dx, unit)) };
  const layer = seen.layers.find(({ name }) => name === net.value!.columns[columnAt].name);
  if (!layer) return {};
  return {
    z: mean(column(layer.z, unit)),
    a: mean(column(layer.a, unit)),
    dL_da: sum(column(layer.dL_da, unit)),
    dL_dz: sum(column(layer.dL_dz, unit)),
  };
}
