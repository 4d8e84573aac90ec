/** Holds src/wire/fly*.ts to the OpenAPI document of Fly, where it lies beside the checkout. */

import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { correct } from "../test/support/openapi-document.ts";
import { flyExceptions } from "../test/support/openapi-exceptions.ts";
import { compareWireTypes, type WireRules } from "./wire-types.ts";

const rules: WireRules = {
  schemas: {
    FlyGuest: "fly.MachineGuest",
    FlyCheck: "fly.MachineCheck",
    FlyPort: "fly.MachinePort",
    FlyService: "fly.MachineService",
    FlyFile: "fly.File",
    FlyMount: "fly.MachineMount",
    FlyInit: "fly.MachineInit",
    FlyContainerHealthcheck: "fly.ContainerHealthcheck",
    FlyContainer: "fly.ContainerConfig",
    FlyMachineConfig: "fly.MachineConfig",
    FlyCheckStatus: "CheckStatus",
    FlyMachineEvent: "MachineEvent",
    FlyMachine: "Machine",
    FlyCreateMachine: "CreateMachineRequest",
    FlyUpdateMachine: "UpdateMachineRequest",
    FlyApp: "App",
    FlyVolume: "Volume",
    FlyCreateVolume: "CreateVolumeRequest",
    FlySnapshot: "VolumeSnapshot",
    FlyOrgMachine: "OrgMachine",
    FlyOrgVolume: "OrgVolume",
    FlySecret: "AppSecret",
    FlyIp: "IPAssignment",
    FlyLease: "Lease",
    FlyExecRequest: "MachineExecRequest",
    FlyExecResult: "flydv1.ExecResponse",
    FlyRegion: "main.regionRow",
    FlyToken: "main.tokenInfo",
  },
  exceptions: {
    "FlyToken.apps": "Read with care: a list that is left empty in Go is written as null",
  },
};

const root = join(import.meta.dirname, "..");
const specFile = join(root, "../shared/specs/fly-machines-openapi.json");
if (!existsSync(specFile)) {
  console.log("The OpenAPI document of Fly is not here: the wire types were not compared with it");
  process.exit(0);
}

const document = correct(JSON.parse(readFileSync(specFile, "utf8")), flyExceptions.corrections);
const files = globSync("src/wire/fly*.ts", { cwd: root }).sort();
const source = files.map((file) => readFileSync(join(root, file), "utf8")).join("\n");
const found = compareWireTypes(source, document, rules);
if (found.length > 0) {
  console.error(`${files.join(", ")} and the OpenAPI document of Fly disagree:`);
  for (const sentence of found) console.error(`  ${sentence}`);
  process.exit(1);
}
console.log(`${Object.keys(rules.schemas).length} wire types agree with the OpenAPI document`);
