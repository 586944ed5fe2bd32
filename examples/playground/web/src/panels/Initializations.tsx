/** The same network, data and batches from several first weights: zeros, a constant, Glorot, He. */
import { useSignal } from "@preact/signals";
import { short } from "../numbers";
import { Chart, dashOf, LINES } from "../parts/Chart";
import type { Configured } from "../protocol";
import { ask, running } from "../state";
import { joined } from "./joined";

interface Tried {
  initializer: Configured;
  layers: { name: string; std: number | null; gradient_norm: number | null; saturated: number | null }[];
  losses: [number, number | null][];
  stopped: string | null;
}

export function Initializations() {
  const runs = useSignal<Tried[]>([]);
  const busy = useSignal(false);
  const start = async () => {
    busy.value = true;
    const answer = await ask({ command: "initializations", steps: 200 });
    if (answer) runs.value = answer.runs;
    busy.value = false;
  };
  const names = runs.value[0]?.layers.map(({ name }) => name) ?? [];
  return (
    <section class="stack initializations">
      <h3>How shall the weights begin?</h3>
      <div class="row">
        <button type="button" disabled={busy.value || running.value} onClick={() => void start()}>
          {busy.value ? "Training…" : "Compare beginnings over 200 steps"}
        </button>
      </div>
      {runs.value.length > 0 && (
        <>
          <Chart
            label="The losses from each beginning"
            x="step"
            y="loss"
            height={200}
            data={joined(runs.value.map(({ losses }) => losses))}
            lines={runs.value.map(({ initializer }, at) => ({ label: configured(initializer), colour: LINES[at % LINES.length], width: 2, dash: dashOf(at) }))}
          />
          <div class="scroll" tabIndex={0} role="region" aria-label="Beginnings compared">
            <table class="numbers">
              <caption>At the beginning: spread of the activations, and norm of the gradient, by layer</caption>
              <thead>
                <tr>
                  <th scope="col">kernels begin with</th>
                  {names.map((name) => (
                    <th scope="col" class="n" key={name}>
                      {name}
                    </th>
                  ))}
                  <th scope="col" class="n">loss in the end</th>
                </tr>
              </thead>
              <tbody>
                {runs.value.map(({ initializer, layers, losses, stopped }) => (
                  <tr key={configured(initializer)}>
                    <td>{configured(initializer)}</td>
                    {layers.map((layer) => (
                      <td class="n" key={layer.name}>
                        {short(layer.std, 2)} <span class="quiet">|</span> {short(layer.gradient_norm, 2)}
                      </td>
                    ))}
                    <td class="n">{stopped ? "not finite" : short(losses.at(-1)![1])}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
    </section>
  );
}

export const configured = ({ class: name, ...options }: Configured) => {
  const shown = Object.entries(options).map(([key, value]) => `${key}=${typeof value === "number" ? +value.toPrecision(3) : JSON.stringify(value)}`);
  return `${name}${shown.length ? `(${shown.join(", ")})` : ""}`;
};
