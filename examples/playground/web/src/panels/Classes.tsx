/** Which classes the network takes for which, on the points that train and on those that test. */
import { useSignal, useSignalEffect } from "@preact/signals";
import { percent } from "../numbers";
import { Choices } from "../parts/fields";
import { Roc } from "./Roc";
import { ask, made, progress, running } from "../state";

export function Classes() {
  const of = useSignal<"train" | "test">("test");
  const matrix = useSignal<number[][]>([]);
  useSignalEffect(() => {
    // While it trains, once in ten epochs is enough; at rest, every step is told.
    const now = progress.value!;
    if (made.value!.kind !== "classification" || (running.value && now.epoch % 10)) return;
    void ask({ command: "confusion", of: of.value }).then((answer) => answer && (matrix.value = answer.matrix));
  });
  if (made.value!.kind !== "classification") return <p class="quiet">These data have no classes.</p>;
  const rows = matrix.value;
  const all = rows.flat().reduce((sum, count) => sum + count, 0);
  const right = rows.reduce((sum, row, at) => sum + row[at], 0);
  const most = Math.max(1, ...rows.map((row) => row.reduce((sum, count) => sum + count, 0)));
  return (
    <>
      <p class="intro">
        A row is a true class, a column what the network says: what is right stands on the diagonal. Precision is the
        share that is right of a column, recall that of a row.
      </p>
      <div class="stack">
        <div class="row">
          <Choices label="Which points" value={of.value} choices={[["test", "Test"], ["train", "Training"]]} change={(value) => (of.value = value)} />
          <span class="number">
            accuracy {all ? percent(right / all) : "–"} ({right} of {all})
          </span>
        </div>
        <div class="split">
        <div class="scroll" tabIndex={0} role="region" aria-label="Confusion matrix">
          <table class="numbers confusion">
            <thead>
              <tr>
                <th scope="col">true \ says</th>
                {rows.map((_, column) => (
                  <th scope="col" class="n" key={column}>
                    {column}
                  </th>
                ))}
                <th scope="col" class="n">
                  recall
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row, at) => (
                <tr key={at}>
                  <th scope="row">class {at}</th>
                  {row.map((count, column) => (
                    <td key={column} class="n" style={{ background: tint(count / most, at === column) }}>
                      {count}
                    </td>
                  ))}
                  <td class="n">{share(row[at], row)}</td>
                </tr>
              ))}
              <tr>
                <th scope="row">precision</th>
                {rows.map((row, at) => (
                  <td key={at} class="n">
                    {share(row[at], rows.map((other) => other[at]))}
                  </td>
                ))}
                <td />
              </tr>
            </tbody>
          </table>
        </div>
        <Roc of={of.value} />
        </div>
      </div>
    </>
  );
}

const tint = (amount: number, isRight: boolean) =>
  `color-mix(in srgb, var(${isRight ? "--positive" : "--negative"}) ${Math.round(45 * amount)}%, transparent)`;

function share(part: number, of: number[]): string {
  const sum = of.reduce((total, count) => total + count, 0);
  return sum ? percent(part / sum) : "–";
}
