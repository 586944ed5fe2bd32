/**
 * The network as the page draws it: columns of units, and where in a frame each of them is found.
 *
 * A column is the inputs, or a layer whose units have maps. What stands between two such layers and
 * changes no shape (Dropout, normalizations) is written at the column before it.
 */
import type { Layout, Made, WeightPlace } from "./protocol";
import type { Edge } from "./views/geometry";

export interface Column {
  name: string; // the layer's
  units: number;
  labels: string[];
  choice: number | null; // its place in state.layers; null: the inputs, or the output
  isOutput: boolean;
  class: string;
  activation: string | null;
  after: { name: string; class: string; choice: number }[];
}

export interface Net {
  columns: Column[];
  layout: Layout;
  mapAt(column: number, unit: number): number;
  /** Where in a frame's weights an edge, or a bias, is; undefined where there is none. */
  weightAt(edge: Edge): number | undefined;
  biasAt(column: number, unit: number): number | undefined;
  weightName(at: number): string;
  /** The weight and the index in it, as `edit` takes them. */
  indexOf(at: number): { weight: string; index: number[] };
}

export function netOf(made: Made): Net {
  const { layout } = made;
  const maps = new Map<string, number>();
  const columns: Column[] = [];
  layout.maps.forEach((map, at) => {
    if (map.kind === "difference") return;
    maps.set(`${map.layer} ${map.unit}`, at);
  });
  const hidden = made.layers.slice(1, -1);
  made.layers.forEach((layer, at) => {
    const isOutput = at === made.layers.length - 1;
    const own = layout.maps.filter((map) => map.kind !== "difference" && map.layer === layer.name);
    if (own.length) {
      columns.push({
        name: at === 0 ? "inputs" : layer.name,
        units: own.length,
        labels: own.map((map) => map.name),
        choice: at === 0 || isOutput ? null : hidden.indexOf(layer),
        isOutput,
        class: layer.class,
        activation: layer.activation,
        after: [],
      });
    } else if (columns.length) {
      columns.at(-1)!.after.push({ name: layer.name, class: layer.class, choice: hidden.indexOf(layer) });
    }
  });
  const layerOf = (column: number) =>
    column === 0 ? made.layers[0].name : columns[column].name;
  const places = new Map<string, WeightPlace>(layout.weights.map((place) => [place.name, place]));
  const holder = (at: number) =>
    layout.weights.find(({ offset, size }) => offset <= at && at < offset + size)!;

  const net: Net = {
    columns,
    layout,
    mapAt: (column, unit) => maps.get(`${layerOf(column)} ${unit}`) ?? -1,
    weightAt({ layer, from, to }) {
      const kernel = places.get(`${columns[layer + 1].name}/kernel`);
      if (kernel?.shape.length !== 2 || kernel.shape[0] !== columns[layer].units) return undefined;
      return kernel.offset + from * kernel.shape[1] + to;
    },
    biasAt(column, unit) {
      const bias = column && places.get(`${columns[column].name}/bias`);
      return bias ? bias.offset + unit : undefined;
    },
    weightName(at) {
      const { weight, index } = net.indexOf(at);
      return `${weight}[${index.join(", ")}]`;
    },
    indexOf(at) {
      const { name, shape, offset } = holder(at);
      const index: number[] = [];
      let rest = at - offset;
      for (const length of shape.toReversed()) {
        index.unshift(rest % length);
        rest = Math.floor(rest / length);
      }
      return { weight: name, index };
    },
  };
  return net;
}
