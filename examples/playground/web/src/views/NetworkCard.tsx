/** The network with what is chosen of it: which inputs it gets, how many layers it has. */
import { useSignal } from "@preact/signals";
import { isHidden } from "../link";
import { Card } from "../parts/Card";
import { Select } from "../parts/fields";
import { change, chosen, hello, made, state } from "../state";
import { Network } from "./Network";
import { UnitTable } from "./UnitTable";

const NAMES: Record<string, string> = { "x^2": "x²", "y^2": "y²", "x*y": "xy" };
export const featureName = (name: string) => NAMES[name] ?? name;

export function NetworkCard() {
  const count = made.value!.layout.weights.filter((one) => one.trainable).reduce((sum, one) => sum + one.size, 0);
  return (
    <Card name="network" title="Network" aside={<span class="small quiet number">{count} trainable weights</span>}>
      {!isHidden("layers") && (
        <div class="row net-controls">
          <Features />
          <AddLayer />
        </div>
      )}
      <Network />
      {chosen.value && <UnitTable unit={chosen.value} />}
      <p class="small quiet">
        A click on an edge edits its weight; a click on a unit enlarges its map and lists its weights.
      </p>
    </Card>
  );
}

function Features() {
  const { features } = state.value;
  if (!features.length) return null;
  const all = hello.value!.features;
  return (
    <div class="chips" role="group" aria-label="Inputs of the network">
      <span class="small quiet">Inputs</span>
      {all.map((name) => {
        const on = features.includes(name);
        return (
          <button
            key={name}
            type="button"
            class="chip"
            aria-pressed={on}
            disabled={on && features.length === 1}
            onClick={() => void change({ features: all.filter((one) => (one === name ? !on : features.includes(one))) })}
          >
            {featureName(name)}
          </button>
        );
      })}
    </div>
  );
}

/** A new layer goes behind the last hidden one, or, of images, before what flattens them. */
function AddLayer() {
  const kind = useSignal("Dense");
  const { layers } = state.value;
  const { layers: known, caps } = hello.value!;
  const flatten = layers.findIndex((layer) => layer.class === "Flatten");
  const images = ["Conv2D", "MaxPooling2D", "AveragePooling2D"];
  const choices = Object.keys(known).filter(
    (name) => name !== "Flatten" && (flatten >= 0 || !images.includes(name)),
  );
  const add = () => {
    const at = images.includes(kind.value) && flatten >= 0 ? flatten : layers.length;
    const before = layers.findLast((layer) => layer.class === kind.value);
    const layer = before ? { ...before } : { class: kind.value };
    void change({ layers: [...layers.slice(0, at), layer, ...layers.slice(at)] });
  };
  return (
    <div class="row">
      <Select quiet label="Class of the new layer" value={kind.value} choices={choices} change={(name) => (kind.value = name)} />
      <button type="button" disabled={layers.length >= caps.layers} onClick={add}>
        Add layer
      </button>
    </div>
  );
}
