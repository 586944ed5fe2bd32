/** A step on one image: what each layer makes of it, and what flows back through it, as pictures. */
import { short } from "../numbers";
import { Equation } from "../parts/Equation";
import { Picture } from "../parts/Picture";
import { running } from "../state";
import { windowWidth } from "../views/FeatureMaps";
import type { Nested, Seen, SeenLayer } from "./microscope_data";

type Maps = number[][][]; // height, width, channels
type Rows = number[][]; // moments, channels

export function ImageStep({ seen }: { seen: Seen }) {
  if (running.value) return <p class="quiet">While the network trains there is nothing to hold still: pause it first.</p>;
  return (
    <>
      <p class="intro">
        The step that comes next, on the first of its batch: what each layer makes of it, and how the loss grows with each of
        those numbers. Its loss is {short(seen.losses[0], 5)}.
      </p>
      <div class="stack">
        {seen.layers.map((layer) => (
          <Layer key={layer.name} layer={layer} />
        ))}
      </div>
    </>
  );
}

function Layer({ layer }: { layer: SeenLayer }) {
  const a = layer.a[0] as unknown as Maps | Rows | number[];
  const gradient = layer.dL_da?.[0] as unknown as Maps | Rows | number[] | undefined;
  const kernel = Object.entries(layer.weights).find(([name]) => name.endsWith("/kernel"))?.[1];
  if (!Array.isArray(a[0])) {
    return (
      <section class="stack tight">
        <h3>{layer.name}</h3>
        <p class="small number">
          a = {(a as number[]).slice(0, 12).map((one) => short(one)).join(", ")}
          {a.length > 12 && `, … (${a.length} numbers)`}
        </p>
        {gradient && (
          <p class="small number">
            <Equation text="dL/da" /> = {(gradient as number[]).slice(0, 12).map((one) => short(one)).join(", ")}
          </p>
        )}
      </section>
    );
  }
  return (
    <section class="stack tight">
      <h3>{layer.name}</h3>
      <div class="row top-aligned">
        <Row title="a" maps={channels(a as Maps | Rows)} size={isRows(a) ? 120 : 56} label={`${layer.name}, a`} />
        {gradient && <Row title="dL/da" maps={channels(gradient as Maps | Rows)} size={isRows(a) ? 120 : 56} label={`${layer.name}, gradient`} />}
        {kernel && <Row title="filters" maps={filters(kernel.before)} label={`${layer.name}, filter`} />}
        {kernel?.dL_dw && <Row title="dL/dw" maps={filters(kernel.dL_dw)} label={`${layer.name}, gradient of filter`} />}
      </div>
    </section>
  );
}

function Row({ title, maps, size, label }: { title: string; maps: number[][][]; size?: number; label: string }) {
  return (
    <div>
      <span class="small quiet">
        <Equation text={title} />
      </span>
      <div class="row">
        {maps.map((map, at) => (
          <Picture key={at} values={map} size={size ?? windowWidth(map)} label={`${label} ${at}`} />
        ))}
      </div>
    </div>
  );
}

const isRows = (a: Maps | Rows | number[]): a is Rows => Array.isArray(a[0]) && !Array.isArray(a[0][0]);

/** A picture of each channel of an image; of a sequence one of all, a row for each channel. */
function channels(maps: Maps | Rows): number[][][] {
  if (isRows(maps)) return [maps[0].map((_, channel) => maps.map((moment) => moment[channel]))];
  return maps[0][0].map((_, channel) => maps.map((line) => line.map((pixel) => pixel[channel])));
}

/** Of a kernel (height, width, inputs, filters) each filter's first channel; of a window's, all. */
const filters = (kernel: Nested): number[][][] => {
  if (!Array.isArray((kernel as number[][][][])[0][0][0])) {
    const moments = kernel as number[][][]; // moment, input, filter
    return moments[0][0].map((_, filter) => moments[0].map((_, input) => moments.map((one) => one[input][filter])));
  }
  const nested = kernel as number[][][][];
  return nested[0][0][0].map((_, filter) => nested.map((line) => line.map((inputs) => inputs[0][filter])));
};
