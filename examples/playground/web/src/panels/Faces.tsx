/** What differs between training and inference: dropout's mask, and batch normalization's moments. */
import { short } from "../numbers";
import type { Seen, SeenLayer } from "./microscope_data";

export function Faces({ seen }: { seen: Seen }) {
  return (
    <>
      {seen.layers.map((layer) =>
        layer.mask ? <Mask key={layer.name} layer={layer} rows={seen.rows} /> : layer.batch_mean ? <Moments key={layer.name} layer={layer} /> : null,
      )}
    </>
  );
}

function Mask({ layer, rows }: { layer: SeenLayer; rows: number[] }) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={`Mask of ${layer.name}`}>
      <table class="numbers mask">
        <caption>
          {layer.name}: what each unit is multiplied by
        </caption>
        <thead>
          <tr>
            <th scope="col">point</th>
            {layer.mask![0].map((_, unit) => (
              <th scope="col" class="n" key={unit}>
                {unit}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {layer.mask!.slice(0, 12).map((line, at) => (
            <tr key={at}>
              <th scope="row">{rows[at]}</th>
              {line.map((factor, unit) => (
                <td key={unit} class={`n ${factor ? "" : "marked"}`}>
                  {factor ? short(factor) : "0 dropped"}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Moments({ layer }: { layer: SeenLayer }) {
  const lines: [string, number[]][] = [
    ["mean of the batch", layer.batch_mean!],
    ["moving mean", layer.moving_mean!],
    ["variance of the batch", layer.batch_variance!],
    ["moving variance", layer.moving_variance!],
    ["first sample, in training", layer.a[0]],
    ["first sample, in inference", layer.inference![0]],
  ];
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={`The two faces of ${layer.name}`}>
      <table class="numbers">
        <caption>{layer.name}: by the batch's own moments in training, by the moving ones in inference</caption>
        <thead>
          <tr>
            <th scope="col">unit</th>
            {layer.batch_mean!.map((_, unit) => (
              <th scope="col" class="n" key={unit}>
                {unit}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map(([name, values]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {values.map((value, unit) => (
                <td class="n" key={unit}>
                  {short(value)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
