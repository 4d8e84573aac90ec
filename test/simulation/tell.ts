/** Tells a story on the local cloud, with or without what goes wrong in it, and holds it to the oracles. */

import { aCloud, type Cloud, type Run } from "../support/a-cloud.ts";
import { guarded } from "../support/guarded.ts";
import { meddle } from "./meddle.ts";
import { createOracles, type Oracles } from "./oracles.ts";
import { repository } from "./rows.ts";
import { specOf } from "./specs.ts";
import type { Event, Story } from "./story.ts";
import { type Trouble, type TroubledRun, troubled } from "./trouble.ts";
import { finalWorld } from "./worlds.ts";

export interface Telling {
  /** Empty when every oracle is content. */
  readonly violations: readonly string[];
  /** What stands at the end, without ids and times. */
  readonly world: unknown;
  readonly calls: number;
  /** Lines that a guard refused: what somebody meddled with may have to be mended first. */
  readonly refused: readonly string[];
}

const calm: Trouble = { kind: "none" };
/** Longer than a lease that its holder has left. */
const leaseMs = 31_000;
const mostRuns = 8;

export async function tell(story: Story, how: { readonly isCalm: boolean }): Promise<Telling> {
  const teller = new Teller(story, how.isCalm);
  await teller.tell();
  return {
    violations: teller.oracles.violations,
    world: await finalWorld(teller.cloud, story.slugs),
    calls: teller.calls,
    refused: teller.refused,
  };
}

class Teller {
  readonly cloud: Cloud;
  readonly oracles: Oracles;
  calls = 0;
  readonly refused: string[] = [];
  readonly #story: Story;
  readonly #isCalm: boolean;
  #current: TroubledRun;

  constructor(story: Story, isCalm: boolean) {
    this.#story = story;
    this.#isCalm = isCalm;
    this.cloud = aCloud({
      seed: story.seed,
      latency: "fly",
      isHeldToContract: false,
      github: {
        repositories: [{ name: repository, ...guarded }],
      },
      wrap: (fetch) => this.#current.wrap(fetch),
      wrapGitHub: (fetch) => this.#current.wrap(fetch),
    });
    this.#current = troubled(calm, this.cloud.clock);
    this.oracles = createOracles(this.cloud, story.slugs);
  }

  async tell(): Promise<void> {
    for (const event of this.#story.events) {
      await this.#happen(event);
      await this.oracles.afterEvent(event);
    }
    await this.#settle();
    await this.oracles.atEnd();
  }

  async #happen(event: Event): Promise<void> {
    const { cloud } = this;
    switch (event.kind) {
      case "edit":
        cloud.files.write(`silos/${event.slug}.yml`, specOf(event.slug, event.spec));
        return;
      case "wait":
        await cloud.clock.sleep(event.ms);
        return;
      case "meddle":
        if (!this.#isCalm) await meddle(cloud, event.slug, event.what);
        return;
      case "overlap":
        return this.#overlap(event.lines, event.afterMs);
      case "turn":
        return this.#turn(event);
      case "run":
        return this.#persist(event.line, this.#isCalm ? calm : event.trouble);
    }
  }

  async #turn({ lines: [first, second], crash }: Event & { kind: "turn" }): Promise<void> {
    this.#current = troubled(this.#isCalm ? calm : crash, this.cloud.clock);
    await Promise.race([this.#run(first), this.#current.died]);
    await this.cloud.clock.sleep(leaseMs);
    await this.#persist(second, calm);
  }

  async #overlap([first, second]: readonly [string, string], afterMs: number): Promise<void> {
    this.#current = troubled(calm, this.cloud.clock);
    const later = async () => {
      await this.cloud.clock.sleep(afterMs);
      return this.#run(second);
    };
    await (this.#isCalm
      ? this.#run(first).then(() => this.#run(second))
      : Promise.all([this.#run(first), later()]));
    // Whoever was second and refused asks once more; it has the last word in a calm world, too.
    await this.#persist(second, calm);
  }

  /** As an operator would: again, until it is done or refused for good. */
  async #persist(line: string, trouble: Trouble): Promise<void> {
    for (let runs = 1; runs <= mostRuns; runs++) {
      this.#current = troubled(runs === 1 ? trouble : calm, this.cloud.clock);
      const run = await Promise.race([this.#run(line), this.#current.died]);
      if (run !== "died" && [0, 3].includes(run.exitCode)) return;
      // Behind a fault it may be refused for what the fault has left unclear; then it is asked again.
      if (run !== "died" && run.exitCode === 4 && (runs > 1 || trouble.kind === "none")) {
        this.refused.push(line);
        return;
      }
      // As its message says: something that nobody asked for was taken away by hand.
      if (runs === 2) await this.#run("drift --heal");
      // What waits for its apply is not healed, as drift says.
      if (runs === 3) await this.#run("apply");
      await this.cloud.clock.sleep(leaseMs);
    }
    this.oracles.violate(`"${line}" does not end in ${mostRuns} runs`);
  }

  async #run(line: string): Promise<Run> {
    const run = await this.cloud.run(line);
    this.calls += run.calls.length;
    this.oracles.afterRun(line, run);
    return run;
  }

  /** Faults have stopped: what was meddled with is mended, and then nothing is left to do. */
  async #settle(): Promise<void> {
    await this.cloud.clock.sleep(leaseMs);
    await this.#persist("apply", calm);
    await this.#persist("drift --heal", calm);
    await this.#persist("apply", calm);
    await this.cloud.clock.sleep(60_000);
    const again = await this.#run("apply");
    if (again.exitCode !== 0 || again.writes.length > 0) {
      const writes = again.writes.map(({ method, path }) => `${method} ${path}`).join(", ");
      this.oracles.violate(
        `the last apply ended with ${again.exitCode}, wrote ${writes || "nothing"}: ${again.stdout}`,
      );
    }
  }
}
