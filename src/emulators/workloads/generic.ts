/** An image nobody told us about: it starts, stays up and answers everything. */

import { type Program, runs } from "./program.ts";

export const generic: Program = {
  name: "generic",
  async boot({ container }) {
    const port = Number(container.env.PORT ?? 8080);
    return runs({
      listeners: [{ port, address: "::" }],
      answersAnyPort: true,
      respond: async () => new Response("ok\n", { status: 200 }),
    });
  },
};
