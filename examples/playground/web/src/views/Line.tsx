/** The line of a single unit in words: its equation, and what is drawn beside it. */
import { short } from "../numbers";
import { frame, made, net, state } from "../state";
import { lineOf } from "./Over";

export function LineSaid() {
  void frame.value;
  const line = net.value && lineOf();
  if (!line) return null;
  const [a, b, c] = line;
  const { rule } = state.value;
  const [x, y] = made.value!.points.names;
  return (
    <div class="small line-said">
      <p class="number">
        {short(a)} {x} {signed(b)} {y} {signed(c)} = 0
      </p>
      <p class="quiet">
        The arrow is the unit's weights: at a right angle to its line, and towards class 1. Dashed: line and weights
        before the last change.
        {rule?.class === "Averaged" && " Dotted: the line that learns; the line drawn through is the mean of all of them."}
      </p>
    </div>
  );
}

const signed = (value: number) => `${value < 0 ? "−" : "+"} ${short(Math.abs(value))}`;
