/**
 * The network: a column for the inputs, one for each Dense layer, a heat map on every unit, and an
 * edge for every weight. An edge shows its number under the pointer and is edited with a click; with
 * the keyboard, a unit is chosen and its weights are edited in the table below.
 *
 * Maps and edges are painted by hand when a frame comes, not by Preact: thirty times a second a
 * frame changes every pixel and not one element.
 */
import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { colourOf, css, dark } from "../colours";
import { short } from "../numbers";
import { NumberField } from "../parts/fields";
import { chosen, chosenWeight, edit, frame, hovered, net, overlay, type Unit } from "../state";
import { drawEdges } from "./edges";
import { type Edge, type Drawing, edgeAt, layout, rise, timeAt } from "./geometry";
import { paintMap } from "./heat_map";
import { coloursOf } from "./scaling";
import { ColumnHead } from "./ColumnHead";

export function Network() {
  const box = useRef<HTMLDivElement>(null);
  const edges = useRef<HTMLCanvasElement>(null);
  const width = useSignal(0);
  const hover = useSignal<{ edge: Edge; x: number; y: number } | null>(null);
  const asked = useSignal<{ edge: Edge; x: number; y: number } | null>(null);
  const askedBias = useSignal<{ at: number; x: number; y: number } | null>(null);

  useLayoutEffect(() => {
    const measure = () => (width.value = box.current!.clientWidth);
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(box.current!);
    return () => watch.disconnect();
  }, []);

  const { columns } = net.value!;
  const drawing: Drawing | null = useMemo(
    () => (width.value ? layout(columns.map((column) => column.units), width.value) : null),
    [columns, width.value],
  );

  const paint = () => {
    if (!drawing || !edges.current || !frame.value) return;
    const shown = overlay.value?.edges;
    const weights = shown ?? frame.value.weights;
    const range = shown ? largest(shown) : 2;
    drawEdges(
      edges.current,
      drawing,
      width.value,
      (edge) => {
        const at = net.value!.weightAt(edge);
        return at === undefined ? undefined : weights[at];
      },
      range,
      asked.value?.edge ?? hover.value?.edge ?? null,
    );
  };
  useSignalEffect(() => {
    void [frame.value, overlay.value, dark.value, hover.value, asked.value];
    paint();
  });
  useEffect(paint, [drawing]);

  const find = (event: PointerEvent | MouseEvent) => {
    const { left, top } = box.current!.getBoundingClientRect();
    const [x, y] = [event.clientX - left, event.clientY - top];
    const edge = drawing && edgeAt(drawing, x, y);
    return edge && net.value!.weightAt(edge) !== undefined ? { edge, x, y } : null;
  };

  return (
    <div
      class="net"
      ref={box}
      style={{ height: drawing ? `${drawing.height}px` : "300px" }}
      role="group"
      aria-label={`The network: ${columns.map((column) => column.units).join(", ")} units`}
    >
      <canvas
        ref={edges}
        class="edges"
        style={{ cursor: hover.value ? "pointer" : undefined }}
        onPointerMove={(event) => (hover.value = find(event))}
        onPointerLeave={() => (hover.value = null)}
        onClick={(event) => {
          asked.value = find(event);
          askedBias.value = null;
          if (asked.value) chosenWeight.value = net.value!.weightAt(asked.value.edge)!;
        }}
      />
      {drawing &&
        columns.map((column, index) => (
          <ColumnHead key={column.name} column={column} index={index} x={drawing.places[index][0].x} width={width.value / columns.length} />
        ))}
      {drawing &&
        columns.map((column, index) =>
          drawing.places[index].map((place, unit) => (
            <Neuron
              key={`${column.name} ${unit}`}
              unit={{ column: index, unit }}
              label={column.labels?.[unit] ?? `${column.name}, unit ${unit}`}
              style={{
                left: `${place.x - drawing.size / 2}px`,
                top: `${place.y - drawing.size / 2}px`,
                width: `${drawing.size}px`,
                height: `${drawing.size}px`,
              }}
              editBias={(at) => {
                [chosenWeight.value, asked.value] = [at, null];
                askedBias.value = { at, x: place.x - drawing.size / 2, y: place.y + drawing.size / 2 };
              }}
            />
          )),
        )}
      {hover.value && !asked.value && <EdgeTip {...hover.value} />}
      {asked.value && <WeightEditor at={net.value!.weightAt(asked.value.edge)!} x={asked.value.x} y={asked.value.y} close={() => (asked.value = null)} />}
      {askedBias.value && <WeightEditor {...askedBias.value} close={() => (askedBias.value = null)} />}
      {drawing && overlay.value?.edgeText && <EdgeTexts drawing={drawing} />}
    </div>
  );
}

const largest = (values: Float32Array | number[]) => {
  let most = 0;
  for (const value of values) if (Math.abs(value) > most) most = Math.abs(value);
  return most || 1;
};

interface NeuronProps {
  unit: Unit;
  label: string;
  style: Record<string, string>;
  editBias: (at: number) => void;
}

function Neuron(props: NeuronProps) {
  const map = useRef<HTMLCanvasElement>(null);
  const bias = useRef<HTMLButtonElement>(null);
  const { column, unit } = props.unit;
  useSignalEffect(() => {
    const now = frame.value;
    const shape = net.value;
    void dark.value;
    if (!now || !shape || !shape.columns[column] || !map.current) return;
    const at = shape.mapAt(column, unit);
    const painted = now.maps[at];
    if (painted) {
      const colours = coloursOf(painted, shape.columns[column].activation);
      paintMap(map.current, now.columns, now.rows, painted.levels, colours);
    }
    const place = shape.biasAt(column, unit);
    if (bias.current && place !== undefined) {
      bias.current.style.background = css(colourOf(now.weights[place]));
    }
  });
  const pressed = chosen.value?.column === column && chosen.value.unit === unit;
  const shown = overlay.value?.units?.(column, unit);
  const place = net.value!.biasAt(column, unit);
  const look = (event: PointerEvent, at: Unit | null) => {
    if (event.pointerType === "mouse") hovered.value = at; // a finger chooses
  };
  return (
    <>
    <button
      type="button"
      onPointerEnter={(event) => look(event, props.unit)}
      onPointerLeave={(event) => look(event, null)}
      class={`neuron${overlay.value?.active === column ? " active" : ""}`}
      style={props.style}
      aria-label={shown ? `${props.label}: ${shown}` : props.label}
      aria-pressed={pressed}
      title={props.label}
      onClick={() => (chosen.value = pressed ? null : props.unit)}
    >
      <canvas ref={map} data-column={column} data-unit={unit} />
      {shown && <span class="value">{shown}</span>}
    </button>
    {place !== undefined && (
      // The keyboard's way is the table of a chosen unit.
      <button
        type="button"
        class="bias"
        ref={bias}
        tabIndex={-1}
        style={{ left: props.style.left, top: `calc(${props.style.top} + ${props.style.height})` }}
        title="Its bias: a click edits it"
        aria-label={`Bias of ${props.label}`}
        onClick={() => props.editBias(place)}
      />
    )}
    </>
  );
}

function EdgeTip(props: { edge: Edge; x: number; y: number }) {
  const at = net.value!.weightAt(props.edge)!;
  const weights = overlay.value?.edges ?? frame.value!.weights;
  return (
    <span class="tip" style={{ left: `${props.x}px`, top: `${props.y}px` }}>
      {overlay.value?.edgeName ?? "w"} = {short(weights[at], 4)}
    </span>
  );
}

/** Numbers on the edges into the chosen unit, near its side, where they do not meet. */
function EdgeTexts({ drawing }: { drawing: Drawing }) {
  const unit = chosen.value;
  if (!unit || unit.column === 0) return null;
  const text = overlay.value!.edgeText!;
  const [left, right] = [drawing.places[unit.column - 1], drawing.places[unit.column]];
  const x0 = left[0].x + drawing.size / 2;
  const x1 = right[0].x - drawing.size / 2;
  const x = x0 + (x1 - x0) * 0.42;
  const gone = rise(timeAt(x, x0, x1));
  return (
    <>
      {left.map((place, from) => {
        const at = net.value!.weightAt({ layer: unit.column - 1, from, to: unit.unit });
        if (at === undefined) return null;
        const y = place.y + (right[unit.unit].y - place.y) * gone;
        return (
          <span key={from} class="edge-text" style={{ left: `${x}px`, top: `${y}px` }}>
            {text(at)}
          </span>
        );
      })}
    </>
  );
}

function WeightEditor(props: { at: number; x: number; y: number; close: () => void }) {
  const box = useRef<HTMLFormElement>(null);
  const { at } = props;
  useEffect(() => {
    const field = box.current!.querySelector("input")!;
    field.focus();
    field.select();
  }, [at]);
  return (
    <form
      class="ask"
      ref={box}
      style={{ left: `max(110px, min(${props.x}px, calc(100% - 110px)))`, top: `${props.y}px` }}
      onKeyDown={(event) => event.key === "Escape" && props.close()}
      onSubmit={(event) => {
        event.preventDefault();
        props.close();
      }}
    >
      <NumberField
        label={net.value!.weightName(at)}
        value={Number(frame.value!.weights[at].toPrecision(6))}
        change={(value) => edit(at, value)}
      />
      <button type="submit">Close</button>
    </form>
  );
}
