/** What the page knows: signals that the views read, and the commands that change them. */
import { batch, computed, signal } from "@preact/signals";
import { netOf } from "./net";
import type { Frame, Hello, Made, Progress, State } from "./protocol";
import { readFrame } from "./protocol";
import { type Answer, type Command, type Milestones, Refused, type Transport } from "./transport/transport";
import { clearHistory, record } from "./history";

export interface Unit {
  column: number;
  unit: number;
}

/** What a panel writes over the drawing of the network. */
export interface Overlay {
  units?: (column: number, unit: number) => string | undefined;
  edges?: Float32Array; // in the order of a frame's weights
  edgeName?: string;
  edgeText?: (at: number) => string;
  active?: number; // the column that is being computed
}

export const hello = signal<Hello>();
export const made = signal<Made>();
export const progress = signal<Progress>();
export const frame = signal<Frame>();
export const milestones = signal<Milestones & { firstFrame?: number }>();
export const running = signal(false);
export const failure = signal<string>();
export const chosen = signal<Unit | null>(null);
/** A weight, by its place in a frame: what a click on an edge chooses. */
export const chosenWeight = signal<number | null>(null);
export const overlay = signal<Overlay | null>(null);
export const panel = signal("microscope");
export const lesson = signal<string | null>(null);

export const state = computed<State>(() => made.value!.state);
export const net = computed(() => made.value && netOf(made.value));

let transport: Transport;
let generation = 0; // of networks: what was asked of the one before is not shown any more
export const transportKind = () => transport.kind;

/** Ask the session; a refusal is shown, and undefined. */
export async function ask(command: Command): Promise<Answer | undefined> {
  try {
    return await transport.ask(command);
  } catch (error) {
    failure.value = (error as Error).message;
    if (!(error instanceof Refused)) running.value = false;
    return undefined;
  }
}

/** Open a session, and make the first network in it. */
export async function open(over: Transport, first: Command): Promise<void> {
  transport = over;
  const times = await over.ready;
  hello.value = await over.ask({ command: "hello" });
  // What a link asks for may be refused; the page is then shown with the usual network.
  if (!(await make(first))) await make({ command: "new", state: {} });
  milestones.value = { ...times, firstFrame: performance.now() };
}

/** A command that answers as `new` does. */
export async function make(command: Command): Promise<boolean> {
  const mine = ++generation;
  const asked = ask(command);
  const bytes = transport.frame();
  const answer: Made | undefined = await asked;
  if (!answer) {
    await bytes.catch(() => undefined);
    return false;
  }
  if (mine !== generation) return true; // the next one is on its way
  failure.value = undefined;
  const bytesThere = await bytes;
  batch(() => {
    clearHistory();
    overlay.value = null;
    if (chosen.value && !fits(chosen.value, answer)) chosen.value = null;
    chosenWeight.value = null;
    made.value = answer;
    accept(answer, readFrame(bytesThere));
  });
  return true;
}

const fits = ({ column, unit }: Unit, answer: Made) => unit < (netOf(answer).columns[column]?.units ?? 0);

function accept(answer: Progress, painted: Frame): void {
  batch(() => {
    progress.value = answer;
    frame.value = painted;
    record(answer);
    if (answer.stopped) {
      running.value = false;
      failure.value = answer.stopped;
    }
  });
}

let wanted: State | undefined; // by changes that have not been answered yet

/** Begin anew with another choice; where `keep` is set, with the weights that still fit. */
export async function change(part: Partial<State>, keep = false): Promise<boolean> {
  const mine = { ...(wanted ?? state.value), weights: null, ...part };
  wanted = mine;
  const done = await make({ command: "new", state: mine, ...(keep ? { keep: "weights" } : {}) });
  if (wanted === mine) wanted = undefined;
  return done;
}

/** A command that answers as `step` does, with the frame that follows. */
export async function advance(command: Command): Promise<void> {
  (await fetchNext(command))?.();
}

/** The same, not shown yet: while it is computed, the frame before it is painted. */
export async function fetchNext(command: Command): Promise<(() => void) | undefined> {
  const mine = generation;
  const asked = ask(command);
  const next = transport.frame().catch(() => undefined);
  const [answer, raw] = await Promise.all([asked, next]);
  if (!answer || !raw) return undefined;
  return () => {
    if (mine === generation) accept(answer, readFrame(raw));
  };
}

export const edit = (at: number, value: number) =>
  advance({ command: "edit", ...net.value!.indexOf(at), value });

/** A rate is changed live; everything else of an optimizer begins anew. */
export async function setLive(part: Record<string, unknown>): Promise<void> {
  const answer = await ask({ command: "set", ...part });
  if (answer && made.value) made.value = { ...made.value, state: answer.state };
}
