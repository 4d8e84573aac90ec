import { describe, expect, it } from "vitest";
import { Gate } from "#clients/gate.ts";

const size = { start: 4, least: 2, most: 6 };
const anyone = { priority: 0 };

async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
}

describe("the gate", () => {
  it("lets in as many as it is wide, the next ones as places get free", async () => {
    const gate = new Gate(size);
    const inside = await Promise.all([1, 2, 3, 4].map(() => gate.enter(anyone)));
    let fifth = false;
    void gate.enter(anyone).then(() => {
      fifth = true;
    });
    await settled();
    expect([fifth, gate.waiting]).toEqual([false, 1]);
    inside[0]?.("badly");
    inside[1]?.("badly");
    inside[2]?.("badly");
    await settled();
    expect(fifth).toBe(true);
  });

  it("grows with success up to its most", async () => {
    const gate = new Gate(size);
    for (let round = 0; round < 10; round++) (await gate.enter(anyone))("well");
    const entered = Promise.all(Array.from({ length: 6 }, () => gate.enter(anyone)));
    await entered;
    void gate.enter(anyone);
    await settled();
    expect(gate.waiting).toBe(1);
  });

  it("halves once for all calls of one trouble, and never below its least", async () => {
    const gate = new Gate({ start: 8, least: 2, most: 8 });
    const inside = await Promise.all(Array.from({ length: 8 }, () => gate.enter(anyone)));
    for (const leave of inside) leave("badly");
    await Promise.all(Array.from({ length: 4 }, () => gate.enter(anyone)));
    void gate.enter(anyone);
    await settled();
    expect(gate.waiting).toBe(1);
  });

  it("lets the higher priority in first", async () => {
    const gate = new Gate({ start: 1, least: 1, most: 1 });
    const leave = await gate.enter(anyone);
    const order: number[] = [];
    for (const priority of [0, 5, 1]) {
      void gate.enter({ priority }).then((next) => {
        order.push(priority);
        next("well");
      });
    }
    leave("well");
    await settled();
    await settled();
    expect(order).toEqual([5, 1, 0]);
  });
});
