/** Which maps the large picture shows. */
import type { Frame, HeatMap } from "../protocol";
import { chosen, hovered, net, type Unit } from "../state";

/** The unit whose map is large: under the pointer, else chosen; null: the output. */
export function looked(): Unit | null {
  const one = hovered.value ?? chosen.value;
  return one && net.value!.columns[one.column] ? one : null;
}

/**
 * What the large map shows: a unit, or all units of the output. A view that is about
 * to leave the page may still ask when a network without a plane has come: there is nothing then.
 */
export function shownMaps(painted: Frame): { maps: HeatMap[]; activation: string | null; isAll: boolean } {
  return { maps: shownNumbers().map((one) => painted.maps[one]), ...shownColumn() };
}

export function shownColumn() {
  const { columns } = net.value!;
  const unit = looked();
  return { activation: columns.at(unit?.column ?? -1)?.activation ?? null, isAll: !unit };
}

export function shownNumbers(): number[] {
  const { columns, mapAt } = net.value!;
  const unit = looked();
  if (unit) return [mapAt(unit.column, unit.unit)];
  const last = columns.length - 1;
  return columns[last]?.labels.map((_, one) => mapAt(last, one)) ?? [];
}
