/**
 * What an address asks for: behind the # a state, as the session wrote it, and behind the ? how the
 * page is shown: `hide=data,training`, `panel=race`, `preset=spiral`, `lesson=xor`.
 */
import { made } from "./state";
import type { Command } from "./transport/transport";

const asked = new URLSearchParams(location.search);
const hidden = new Set((asked.get("hide") ?? "").split(",").filter(Boolean));

/** What can be hidden, and what it is called for the teacher who hides it. */
export const HIDEABLE = {
  presets: "the choice of a preset",
  steps: "single steps",
  reset: "reset and new weights",
  speed: "the speed",
  stop: "how long it plays",
  data: "data, all of them",
  noise: "noise",
  samples: "how many points",
  share: "the share that trains",
  batch_size: "the batch size",
  csv: "CSV files",
  training: "training, all of it",
  rule: "what trains",
  optimizer: "the optimizer",
  rate: "the learning rate",
  loss: "the loss",
  penalty: "the penalty",
  first_weights: "the first weights",
  more: "seeds, precision, maps",
  network: "the network",
  features: "the choice of inputs",
  layers: "changing layers",
  layer_options: "options of single layers",
  output: "the output's map",
  own_points: "own points",
  losses: "the losses",
  panels: "all panels below",
};

export const isHidden = (name: string): boolean =>
  hidden.has(name) || (made.value?.state.hidden_controls.includes(name) ?? false);

export const firstPanel = asked.get("panel");
export const firstLesson = asked.get("lesson");

export function firstCommand(): Command {
  const text = location.hash.slice(1);
  if (text) return { command: "open", text: decodeURIComponent(text) };
  const preset = asked.get("preset");
  return preset ? { command: "preset", name: preset } : { command: "new", state: {} };
}
