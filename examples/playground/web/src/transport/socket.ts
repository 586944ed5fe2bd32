/** A Session in the server: text is a command or its answer, bytes are a frame. */
import { type Answer, type Command, type Milestones, type Transport, Waiting } from "./transport";

export function fromSocket(url: string): Transport {
  const waiting = new Waiting();
  const socket = new WebSocket(url);
  socket.binaryType = "arraybuffer";
  let gone: Error | undefined;

  const ready = new Promise<Milestones>((resolve, reject) => {
    socket.onopen = () => resolve({ session: performance.now() });
    socket.onclose = (event) => {
      gone = new Error(event.reason || "The server has closed the connection. Load the page again.");
      waiting.close(gone);
      reject(gone);
    };
  });
  socket.onmessage = ({ data }) =>
    waiting.answer(typeof data === "string" ? JSON.parse(data) : data);

  async function send<T>(text: string): Promise<T> {
    await ready;
    if (gone) throw gone;
    const answer = waiting.add<T>();
    socket.send(text);
    return answer;
  }

  return {
    kind: "socket",
    ready,
    ask: (command: Command) => send<Answer>(JSON.stringify(command)),
    frame: () => send<ArrayBuffer>("frame"),
  };
}
