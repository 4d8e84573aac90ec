/**
 * How long a silo was awake, day by day (UTC). Fly's metrics forget after two weeks, so the silo record
 * counts: one entry a month, the seconds of each of its days. This month and the one before are kept.
 */

type Metadata = Readonly<Record<string, string>>;

/** Seconds by day: `2026-11-24`. */
export type AwakeDays = Readonly<Record<string, number>>;

const prefix = "silo_awake_";
const msPerDay = 86_400_000;
const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);
const dayStart = (at: number): number => Math.floor(at / msPerDay) * msPerDay;

export const monthStart = (at: number): number => Date.parse(`${dayOf(at).slice(0, 7)}-01`);

/** What nobody can read counts nothing. */
export function readAwake(metadata: Metadata): AwakeDays {
  return Object.fromEntries(
    Object.entries(metadata)
      .filter(([key]) => /^silo_awake_\d{4}-\d{2}$/.test(key))
      .flatMap(([key, value]) =>
        value.split(",").flatMap((text, index) => {
          const seconds = /^\d{1,5}$/.test(text) ? Number(text) : 0;
          const day = String(index + 1).padStart(2, "0");
          return seconds > 0 ? [[`${key.slice(prefix.length)}-${day}`, seconds] as const] : [];
        }),
      ),
  );
}

export function withSpan(days: AwakeDays, fromMs: number, toMs: number): AwakeDays {
  const all = { ...days };
  for (let at = fromMs; at < toMs; at = dayStart(at) + msPerDay) {
    const seconds = Math.round((Math.min(toMs, dayStart(at) + msPerDay) - at) / 1_000);
    const day = dayOf(at);
    all[day] = Math.min(msPerDay / 1_000, (all[day] ?? 0) + seconds);
  }
  return all;
}

/** The entries to be written; those of older months go. */
export function awakePatch(days: AwakeDays, now: number): Record<string, string | null> {
  const kept = [monthStart(now), monthStart(monthStart(now) - 1)].map((at) =>
    dayOf(at).slice(0, 7),
  );
  const byMonth = Map.groupBy(Object.entries(days), ([day]) => day.slice(0, 7));
  return Object.fromEntries(
    [...byMonth].map(([month, some]) => {
      if (!kept.includes(month)) return [`${prefix}${month}`, null];
      const seconds: string[] = [];
      for (const [day, value] of some) seconds[Number(day.slice(8)) - 1] = String(value);
      return [`${prefix}${month}`, Array.from(seconds, (text) => text ?? "").join(",")];
    }),
  );
}

/** Of the days from that one on. */
export function awakeHours(days: AwakeDays, sinceMs: number): number {
  const first = dayOf(sinceMs);
  const seconds = Object.entries(days)
    .filter(([day]) => day >= first)
    .reduce((sum, [, value]) => sum + value, 0);
  return seconds / 3_600;
}
