/** A Session in this browser: the other end is session_worker.ts, which runs Python in Pyodide. */
import { type Answer, type Command, type Milestones, type Transport, Waiting } from "./transport";

export function fromWorker(python: string, told: (stage: string) => void): Transport {
  const waiting = new Waiting();
  const worker = new Worker(new URL("./session_worker.ts", import.meta.url), { type: "module" });
  let gone: Error | undefined;

  const ready = new Promise<Milestones>((resolve, reject) => {
    const fail = (why: string) => {
      gone = new Error(why);
      waiting.close(gone);
      reject(gone);
    };
    worker.onerror = (event) => fail(`The worker stopped: ${event.message}`);
    worker.onmessage = ({ data }) => {
      if (data?.stage) told(data.stage);
      else if (data?.milestones) resolve(data.milestones);
      else if (data?.failed) fail(data.failed);
      else waiting.answer(data.answer);
    };
  });
  const absolute = (path: string) => new URL(path, document.baseURI).href;
  worker.postMessage({
    open: { pyodide: absolute("pyodide/"), python: absolute(python), opened: performance.timeOrigin },
  });

  async function send<T>(message: unknown): Promise<T> {
    await ready;
    if (gone) throw gone;
    const answer = waiting.add<T>();
    worker.postMessage(message);
    return answer;
  }

  return {
    kind: "worker",
    ready,
    ask: (command: Command) => send<Answer>({ command: JSON.stringify(command) }),
    frame: () => send<ArrayBuffer>({ frame: true }),
  };
}
