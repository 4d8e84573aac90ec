import type { Cloud } from "./cloud.ts";
import type { MachineRow } from "./entities.ts";

/** Sleeps until the next transition of the machine, or until somebody changes it. */
export async function untilChange(
  row: MachineRow,
  deadline: number,
  call: { readonly signal: AbortSignal },
  { clock, life }: Pick<Cloud, "clock" | "life">,
): Promise<void> {
  const woken = new AbortController();
  const unwatch = life.watch(row, () => woken.abort());
  const until = Math.min(row.next?.at ?? deadline, deadline);
  try {
    await clock.sleep(until - clock.now(), AbortSignal.any([woken.signal, call.signal]));
  } catch (error) {
    if (!woken.signal.aborted && !call.signal.aborted) throw error;
  } finally {
    unwatch();
  }
}
