/** What a session says, as types: protocol.py is where it is described. */

export interface Configured {
  class: string;
  [option: string]: unknown;
}

export interface LayerChoice extends Configured {
  units?: number;
  activation?: string;
  rate?: number;
  filters?: number;
  kernel_size?: number;
}

export interface Rule extends Configured {
  learning_rate?: number;
}

/** When training stops by itself. */
export interface Stop {
  when: "all_right" | "test_loss";
  patience: number; // epochs
  restart: boolean;
}

export interface State {
  data: { name: string; noise: number; samples: number; train_share: number; [more: string]: unknown };
  features: string[];
  layers: LayerChoice[];
  output: { activation: string; use_bias?: boolean; [more: string]: unknown } | null;
  loss: string | null;
  loss_weight: number;
  kernel_initializer: Configured;
  bias_initializer: Configured;
  kernel_regularizer: Configured | null;
  optimizer: Configured & { learning_rate: number | Configured };
  rule: Rule | null; // of the perceptron, in place of the optimizer
  batch_size: number;
  shuffle: boolean;
  dtype: "float32" | "float64";
  seeds: { data: number; weights: number; batches: number };
  stop: Stop | null;
  engines: string[];
  resolution: number;
  domain: [number, number, number, number] | null;
  weights: unknown;
  hidden_controls: string[];
}

type Options = Record<string, unknown>;

export interface Preset {
  name: string;
  title: string;
  good: boolean;
  about: string;
}

export interface DataSet {
  kind: string;
  inputs: string[];
  classes: number;
  title: string;
  shape: number[] | null; // of images and sequences
  sample: { inputs: number[][]; labels: number[] | null } | null; // for its picture
}

export interface Lesson {
  name: string;
  title: string;
  question: string;
  goal: string;
  hint: string;
}

/** A mistake to be planted into what is derived by hand. */
export interface Bug {
  name: string;
  title: string;
  right: string;
  wrong: string;
  needs: string;
}

export interface Hello {
  version: string;
  data: Record<string, DataSet>;
  features: string[];
  layers: Record<string, Options>;
  takes: Record<string, number[]>; // of how many dimensions an input may be; of others, any
  rules: Record<string, Options>;
  activations: string[];
  initializers: Record<string, Options>;
  regularizers: Record<string, Options>;
  losses: Record<string, string[]>;
  optimizers: Record<string, Options>;
  schedules: Record<string, Options>;
  presets: Preset[];
  lessons: Lesson[];
  bugs: Bug[];
  caps: Record<string, number>;
  rates: Record<string, number>; // with which each optimizer is offered
  engines: string[];
}

export interface WeightPlace {
  name: string;
  shape: number[];
  offset: number;
  size: number;
  trainable: boolean;
}

export interface MapPlace {
  kind: "input" | "unit" | "output" | "difference";
  layer: string;
  unit: number;
  name: string;
}

export interface Layout {
  weights: WeightPlace[];
  maps: MapPlace[];
  values: string[];
  columns: number;
  rows: number;
  domain: [number, number, number, number];
}

export interface Points {
  names: string[];
  inputs: number[][]; // of images and sequences a picture each
  labels: number[] | null;
  train: boolean[];
  targets: number[][];
}

export interface Progress {
  epoch: number;
  step: number;
  loss: number | null;
  penalty: number | null;
  test_loss: number | null;
  metric: number | null;
  test_metric: number | null;
  learning_rate: number;
  batch: number[];
  stopped: string | null;
  halted: string | null; // why it has stopped as `stop` asks for
}

export interface LayerMade {
  name: string;
  class: string;
  units: number;
  activation: string | null;
  shape: number[];
  weights: string[];
}

export interface Made extends Progress {
  state: State;
  kind: "classification" | "regression" | "autoencoder";
  layers: LayerMade[];
  layout: Layout;
  points: Points;
  classes: number;
  batches_per_epoch: number;
  recording: string | null;
}

export interface HeatMap {
  scale: number;
  offset: number;
  levels: Uint8Array;
}

export interface Frame {
  sequence: number;
  epoch: number;
  step: number;
  stopped: boolean;
  columns: number;
  rows: number;
  loss: number;
  testLoss: number;
  penalty: number;
  metric: number;
  testMetric: number;
  learningRate: number;
  values: Float64Array;
  weights: Float32Array;
  maps: HeatMap[];
}

const VERSION = 1;

/** Take the bytes of a frame apart: views, no copies, where their place allows it. */
export function readFrame(bytes: ArrayBuffer): Frame {
  const [version, sequence, epoch, step, flags, weights, values, maps, columns, rows] = new Uint32Array(bytes, 0, 10);
  if (version !== VERSION) throw new Error(`The page reads frames of version ${VERSION}, not ${version}.`);
  const [loss, testLoss, penalty, metric, testMetric, learningRate] = new Float64Array(bytes, 40, 6);
  let at = 88;
  const named = new Float64Array(bytes, at, values);
  at += 8 * values;
  const flat = new Float32Array(bytes, at, weights);
  at += 4 * weights;
  const scales = new Float32Array(bytes, at, 2 * maps);
  at += 8 * maps;
  const size = columns * rows;
  return {
    sequence, epoch, step, stopped: (flags & 1) === 1, columns, rows,
    loss, testLoss, penalty, metric, testMetric, learningRate,
    values: named,
    weights: flat,
    maps: Array.from({ length: maps }, (_, one) => ({
      scale: scales[2 * one],
      offset: scales[2 * one + 1],
      levels: new Uint8Array(bytes, at + one * size, size),
    })),
  };
}
