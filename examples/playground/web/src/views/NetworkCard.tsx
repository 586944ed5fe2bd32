/** The network with what is chosen of it: which inputs it gets, how many layers it has. */
import { useSignal } from "@preact/signals";
import { isHidden } from "../link";
import { Card } from "../parts/Card";
import { Hideable } from "../parts/Hideable";
import { Select } from "../parts/fields";
import type { LayerChoice } from "../protocol";
import { change, chosen, hello, made, state } from "../state";
import { FeatureMaps } from "./FeatureMaps";
import { LayerDetails } from "./LayerDetails";
import { Network } from "./Network";
import { UnitTable } from "./UnitTable";

/** A feature as a formula, with the inputs' own names in it. */
function featureName(name: string): string {
  const [x, y] = made.value!.points.names;
  if (name === "x*y") return x.length + y.length > 2 ? `${x} · ${y}` : x + y;
  return name.replace("^2", "²").replace(/\bx\b|\by\b/, (one) => (one === "x" ? x : y));
}

export function NetworkCard() {
  const count = made.value!.layout.weights.filter((one) => one.trainable).reduce((sum, one) => sum + one.size, 0);
  return (
    <Card name="network" title="Network" aside={<span class="small quiet number">{count} trainable weights</span>}>
      {!isHidden("layers") && (
        <div class="row net-controls">
          <Hideable name="features">
            <Features />
          </Hideable>
          <AddLayer />
        </div>
      )}
      {made.value!.layout.maps.length ? <Network /> : <ImageNetwork />}
      {chosen.value && <UnitTable unit={chosen.value} />}
      {!isHidden("layers") && !isHidden("layer_options") && <LayerDetails />}
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
  const dimensions = dimensionsOfInput();
  const lastFlattening = layers.findLastIndex((layer) => FLATTENING.includes(layer.class));
  return (
    <div class="stack">
      {!isHidden("layers") && (
        <ol class="layer-list">
          {layers.map((layer, at) => (
            <li key={at}>
              <span>
                {layer.class}
                {layer.filters ? `, ${layer.filters} filters of ${windowOf(layer)}` : ""}
                {layer.units ? `, ${layer.units} units` : ""}
              </span>
              {layer.filters && (
                <span class="units">
                  <Change at={at} layer={{ ...layer, filters: layer.filters - 1 }} label={`One filter less in layer ${at}`} sign="−" off={layer.filters === 1} />
                  <Change at={at} layer={{ ...layer, filters: layer.filters + 1 }} label={`One filter more in layer ${at}`} sign="+" off={layer.filters >= hello.value!.caps.filters} />
                </span>
              )}
              {!(dimensions > 1 && at === lastFlattening) && <Change at={at} layer={null} label={`Remove ${layer.class}`} sign="×" off={false} />}
            </li>
          ))}
        </ol>
      )}
      <FeatureMaps />
    </div>
  );
}

const windowOf = ({ class: kind, kernel_size }: LayerChoice) =>
  kind === "Conv1D" ? `${kernel_size ?? 3} moments` : `${kernel_size ?? 3} × ${kernel_size ?? 3}`;

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

/** Of an image 3, of a sequence 2, of a list of numbers 1. */
const dimensionsOfInput = () => made.value!.layers[0].shape.length;

const FLATTENING = ["Flatten", "GlobalAveragePooling1D", "GlobalMaxPooling1D"];

/** A new layer goes behind the last hidden one, or, of what is not flat yet, before what flattens it. */
function AddLayer() {
  const kind = useSignal("Dense");
  const { layers } = state.value;
  const { layers: known, caps, takes } = hello.value!;
  const flatten = layers.findIndex((layer) => FLATTENING.includes(layer.class));
  const dimensions = dimensionsOfInput();
  const isOfPictures = (name: string) => !(takes[name] ?? [1]).includes(1);
  const choices = Object.keys(known).filter(
    (name) => !FLATTENING.includes(name) && (!isOfPictures(name) || takes[name].includes(dimensions)),
  );
  const add = () => {
    const at = isOfPictures(kind.value) && flatten >= 0 ? flatten : layers.length;
    const before = layers.findLast((layer) => layer.class === kind.value);
    const layer = before ? { ...before } : { class: kind.value };
    void change({ layers: [...layers.slice(0, at), layer, ...layers.slice(at)] });
  };
  return (
    <div class="row">
      <Select quiet label="Class of the new layer" value={choices.includes(kind.value) ? kind.value : "Dense"} choices={choices} change={(name) => (kind.value = name)} />
      <button type="button" disabled={layers.length >= caps.layers || !!state.value.rule} onClick={add} title={state.value.rule ? "A rule of the perceptron trains a single unit" : undefined}>
        Add layer
      </button>
    </div>
  );
}
