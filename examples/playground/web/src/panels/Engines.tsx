/**
 * Two engines from equal weights on equal batches: how far scratch and tf.keras are apart, tensor by
 * tensor, and how far they may be. Without tf.keras the other side is a run that was recorded.
 */
import { useSignal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { colourOf, css, dark, levels } from "../colours";
import { short } from "../numbers";
import { Chart } from "../parts/Chart";
import { Toggle } from "../parts/fields";
import { save } from "../parts/save";
import { ask, change, frame, hello, made, progress, running, state } from "../state";
import { paintMap } from "../views/heat_map";

interface Compared {
  against: string | null;
  why: string;
  step?: number;
  tensors?: { name: string; difference: number | null; allowed: number | null; first_beyond: number | null }[];
  recorded?: number;
  losses?: { ours: (number | null)[]; theirs: (number | null)[]; difference: number; allowed: number };
  weights?: { step: number; difference: number | null; allowed: number | null }[];
  first_beyond?: number | null;
}

export function Engines() {
  const told = useSignal<Compared>();
  const asked = useRef(0);
  useSignalEffect(() => {
    void [frame.value, made.value];
    const now = performance.now();
    if (running.value && now - asked.current < 200) return;
    asked.current = now;
    void ask({ command: "compare" }).then((answer) => answer && (told.value = answer));
  });
  const both = hello.value!.engines.length > 1;
  const now = told.value;
  return (
    <>
      <p class="intro">
        The same weights, the same batches, two libraries: scratch and tf.keras. They round differently, so they drift
        apart, but never further than rounding explains.
      </p>
      <div class="stack">
        <div class="row">
          {both && (
            <Toggle
              label="Run tf.keras beside scratch"
              value={state.value.engines.length > 1}
              disabled={!!state.value.rule}
              change={(on) => void change({ engines: on ? ["scratch", "tf"] : ["scratch"] })}
              title="TensorFlow takes some seconds to load"
            />
          )}
          <button
            type="button"
            disabled={running.value}
            onClick={async () => {
              const answer = await ask({ command: "save_case" });
              if (answer) save(answer.name, answer.text, "application/json");
            }}
          >
            Save as a case
          </button>
          <span class="small quiet">The suite replays it: parity_tests/cases/played/</span>
        </div>
        {now && (now.against ? <Told {...now} /> : <p>{now.why}</p>)}
      </div>
    </>
  );
}

function Told(now: Compared) {
  const { against, first_beyond: first, why, step } = now;
  return (
    <>
      <p class="row">
        <span>
          Against {against}, step {step}:
        </span>
        {first === null || first === undefined ? (
          <span class="ok">within the bound at every step</span>
        ) : (
          <span class="no">beyond the bound first at step {first}</span>
        )}
      </p>
      {now.tensors && <Tensors tensors={now.tensors} />}
      {now.tensors && <DifferenceMaps />}
      {now.losses && <Recorded {...now} losses={now.losses} />}
      <p class="small quiet">{why}</p>
    </>
  );
}

function Share({ difference, allowed }: { difference: number | null; allowed: number | null }) {
  const share = difference === null || !allowed ? 0 : difference / allowed;
  return (
    <>
      <meter class="bar" min={0} max={1} value={Math.min(1, share)} aria-hidden="true" /> {allowed ? `${(100 * share).toFixed(1)} %` : "–"}
    </>
  );
}

function Tensors({ tensors }: { tensors: NonNullable<Compared["tensors"]> }) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Differences by tensor">
      <table class="numbers wide">
        <thead>
          <tr>
            <th scope="col">weight</th>
            <th scope="col" class="n">max |difference|</th>
            <th scope="col" class="n">may be</th>
            <th scope="col">of what may be</th>
            <th scope="col">first beyond</th>
          </tr>
        </thead>
        <tbody>
          {tensors.map((tensor) => (
            <tr key={tensor.name} class={tensor.first_beyond === null ? undefined : "marked"}>
              <td>{tensor.name}</td>
              <td class="n">{short(tensor.difference)}</td>
              <td class="n">{short(tensor.allowed)}</td>
              <td class="n">
                <Share {...tensor} />
              </td>
              <td class={tensor.first_beyond === null ? "ok" : "no"}>{tensor.first_beyond === null ? "never" : `step ${tensor.first_beyond}`}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function DifferenceMaps() {
  const { maps } = made.value!.layout;
  const numbers = maps.flatMap((map, at) => (map.kind === "difference" ? [at] : []));
  return (
    <div class="thirds">
      {numbers.map((at) => (
        <DifferenceMap key={at} at={at} />
      ))}
    </div>
  );
}

function DifferenceMap({ at }: { at: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const range = useSignal(0);
  useSignalEffect(() => {
    void dark.value;
    const now = frame.value;
    const map = now?.maps[at];
    if (!now || !map || !canvas.current) return;
    range.value = Math.max(Math.abs(map.offset), Math.abs(map.offset + 255 * map.scale)) || 1e-30;
    paintMap(canvas.current, now.columns, now.rows, map.levels, levels(map.offset, map.scale, range.value));
  });
  const stops = [-1, -0.5, 0, 0.5, 1].map((share) => css(colourOf(share)));
  return (
    <figure class="stack tight">
      <canvas ref={canvas} class="difference" data-map="difference" role="img" aria-label={`Difference of output ${made.value!.layout.maps[at].unit} over the plane`} />
      <figcaption class="scale">
        <div class="bar" style={{ background: `linear-gradient(to right, ${stops.join(", ")})` }} />
        <div class="ends">
          <span>{short(-range.value, 2)}</span>
          <span>scratch − tf.keras, output {made.value!.layout.maps[at].unit}</span>
          <span>{short(range.value, 2)}</span>
        </div>
      </figcaption>
    </figure>
  );
}

function Recorded({ losses, weights, recorded }: Compared & { losses: NonNullable<Compared["losses"]> }) {
  const steps = losses.ours.map((_, at) => at + 1);
  const away = losses.ours.map((one, at) => (one === null || losses.theirs[at] === null ? null : Math.abs(one - losses.theirs[at]!)));
  return (
    <div class="split">
      <div class="stack">
        <Chart
          label="The loss of each batch in scratch and in the recorded run"
          x={`step (${recorded} are recorded)`}
          height={190}
          data={[steps, losses.ours, losses.theirs]}
          lines={[
            { label: "scratch, here", colour: "var(--positive)", width: 4 },
            { label: "tf.keras, recorded", colour: "var(--negative)", width: 1.5 },
          ]}
        />
      </div>
      <div class="stack">
        <Chart label="How far the losses are apart" x="step" logY height={130} data={[steps, away, steps.map(() => losses.allowed)]} lines={[{ label: "|difference| of the loss, where there is one", colour: "var(--positive)", points: true }, { label: "may be", colour: "var(--bad)", dash: [4, 4] }]} />
        {progress.value!.step > 0 && (
          <table class="numbers">
            <caption>All weights, where they are recorded</caption>
            <thead>
              <tr>
                <th scope="col" class="n">step</th>
                <th scope="col" class="n">max |difference|</th>
                <th scope="col" class="n">may be</th>
                <th scope="col">of what may be</th>
              </tr>
            </thead>
            <tbody>
              {weights!.map((row) => (
                <tr key={row.step}>
                  <td class="n">{row.step}</td>
                  <td class="n">{short(row.difference)}</td>
                  <td class="n">{short(row.allowed)}</td>
                  <td class="n">
                    <Share {...row} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
    </div>
  );
}
