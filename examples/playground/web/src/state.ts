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
/** What is being waited for before the first frame. */
export const stage = signal("The session is being opened…");
export const running = signal(false);
export const failure = signal<string>();
export const chosen = signal<Unit | null>(null);
/** The unit under the pointer: its map is shown large as long as it is there. */
export const hovered = signal<Unit | null>(null);
/** A weight, by its place in a frame: what a click on an edge chooses. */
export const chosenWeight = signal<number | null>(null);
export const overlay = signal<Overlay | null>(null);
export const panel = signal("lessons");
export const lesson = signal<string | null>(null);

export const state = computed<State>(() => made.value!.state);
export const net = computed(() => made.value && netOf(made.value));

let transport: Transport;
let coming = 0; // networks that have been asked for, and are not there yet
let generation = 0; // of networks: what was asked of the one before is not shown any more
export const transportKind = () => transport.kind;

function refused(error: Error): undefined {
  failure.value = error.message;
  if (!(error instanceof Refused)) running.value = false;
}

/** What moves the run, asked of the session; a refusal is shown, and undefined. */
async function command(asked: Command): Promise<Answer | undefined> {
  return transport.ask(asked).catch(refused);
}

/**
 * What looks at the run. While another network is on its way the old one cannot be asked any more,
 * and what was asked of it before is not of interest: both give undefined. Who asks in an effect
 * asks again when the new one is there.
 */
export async function ask(asked: Command): Promise<Answer | undefined> {
  if (coming) return undefined;
  const mine = generation;
  try {
    const answer = await transport.ask(asked);
    return mine === generation ? answer : undefined;
  } catch (error) {
    return mine === generation ? refused(error as Error) : undefined;
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
export async function make(asked: Command): Promise<boolean> {
  const mine = ++generation;
  coming++;
  const [answer, bytes]: [Made | undefined, ArrayBuffer | undefined] = await Promise.all([
    command(asked),
    transport.frame().catch(() => undefined),
  ]);
  coming--;
  if (!answer || !bytes) return false;
  if (mine !== generation) return true; // the next one is on its way
  failure.value = undefined;
  batch(() => {
    clearHistory();
    overlay.value = null;
    if (chosen.value && !fits(chosen.value, answer)) chosen.value = null;
    hovered.value = null;
    chosenWeight.value = null;
    made.value = answer;
    accept(answer, readFrame(bytes));
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
export async function advance(asked: Command): Promise<void> {
  (await fetchNext(asked))?.paint();
}

export interface Fetched {
  answer: Progress;
  paint(): void;
}

/** The same, not shown yet: while it is computed, the frame before it is painted. */
export async function fetchNext(asked: Command): Promise<Fetched | undefined> {
  const mine = generation;
  const [answer, raw] = await Promise.all([
    command(asked),
    transport.frame().catch(() => undefined),
  ]);
  if (!answer || !raw) return undefined;
  return {
    answer,
    paint() {
      if (mine === generation) accept(answer, readFrame(raw));
    },
  };
}

export const edit = (at: number, value: number) =>
  advance({ command: "edit", ...net.value!.indexOf(at), value });

/** A rate, what is looked at, and when to stop are changed live; all else begins anew. */
export async function setLive(part: Partial<Pick<State, "domain" | "stop">> & { learning_rate?: number }): Promise<void> {
  const [answer, raw] = await Promise.all([
    command({ command: "set", ...part }),
    transport.frame().catch(() => undefined),
  ]);
  if (!answer || !raw || !made.value) return;
  batch(() => {
    made.value = { ...made.value!, state: answer.state, layout: answer.layout };
    frame.value = readFrame(raw);
  });
}
