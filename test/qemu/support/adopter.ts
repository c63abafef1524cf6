// A provider process of its own: `adopter.ts <state directory> <inputs>` creates a disk when it is told to, says how that
// went, and lives until its standard input ends.
import { once } from "node:events";
import { writeSync } from "node:fs";
import type { Properties } from "../../../providers/lifecycle/handler";
import { ownIdentity } from "../../../providers/lifecycle/process";
import { watchedSteps } from "../../../providers/lifecycle/steps";
import { diskHandler } from "../../../providers/qemu/disk";
import { Adoptions } from "../../../providers/qemu/disk/adoption";
import { DiskJournal } from "../../../providers/qemu/disk/journal";
import { Journal } from "../../../providers/qemu/journal/journal";

const say = (line: string): number => writeSync(1, `${line}\n`);

async function main(stateDirectory: string, inputs: Properties): Promise<void> {
    const steps = watchedSteps({ interrupted: new AbortController().signal, gone: new AbortController().signal });
    const handler = diskHandler({
        journal: new DiskJournal(stateDirectory),
        machines: new Journal(stateDirectory),
        adoptions: new Adoptions(),
        idsInState: async () => new Set<string>(),
        engine: { operation: (call) => call(steps) },
        self: await ownIdentity(),
        findQemuImg: async () => "qemu-img",
        note: () => {},
    });
    say("ready");
    await once(process.stdin, "data");
    await handler.create(inputs).then(
        ({ id }) => say(`adopted ${id}`),
        (error: unknown) => say(`error ${(error as Error).message}`),
    );
    await once(process.stdin, "end");
}

void main(process.argv[2] as string, JSON.parse(process.argv[3] as string) as Properties);
