import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { findOnPath } from "../process/path.ts";
import { ToolError } from "../process/report.ts";
import type { Report } from "../process/report.ts";
import type { Run } from "../process/run.ts";
import { fingerprint } from "../setup/fingerprint.ts";
import { buildFromModules, goModule, goSources, requireGo } from "./build.ts";
import { makeOnce, toolCache } from "./cache.ts";
import { checkCli } from "./cli.ts";
import { downloadRelease, releaseUrl } from "./download.ts";
import type { Way } from "./obtain.ts";
import { PULUMI_VERSION } from "./version.ts";

const DOWNLOAD_PATIENCE_MS = 5_000;

export interface WayEffects {
    readonly root: string;
    readonly env: NodeJS.ProcessEnv;
    readonly fetch: typeof globalThis.fetch;
    readonly run: Run;
    readonly report: Report;
}

/** The ways to a Pulumi CLI, the quickest and least surprising first. */
export function pulumiWays(effects: WayEffects): Way[] {
    const cache = join(toolCache(effects.env), `pulumi-${PULUMI_VERSION}`);
    const downloaded = `${cache}-downloaded`;
    const built = `${cache}-built-${fingerprint(goModule(effects.root), goSources(effects.root)).slice(0, 12)}`;
    return [
        onPath(effects),
        inCache("an earlier download", downloaded, effects),
        inCache("an earlier build from Go modules", built, effects),
        officialDownload(downloaded, effects),
        goBuild(built, effects),
    ];
}

function onPath({ env, run }: WayEffects): Way {
    return {
        name: "on PATH",
        attempt: async () => {
            const found = findOnPath("pulumi", env);
            if (found === undefined) {
                throw new ToolError("not there");
            }
            return checkCli(dirname(realpathSync(found)), "found on PATH", run);
        },
    };
}

function inCache(name: string, directory: string, { run }: WayEffects): Way {
    return {
        name: `${name} in the tool cache`,
        attempt: async () => {
            if (!existsSync(directory)) {
                throw new ToolError("not there");
            }
            return checkCli(directory, `${name}, in the tool cache`, run);
        },
    };
}

function officialDownload(directory: string, { fetch, run, report }: WayEffects): Way {
    return {
        name: "official download",
        announcement: `Downloading the Pulumi CLI ${PULUMI_VERSION}`,
        attempt: async () => {
            const url = releaseUrl(PULUMI_VERSION, process.platform, process.arch);
            const effects = { fetch, run, patienceMs: DOWNLOAD_PATIENCE_MS };
            await makeOnce(directory, (partial) => downloadRelease(url, partial, effects), report);
            return checkCli(directory, "downloaded from Pulumi, into the tool cache", run);
        },
    };
}

function goBuild(directory: string, { root, env, run, report }: WayEffects): Way {
    return {
        name: "build from Go modules",
        announcement: `Building the Pulumi CLI ${PULUMI_VERSION} from Go modules (5 to 6 minutes, once)`,
        attempt: async () => {
            requireGo(env);
            const make = (partial: string): Promise<void> =>
                buildFromModules(root, PULUMI_VERSION, partial, { run, env });
            await makeOnce(directory, make, report);
            return checkCli(directory, "built from Go modules, into the tool cache", run);
        },
    };
}
