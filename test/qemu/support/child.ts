// A provider process of its own: `child.ts <state directory> <inputs>` checks and creates a machine, and says each step.
import { writeSync } from "node:fs";
import { watchEngine } from "../../../providers/lifecycle/engine";
import type { Properties } from "../../../providers/lifecycle/handler";
import { identifyProcess, type ProcessIdentity } from "../../../providers/lifecycle/process";
import type { Steps } from "../../../providers/lifecycle/steps";
import { machineHandler } from "../../../providers/qemu";
import { fakeEnvironment } from "./environment";

const say = (line: string): number => writeSync(1, `${line}\n`);

function announced(steps: Steps): Steps {
    return {
        signal: steps.signal,
        run: (name, step) => steps.run(name, () => (say(`step ${name}`), step())),
        undo: (name, step) => steps.undo(name, () => (say(`undo ${name}`), step())),
    };
}

async function main(stateDirectory: string, news: Properties): Promise<void> {
    const engine = watchEngine();
    const handler = machineHandler({
        ...fakeEnvironment(stateDirectory, (await identifyProcess(process.pid)) as ProcessIdentity),
        engine: { operation: (call) => engine.operation((steps) => call(announced(steps))) },
    });
    const { inputs } = await engine.answer(() => handler.check({}, news));
    const { id, outs } = await engine.answer(() => handler.create(inputs));
    say(`made ${JSON.stringify({ id, inputs, outs })}`);
}

main(process.argv[2] as string, JSON.parse(process.argv[3] as string) as Properties).catch((error: unknown) =>
    say(`error ${(error as Error).message}`),
);
