import type { Report } from "../process/report.ts";
import { run } from "../process/run.ts";
import type { PulumiCli } from "../pulumi/cli.ts";
import { obtainPulumi } from "../pulumi/obtain.ts";
import { pulumiWays } from "../pulumi/ways.ts";
import { packPackage } from "./package.ts";
import type { SystemProgram } from "./system.ts";
import { ensurePrograms, systemEffects } from "./system.ts";

/** What the commands need beside node_modules. */
export interface Setup {
    readonly pulumi: PulumiCli;
    /** The package as `npm publish` would publish it. */
    readonly tarball: string;
    /** Folders of programs beside those of PATH. */
    readonly folders: readonly string[];
}

/** Makes sure of everything, in order: the quick and the likely to fail first. */
export async function setUp(root: string, programs: readonly SystemProgram[], report: Report): Promise<Setup> {
    const folders = await ensurePrograms(programs, systemEffects(run, report));
    const tarball = await packPackage(root, { run, report });
    const pulumi = await obtainPulumi(pulumiWays({ root, env: process.env, fetch, run, report }), report);
    return { pulumi, tarball, folders };
}
