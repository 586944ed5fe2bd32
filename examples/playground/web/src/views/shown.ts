/** Which maps the large picture shows. */
import type { Frame, HeatMap } from "../protocol";
import { chosen, net } from "../state";

/**
 * What the large map shows: the unit that is chosen, or all units of the output. A view that is about
 * to leave the page may still ask when a network without a plane has come: there is nothing then.
 */
export function shownMaps(painted: Frame): { maps: HeatMap[]; activation: string | null; isAll: boolean } {
  return { maps: shownNumbers().map((one) => painted.maps[one]), ...shownColumn() };
}

export function shownColumn() {
  const { columns } = net.value!;
  const column = columns.at(chosen.value?.column ?? -1);
  return { activation: column?.activation ?? null, isAll: !chosen.value };
}

export function shownNumbers(): number[] {
  const { columns, mapAt } = net.value!;
  const unit = chosen.value;
  if (unit) return [mapAt(unit.column, unit.unit)];
  const last = columns.length - 1;
  return columns[last]?.labels.map((_, one) => mapAt(last, one)) ?? [];
}
