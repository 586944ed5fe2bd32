/** The network with what is chosen of it: which inputs it gets, how many layers it has. */
import { useSignal } from "@preact/signals";
import { isHidden } from "../link";
import { Card } from "../parts/Card";
import { Select } from "../parts/fields";
import type { LayerChoice } from "../protocol";
import { change, chosen, hello, made, state } from "../state";
import { FeatureMaps } from "./FeatureMaps";
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
      {made.value!.layout.maps.length ? <Network /> : <ImageNetwork />}
      {chosen.value && <UnitTable unit={chosen.value} />}
      {made.value!.layout.maps.length > 0 && (
        <p class="small quiet">
          A click on an edge edits its weight; a click on a unit enlarges its map and lists its weights.
        </p>
      )}
    </Card>
  );
}

/** Of images the layers are a list, and their maps a picture of their own. */
function ImageNetwork() {
  const { layers } = state.value;
  return (
    <div class="stack">
      {!isHidden("layers") && (
        <ol class="layer-list">
          {layers.map((layer, at) => (
            <li key={at}>
              <span>
                {layer.class}
                {layer.filters ? `, ${layer.filters} filters of ${layer.kernel_size ?? 3} × ${layer.kernel_size ?? 3}` : ""}
                {layer.units ? `, ${layer.units} units` : ""}
              </span>
              {layer.filters && (
                <span class="units">
                  <Change at={at} layer={{ ...layer, filters: layer.filters - 1 }} label={`One filter less in layer ${at}`} sign="−" off={layer.filters === 1} />
                  <Change at={at} layer={{ ...layer, filters: layer.filters + 1 }} label={`One filter more in layer ${at}`} sign="+" off={layer.filters >= hello.value!.caps.filters} />
                </span>
              )}
              {layer.class !== "Flatten" && <Change at={at} layer={null} label={`Remove ${layer.class}`} sign="×" off={false} />}
            </li>
          ))}
        </ol>
      )}
      <FeatureMaps />
    </div>
  );
}

function Change(props: { at: number; layer: LayerChoice | null; label: string; sign: string; off: boolean }) {
  const change_ = () =>
    void change({ layers: state.value.layers.flatMap((old, one) => (one === props.at ? (props.layer ? [props.layer] : []) : [old])) });
  return (
    <button type="button" class="remove" aria-label={props.label} disabled={props.off} onClick={change_}>
      {props.sign}
    </button>
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
