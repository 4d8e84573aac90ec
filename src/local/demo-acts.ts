/** The story of the demo. */

import { brokenSpec, editedSpec, goodSpec, unprotectedSpec } from "./demo-files.ts";
import type { Stage } from "./demo-stage.ts";

interface Act {
  readonly title: string;
  readonly play: (stage: Stage) => Promise<void>;
}

const spec = "silos/acme-erp.yml";
const storage = "https://devenv-acme-erp-kong.fly.dev/storage/v1/status";

export const acts: readonly Act[] = [
  {
    title: "1. A file with mistakes is refused, each with its place and its fix",
    play: async (stage) => {
      stage.write(spec, brokenSpec);
      await stage.silo("validate", 2);
    },
  },
  {
    title: "2. The corrected file: what will be done, and what it costs",
    play: async (stage) => {
      stage.write(spec, goodSpec);
      await stage.silo("plan acme-erp --out plan.json", 0);
    },
  },
  {
    title: "3. Exactly that plan is applied: six apps, as concurrent as they can be",
    play: async (stage) => {
      await stage.silo("apply --plan plan.json", 0);
      await stage.silo("verify --plan plan.json", 0);
    },
  },
  {
    title: "4. Six healthy services, and a second plan that is empty",
    play: async (stage) => {
      await stage.silo("status", 0);
      await stage.silo("plan", 0);
      await stage.visit(storage);
    },
  },
  {
    title: "5. Each role finds what it may see, and nothing else",
    play: async (stage) => {
      stage.handedOut("acme-erp");
      await stage.silo("context acme-erp --role clientele", 0);
    },
  },
  {
    title: "6. An edit changes one service, in place",
    play: async (stage) => {
      stage.say("# gotrue: memory_mb 256 → 512");
      stage.write(spec, editedSpec);
      await stage.silo("apply", 0);
    },
  },
  {
    title: "7. Stopped: nothing runs, and no request wakes it",
    play: async (stage) => {
      await stage.silo('stop acme-erp --reason "lunch break"', 0);
      await stage.visit(storage);
      stage.handedOut("acme-erp");
      await stage.silo("why acme-erp", 0);
      stage.say("# applying the unchanged spec does not wake it either");
      await stage.silo("apply", 0);
    },
  },
  {
    title: "8. Restarted: same names, same keys",
    play: async (stage) => {
      await stage.silo('restart acme-erp --reason "back from lunch"', 0);
      await stage.visit(storage);
    },
  },
  {
    title: "9. Destroying is guarded: by the live state, then by the command line",
    play: async (stage) => {
      await stage.silo("destroy acme-erp --now --allow-destroy", 4);
      stage.say("# prevent_destroy: false");
      stage.write(spec, unprotectedSpec);
      await stage.silo("apply --quiet", 0);
      await stage.silo("destroy acme-erp --now --quiet", 4);
      await stage.silo("destroy acme-erp --now --allow-destroy", 0);
    },
  },
];
