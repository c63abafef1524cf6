import { join } from "node:path";
import { parseArgs } from "node:util";
import { obtainBotocore } from "../../../tools/botocore/obtain.ts";
import { findOnPath } from "../../../tools/process/path.ts";
import { run } from "../../../tools/process/run.ts";
import { startEmulator } from "./emulator.ts";
import type { Accelerator } from "./guests/arguments.ts";
import { loadModels } from "./model/load.ts";

const GUESTS = ["tcg", "kvm", "hvf", "off"];

/**
 * `main.ts --state <folder> [--port 0] [--guests tcg]`: prints the endpoint when it listens, and runs until SIGTERM or
 * SIGINT.
 */
const { values } = parseArgs({
    options: {
        port: { type: "string", default: "0" },
        state: { type: "string" },
        guests: { type: "string", default: "tcg" },
    },
});
if (values.state === undefined) {
    refuse("--state is missing: the folder that keeps what exists, such as --state ./aws-state");
}
if (!GUESTS.includes(values.guests)) {
    refuse(`--guests ${values.guests}: it is one of ${GUESTS.join(", ")}`);
}
if (values.guests !== "off" && findOnPath("qemu-system-x86_64", process.env) === undefined) {
    refuse("qemu-system-x86_64 is not on PATH: install QEMU, or say --guests off");
}
const report = { step: console.error, note: console.error };
const root = join(import.meta.dirname, "../../..");
const botocore = await obtainBotocore({ root, env: process.env, run, report });
const models = loadModels(botocore);
const emulator = await startEmulator(models, values.state, Number(values.port), values.guests as Accelerator | "off");
console.log(emulator.endpoint);
for (const signal of ["SIGTERM", "SIGINT"]) {
    process.once(signal, () => void emulator.close());
}

function refuse(message: string): never {
    console.error(message);
    process.exit(2);
}
