/** A control that a link, or a state's `hidden_controls`, may hide: ?hide=noise,loss. */
import type { ComponentChildren } from "preact";
import { type HIDEABLE, isHidden } from "../link";

export function Hideable({ name, children }: { name: keyof typeof HIDEABLE; children: ComponentChildren }) {
  return isHidden(name) ? null : <>{children}</>;
}
