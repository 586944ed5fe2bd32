/** A line chart with axes (uPlot), in the page's colours. */
import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { dark } from "../colours";

export interface Line {
  label: string;
  colour: string; // a CSS colour, or a variable of the page: var(--positive)
  dash?: number[];
  width?: number;
  points?: boolean;
}

/** Colours of several curves; of more than four, the others are dashed. */
export const LINES = ["var(--positive)", "var(--negative)", "var(--good)", "var(--violet)", "var(--quiet)", "var(--bad)", "var(--accent)", "var(--text)"];

export const dashOf = (at: number) => (at > 3 ? [6, 3] : undefined);

export type Columns = (number | null | undefined)[][];

export function Chart(props: {
  lines: Line[];
  data: Columns; // the first column is x
  height: number;
  label: string; // for screen readers
  x: string;
  y?: string;
  logX?: boolean;
  logY?: boolean;
  legend?: boolean;
  mark?: (chart: uPlot) => void; // drawn over it
}) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | undefined>(undefined);
  const width = useSignal(0);
  const latest = useRef(props);
  latest.current = props;

  useLayoutEffect(() => {
    const measure = () => (width.value = box.current!.clientWidth);
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(box.current!);
    return () => watch.disconnect();
  }, []);

  const shape = JSON.stringify([props.lines, props.logX, props.logY, props.x, props.y, props.height]);
  useEffect(() => {
    if (!width.value) return;
    chart.current = new uPlot(options(latest, box.current!, width.value), clean(props), box.current!);
    return () => {
      chart.current?.destroy();
      chart.current = undefined;
    };
  }, [shape, width.value === 0, dark.value]);
  useSignalEffect(() => {
    if (width.value) chart.current?.setSize({ width: width.value, height: latest.current.height });
  });
  useEffect(() => chart.current?.setData(clean(props)), [props.data]);

  return (
    <figure class="chart" aria-label={props.label}>
      {props.legend !== false && (
        <figcaption class="keys">
          {props.lines.map(({ label, colour, dash }) => (
            <span class="key" key={label}>
              <i style={dash ? { background: `repeating-linear-gradient(90deg, ${colour} 0 4px, transparent 4px 7px)` } : { background: colour }} />
              {label}
            </span>
          ))}
        </figcaption>
      )}
      <div ref={box} />
    </figure>
  );
}

/** A logarithm has no place for zero and below. */
function clean({ data, logX, logY }: { data: Columns; logX?: boolean; logY?: boolean }): uPlot.AlignedData {
  return data.map((column, at) =>
    (at === 0 ? logX : logY) ? column.map((one) => (one !== null && one !== undefined && one > 0 ? one : null)) : column,
  ) as uPlot.AlignedData;
}

/** On a logarithmic axis powers of ten have lines, some of many; all ticks, where powers are few. */
const powers = (_: uPlot, ticks: number[]) => {
  const count = ticks.filter((tick) => isPower(tick)).length;
  if (count < 2) return ticks;
  const every = Math.ceil(count / 7);
  return ticks.map((tick) => (isPower(tick) && Math.round(Math.log10(tick)) % every === 0 ? tick : null));
};

function options(
  latest: { current: Parameters<typeof Chart>[0] },
  box: HTMLElement,
  width: number,
): uPlot.Options {
  const { lines, logX, logY, x, y, height } = latest.current;
  const style = getComputedStyle(box);
  const colour = (name: string) => {
    const variable = /^var\((.*)\)$/.exec(name);
    return variable ? style.getPropertyValue(variable[1]).trim() : name;
  };
  const [ink, line] = [colour("var(--quiet)"), colour("var(--line)")];
  const font = "11px system-ui, sans-serif";
  const axis = (label: string | undefined, size: number, log: boolean, space: number): uPlot.Axis => ({
    space,
    label,
    labelSize: 16,
    labelFont: font,
    labelGap: 0,
    stroke: ink,
    font,
    size,
    gap: 3,
    grid: { stroke: line, width: 1, ...(log ? { filter: powers } : {}) },
    ticks: { stroke: line, width: 1, size: 4, ...(log ? { filter: powers } : {}) },
    ...(log ? { filter: powers } : {}),
    values: (_, ticks) => ticks.map((tick) => (tick === null ? "" : tidy(tick, log))),
  });
  const range = (log?: boolean): Partial<uPlot.Scale> => ({
    time: false,
    ...(log ? { distr: 3 as const } : {}),
  });
  return {
    width,
    height,
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, points: { size: 6 } },
    scales: { x: range(logX), y: range(logY) },
    axes: [axis(x, 30, !!logX, 52), axis(y, 46, !!logY, 28)],
    series: [
      {},
      ...lines.map((one) => ({
        label: one.label,
        stroke: colour(one.colour),
        width: one.width ?? 1.75,
        dash: one.dash,
        points: { show: !!one.points, size: 5, ...(one.width === 0 ? { fill: colour(one.colour) } : {}) },
        spanGaps: false,
      })),
    ],
    hooks: { draw: [(chart) => latest.current.mark?.(chart)] },
  };
}

const isPower = (tick: number) => Math.abs(Math.log10(tick) - Math.round(Math.log10(tick))) < 1e-9;

const tidy = (tick: number, log: boolean): string => {
  if (log && (tick < 1e-3 || tick > 1e4)) return `1e${Math.round(Math.log10(tick))}`.replace("-", "−");
  if (tick !== 0 && Math.abs(tick) >= 10000) return `${+(tick / 1000).toPrecision(4)}k`;
  return String(+tick.toPrecision(4)).replace("-", "−");
};
