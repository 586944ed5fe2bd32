/** The points as a table: what enters, what is wanted, and what the network says. */
import { useSignal, useSignalEffect } from "@preact/signals";
import { short } from "../numbers";
import { ask, made, make, progress, running } from "../state";

const PAGE = 50;

/** Named, the points are the learner's own; the network stays as it is. */
function rename(column: number, name: string): void {
  const { names } = made.value!.points;
  if (name && name !== names[column]) void make({ command: "points", names: names.map((old, at) => (at === column ? name : old)) });
}

export function PointTable() {
  const first = useSignal(0);
  const said = useSignal<{ outputs: number[][]; labels: number[] | null }>();
  const { points, classes } = made.value!;
  const start = Math.min(first.value, Math.max(0, points.inputs.length - 1));
  const flat = !Array.isArray(points.inputs[0]?.[0]);

  useSignalEffect(() => {
    void [progress.value, first.value];
    if (running.value || !flat) return;
    const inputs = made.value!.points.inputs.slice(first.value, first.value + PAGE);
    if (inputs.length) void ask({ command: "predict", inputs }).then((answer) => answer && (said.value = answer));
  });

  if (!flat) return <p class="quiet">These are images or sequences: see the feature maps.</p>;
  const latest = new Set(progress.value!.batch);
  const rows = points.inputs.slice(start, start + PAGE);
  return (
    <>
      <p class="intro">
        The points in their order; those of the last batch are marked. What the network says is told while it rests. A
        name at the head of a column can be written over.
      </p>
      <div class="row">
        <button type="button" disabled={!start} onClick={() => (first.value = Math.max(0, start - PAGE))}>
          Before
        </button>
        <span class="number">
          {start + 1} to {start + rows.length} of {points.inputs.length}
        </span>
        <button type="button" disabled={start + PAGE >= points.inputs.length} onClick={() => (first.value = start + PAGE)}>
          Next
        </button>
      </div>
      <div class="scroll tall" tabIndex={0} role="region" aria-label="Points">
        <table class="numbers">
          <thead>
            <tr>
              <th scope="col">#</th>
              <th scope="col">for</th>
              {points.names.map((name, column) => (
                <th scope="col" class="n" key={column}>
                  <input
                    type="text"
                    class="name-field"
                    aria-label={`Name of input ${column}`}
                    value={name}
                    maxLength={40}
                    onChange={(event) => rename(column, event.currentTarget.value.trim())}
                  />
                </th>
              ))}
              {points.labels && <th scope="col" class="n">label</th>}
              <th scope="col">output</th>
              {classes > 0 && <th scope="col">says</th>}
              <th scope="col">
                <span class="unseen">Remove</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => {
              const at = start + index;
              const outputs = running.value ? undefined : said.value?.outputs[index];
              const label = running.value ? undefined : said.value?.labels?.[index];
              return (
                <tr key={at} class={latest.has(at) ? "chosen" : undefined}>
                  <td>{at}</td>
                  <td>{points.train[at] ? "training" : "test"}</td>
                  {row.map((value, column) => (
                    <td class="n" key={column}>
                      {short(value, 4)}
                    </td>
                  ))}
                  {points.labels && <td class="n">{classes ? points.labels[at] : short(points.labels[at], 4)}</td>}
                  <td>{outputs?.map((one) => short(one, 4)).join("  ") ?? "…"}</td>
                  {classes > 0 && (
                    <td class={label === undefined ? "" : label === points.labels![at] ? "ok" : "no"}>
                      {label === undefined ? "…" : `${label} ${label === points.labels![at] ? "right" : "wrong"}`}
                    </td>
                  )}
                  <td>
                    <button type="button" class="plain" aria-label={`Remove point ${at}`} onClick={() => void make({ command: "points", remove: [at] })}>
                      ×
                    </button>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </>
  );
}
