/**
 * What an address asks for: behind the # a state, as the session wrote it, and behind the ? how the
 * page is shown: `hide=data,training`, `panel=race`, `preset=spiral`, `lesson=xor`.
 */
import { made } from "./state";
import type { Command } from "./transport/transport";

const asked = new URLSearchParams(location.search);
const hidden = new Set((asked.get("hide") ?? "").split(",").filter(Boolean));

/** What can be hidden, and what it is called for the teacher who hides it. */
export const HIDEABLE: Record<string, string> = {
  presets: "the choice of a preset",
  data: "data",
  training: "training",
  network: "the network",
  layers: "changing layers",
  output: "the output's map",
  losses: "the losses",
  panels: "all panels below",
  speed: "the speed",
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
