import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Architecture } from "../../../sdk/assembly/spec";
import { bootId } from "../../lifecycle/process";
import { readJson, replaceFile } from "../journal/files";
import type { Accelerator } from "../settings";
import { boots, candidate } from "./probe";

interface Finding {
    /** What it was found with: another QEMU or another boot of this host asks again. */
    readonly key: string;
    readonly works: boolean;
    readonly time: number;
}

/** A host that was only busy gets another chance. */
const failureMilliseconds = 3_600_000;

export interface ProbeOptions {
    readonly cacheDirectory: string;
    readonly onProbe: (accelerator: Accelerator) => void;
}

/** The fastest accelerator that boots a guest on this host: hvf, kvm or tcg. Found once for each boot of the host. */
export async function findAccelerator(
    qemu: string,
    architecture: Architecture,
    { cacheDirectory, onProbe }: ProbeOptions,
): Promise<Accelerator> {
    const accelerator = await candidate(architecture);
    if (accelerator === undefined) {
        return "tcg";
    }
    const path = join(cacheDirectory, `accelerator-${architecture}.json`);
    const key = `${accelerator} ${qemu} ${await versionOf(qemu)} ${await bootId()}`;
    const known = await readJson<Finding>(path);
    if (known?.key === key && (known.works || Date.now() - known.time < failureMilliseconds)) {
        return known.works ? accelerator : "tcg";
    }
    onProbe(accelerator);
    const works = await boots(qemu, architecture, accelerator);
    await replaceFile(path, JSON.stringify({ key, works, time: Date.now() } satisfies Finding));
    return works ? accelerator : "tcg";
}

async function versionOf(qemu: string): Promise<string> {
    const { stdout } = await promisify(execFile)(qemu, ["--version"]);
    return stdout.split("\n")[0] ?? "";
}
