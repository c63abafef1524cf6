import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isExecutable } from "../process/path.ts";
import { ToolError } from "../process/report.ts";
import { makeOnce, toolCache } from "../pulumi/cache.ts";
import type { SystemEffects, SystemProgram } from "./system.ts";

/** Where a program lies whose package is unpacked and not installed. */
export function unpackedFolder({ debianPackage }: SystemProgram, { env }: Pick<SystemEffects, "env">): string {
    return join(toolCache(env), `${debianPackage}-unpacked`, "usr", "bin");
}

function isUnpacked(program: SystemProgram, effects: Pick<SystemEffects, "env">): boolean {
    return isExecutable(join(unpackedFolder(program, effects), program.program));
}

/**
 * Takes a program out of its Debian package, which would start a service where it is installed.
 * @throws ToolError with apt-get's own words
 */
export async function ensureUnpacked(program: SystemProgram, effects: SystemEffects): Promise<void> {
    const { debianPackage } = program;
    const directory = join(toolCache(effects.env), `${debianPackage}-unpacked`);
    if (!isUnpacked(program, effects)) {
        rmSync(directory, { recursive: true, force: true });
        effects.report.step(`Unpacking ${program.program} from Debian's ${debianPackage}, without installing it`);
        await makeOnce(directory, (partial) => unpack(debianPackage, partial, effects), effects.report);
    }
    if (!isUnpacked(program, effects)) {
        throw new ToolError(`Debian's ${debianPackage} does not bring usr/bin/${program.program}`);
    }
}

async function unpack(debianPackage: string, directory: string, effects: SystemEffects): Promise<void> {
    await runIn(directory, ["apt-get", "download", debianPackage], effects);
    const archive = readdirSync(directory).find((name) => name.endsWith(".deb")) ?? "";
    await runIn(directory, ["dpkg-deb", "--extract", archive, "."], effects);
    rmSync(join(directory, archive));
}

async function runIn(cwd: string, line: readonly [string, ...string[]], { run, env }: SystemEffects): Promise<void> {
    const [command, ...args] = line;
    const { code, output } = await run(command, args, { cwd, env });
    if (code !== 0) {
        throw new ToolError(`${line.join(" ")} failed with exit code ${code}; apt-get update may help:\n${output}`);
    }
}
