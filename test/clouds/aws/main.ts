import { join } from "node:path";
import { parseArgs } from "node:util";
import { obtainBotocore } from "../../../tools/botocore/obtain.ts";
import { run } from "../../../tools/process/run.ts";
import { startEmulator } from "./emulator.ts";
import { loadModels } from "./model/load.ts";

/** `main.ts --state <folder> [--port 0]`: prints the endpoint when it listens, and runs until SIGTERM or SIGINT. */
const { values } = parseArgs({ options: { port: { type: "string", default: "0" }, state: { type: "string" } } });
if (values.state === undefined) {
    console.error("--state is missing: the folder that keeps what exists, such as --state ./aws-state");
    process.exit(2);
}
const report = { step: console.error, note: console.error };
const botocore = await obtainBotocore({ root: join(import.meta.dirname, "../../.."), env: process.env, run, report });
const emulator = await startEmulator(loadModels(botocore), values.state, Number(values.port));
console.log(emulator.endpoint);
for (const signal of ["SIGTERM", "SIGINT"]) {
    process.once(signal, () => void emulator.close());
}
