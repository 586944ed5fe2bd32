/**
 * Python in a Web Worker: Pyodide, NumPy, and the same Session that the server runs.
 *
 * Commands and answers cross as JSON text, as they do over the socket, so that both transports see
 * the same numbers; frames cross as bytes, handed over without a copy.
 */
// The page's types are those of a window; this is what a worker has of them.
const scope = self as unknown as {
  onmessage: (event: MessageEvent) => void;
  postMessage(message: unknown, handed?: Transferable[]): void;
};

interface PyProxy {
  (argument?: unknown): string & { toJs(): Uint8Array<ArrayBuffer>; destroy(): void };
}
interface Pyodide {
  loadPackage(name: string, options: object): Promise<unknown>;
  unpackArchive(archive: ArrayBuffer, format: string, options: object): void;
  runPython(code: string): { toJs(): [PyProxy, PyProxy] } & void;
}

// What the other side of a socket does: text in, text out, and an error is an answer.
const PYTHON = `
import json
from examples.playground.session import Session

session = Session()

def command(text):
    return json.dumps(session.command(json.loads(text)))

[command, session.frame]
`;

let command: PyProxy;
let frame: PyProxy;

async function open(urls: { pyodide: string; python: string }): Promise<void> {
  const archive = fetch(urls.python).then((response) => {
    if (!response.ok) throw new Error(`${urls.python}: ${response.status} ${response.statusText}`);
    return response.arrayBuffer();
  });
  stage("Python is being loaded…");
  const { loadPyodide } = await import(/* @vite-ignore */ `${urls.pyodide}pyodide.mjs`);
  const python: Pyodide = await loadPyodide({ indexURL: urls.pyodide });
  stage("NumPy is being loaded…");
  await python.loadPackage("numpy", { messageCallback() {} });
  python.runPython("import numpy");
  const numpy = since();
  stage("scratch is being started…");
  python.unpackArchive(await archive, "zip", { extractDir: "/home/pyodide" });
  [command, frame] = python.runPython(PYTHON).toJs();
  scope.postMessage({ milestones: { numpy, session: since() } });
}

const stage = (text: string) => scope.postMessage({ stage: text });

/** Milliseconds since the page was opened: a worker's own clock starts later. */
let opened = 0;
const since = () => performance.timeOrigin + performance.now() - opened;

scope.onmessage = async ({ data }) => {
  try {
    if (data.open) {
      opened = data.open.opened;
      await open(data.open);
    } else if (data.frame) {
      const bytes = frame();
      const { buffer } = bytes.toJs(); // a copy of its own, outside of Python's memory
      bytes.destroy();
      scope.postMessage({ answer: buffer }, [buffer]);
    } else {
      scope.postMessage({ answer: JSON.parse(command(data.command)) });
    }
  } catch (error) {
    // Of a traceback the last line says what happened; a console has the whole.
    const whole = error instanceof Error ? error.message : String(error);
    console.error(whole);
    const why = whole.trim().split("\n").at(-1)!;
    scope.postMessage(data.open ? { failed: why } : { answer: { ok: false, error: why } });
  }
};
