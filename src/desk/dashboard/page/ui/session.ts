/** What the page knows now, and the connection that it comes from. */

import type { Fleet } from "../model/fleet.ts";
import type { Link, Me, Source } from "../source/types.ts";
import { changesText } from "./announce.ts";

export interface Session {
  source: Source | undefined;
  fleet: Fleet | undefined;
  link: Link;
  me: Me | undefined;
  stop: AbortController;
}

export const noSession = (): Session => ({
  source: undefined,
  fleet: undefined,
  link: { state: "waiting" },
  me: undefined,
  stop: new AbortController(),
});

export interface Listener {
  changed(): void;
  /** There is news of the fleet; `text` says what changed, to be read aloud. */
  fleet(text: string): void;
}

/** A session that tells its listener what comes, until it is stopped. */
export function openSession(source: Source, listener: Listener): Session {
  const session: Session = { ...noSession(), source };
  const { signal } = session.stop;
  void source.follow(
    {
      fleet(next) {
        if (signal.aborted) return;
        const text = changesText(session.fleet, next);
        session.fleet = next;
        listener.fleet(text);
      },
      link(next) {
        if (signal.aborted) return;
        session.link = next;
        listener.changed();
      },
    },
    signal,
  );
  void source.desk
    ?.me()
    // Why there is no answer, the list says.
    .catch(() => undefined)
    .then((me) => {
      session.me = me;
      listener.changed();
    });
  return session;
}
