/** A titled region of the page, that a link may hide: ?hide=data,training. */
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { isHidden } from "../link";

export function Card(props: {
  name: string; // in links
  title: string;
  aside?: ComponentChildren;
  children: ComponentChildren;
}) {
  const id = useId();
  if (isHidden(props.name)) return null;
  return (
    <section class={`card card-${props.name}`} aria-labelledby={id}>
      <header>
        <h2 id={id}>{props.title}</h2>
        {props.aside}
      </header>
      {props.children}
    </section>
  );
}
