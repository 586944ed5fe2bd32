/**
 * The one way in which the page talks to a Session, wherever that runs.
 *
 * `ask` sends a command and gives its answer; `frame` gives what is to be painted. Answers come in
 * the order of the questions, so whoever waits for an answer before the next question can never
 * flood the other side. `playground.json`, beside the page, says where the Session is:
 *
 *     {"transport": "socket"}                          the server's WebSocket, /session
 *     {"transport": "worker", "python": "python.zip"}    Pyodide below pyodide/, in a Web Worker;
 *                                                        the archive holds scratch/ and examples/
 */

export interface Transport {
  kind: "worker" | "socket";
  ask(command: Command): Promise<Answer>;
  frame(): Promise<ArrayBuffer>;
  ready: Promise<Milestones>;
}

/** Milliseconds since the page was opened: Pyodide with NumPy loaded, the Session there. */
export interface Milestones {
  numpy?: number;
  session: number;
}

export type Command = { command: string; [field: string]: unknown };
export type Answer = any;

/** What the Session refused, in its own words. */
export class Refused extends Error {}

/** Questions that wait for their answers, first in, first out. */
export class Waiting {
  private queue: { resolve: (value: never) => void; reject: (why: Error) => void }[] = [];

  add<T>(): Promise<T> {
    return new Promise<T>((resolve, reject) =>
      this.queue.push({ resolve: resolve as (value: never) => void, reject }),
    );
  }

  answer(value: unknown): void {
    const first = this.queue.shift();
    const { ok, error } = value as { ok?: boolean; error?: string };
    if (!first) return;
    if (ok === false) first.reject(new Refused(error));
    else first.resolve(value as never);
  }

  close(why: Error): void {
    for (const one of this.queue.splice(0)) one.reject(why);
  }
}
