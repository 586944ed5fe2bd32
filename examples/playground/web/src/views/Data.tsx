/** Which points: a formula, its noise and its seed, how many of them train, or points of one's own. */
import { useRef } from "preact/hooks";
import { percent } from "../numbers";
import { Card } from "../parts/Card";
import { NumberField, Slider } from "../parts/fields";
import { Hideable } from "../parts/Hideable";
import type { LayerChoice, State } from "../protocol";
import { ask, change, hello, made, make, state } from "../state";
import { save } from "../parts/save";
import { DataPictures } from "./DataPictures";

const KINDS: Record<string, string> = {
  classification: "Classification",
  regression: "Regression",
  autoencoder: "Autoencoder",
};

export function Data() {
  const { data, seeds } = state.value;
  const set = (part: Partial<State["data"]>) => void change({ data: { ...data, ...part } }, true);
  return (
    <Card name="data" title="Data">
      <div class="stack">
        <DataSet />
        <DataPictures choose={(name) => void choose(name)} />
        {data.name !== "points" && (
          <>
            <Hideable name="noise">
              <Slider label="Noise" value={data.noise} min={0} max={0.5} step={0.05} show={percent} change={(noise) => set({ noise })} />
            </Hideable>
            <Hideable name="samples">
              <Slider label="Points" value={data.samples} min={10} max={1000} step={10} show={String} change={(samples) => set({ samples })} />
            </Hideable>
          </>
        )}
        <Hideable name="share">
          <Slider label="Share that trains" value={data.train_share} min={0.1} max={1} step={0.1} show={percent} change={(train_share) => set({ train_share })} />
        </Hideable>
        <Hideable name="batch_size">
          <BatchSize />
        </Hideable>
        <div class="row end">
          <NumberField label="Seed" value={seeds.data} min={0} step={1} change={(seed) => void change({ seeds: { ...seeds, data: seed } }, true)} />
          <button type="button" onClick={() => void change({ seeds: { ...seeds, data: seeds.data + 1 } }, true)}>
            New points
          </button>
        </div>
        <Hideable name="csv">
          <Csv />
        </Hideable>
      </div>
    </Card>
  );
}

/** From one point to all of them. */
function BatchSize() {
  const { batch_size } = state.value;
  const train = made.value!.points.train.filter(Boolean).length;
  const most = Math.max(1, train);
  return (
    <Slider
      label="Batch size"
      value={Math.min(batch_size, most)}
      min={1}
      max={most}
      step={1}
      show={() => (batch_size >= most ? `all ${most}` : String(batch_size))}
      change={(size) => void change({ batch_size: size }, true)}
    />
  );
}

function DataSet() {
  const { data } = state.value;
  const known = hello.value!.data;
  return (
    <div class="field">
      <label for="data-set">Data set</label>
      <select
        id="data-set"
        value={data.name}
        onChange={(event) => {
          const name = event.currentTarget.value;
          void choose(name);
        }}
      >
        {Object.entries(KINDS).map(([kind, label]) => (
          <optgroup key={kind} label={label}>
            {Object.entries(known)
              .filter(([, one]) => one.kind === kind)
              .map(([name, one]) => (
                <option key={name} value={name} selected={name === data.name}>
                  {one.title}
                </option>
              ))}
          </optgroup>
        ))}
        {data.name === "points" && (
          <option value="points" selected>
            Points of your own
          </option>
        )}
      </select>
    </div>
  );
}

/** What depends on the kind of the data goes back to what fits it. */
async function choose(name: string): Promise<void> {
  const known = hello.value!.data;
  const { data, features, layers } = state.value;
  const old = known[data.name];
  const wanted = known[name];
  const isPlane = wanted.inputs.length === 2 && wanted.kind !== "autoencoder";
  const same = old && old.kind === wanted.kind && old.classes === wanted.classes && old.inputs.length === wanted.inputs.length;
  const { points: _points, kind: _kind, names: _names, ...rest } = data;
  const dimensions = (one?: { shape: number[] | null }) => one?.shape?.length ?? 1;
  const fitting = dimensions(old) === dimensions(wanted) ? layers : FIRST[dimensions(wanted)];
  const keepsRule = state.value.rule && wanted.kind === "classification" && wanted.classes === 2 && isPlane;
  await change({
    data: { ...rest, name },
    features: isPlane && features.length ? features : (null as unknown as string[]),
    layers: fitting,
    domain: null,
    ...(same ? {} : { output: null, loss: null }),
    ...(keepsRule ? {} : { rule: null }),
    ...(state.value.rule && !keepsRule ? { output: null, loss: null } : {}),
  });
}

/** The layers that a network begins with, by the dimensions of its inputs. */
const FIRST: Record<number, LayerChoice[]> = {
  1: [{ class: "Dense", units: 4 }],
  2: [{ class: "Conv1D", filters: 6, activation: "tanh" }, { class: "GlobalAveragePooling1D" }],
  3: [{ class: "Conv2D", filters: 4 }, { class: "MaxPooling2D" }, { class: "Flatten" }],
};

function Csv() {
  const file = useRef<HTMLInputElement>(null);
  return (
    <div class="row">
      <button type="button" onClick={() => file.current!.click()}>
        Open CSV…
      </button>
      <input
        ref={file}
        type="file"
        accept=".csv,text/csv,text/plain"
        hidden
        aria-label="A CSV file with a point a line"
        onChange={async (event) => {
          const chosen = event.currentTarget.files?.[0];
          event.currentTarget.value = "";
          if (chosen) void make({ command: "csv_in", text: await chosen.text(), kind: null });
        }}
      />
      <button
        type="button"
        onClick={async () => {
          const answer = await ask({ command: "csv_out" });
          if (answer) save("points.csv", answer.text, "text/csv");
        }}
      >
        Save CSV
      </button>
    </div>
  );
}
