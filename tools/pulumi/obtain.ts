import { ToolError } from "../process/report.ts";
import type { Report } from "../process/report.ts";
import type { PulumiCli } from "./cli.ts";

/** One way to a Pulumi CLI. */
export interface Way {
    readonly name: string;
    /** Said before a way that takes its time. */
    readonly announcement?: string;
    /** Rejects, within seconds where nothing is to be had, with the reason. */
    attempt(): Promise<PulumiCli>;
}

/** The first way that works, said in one line; all that failed and why, when none does. */
export async function obtainPulumi(ways: readonly Way[], report: Report): Promise<PulumiCli> {
    const reasons: string[] = [];
    for (const way of ways) {
        if (way.announcement !== undefined) {
            report.step(way.announcement);
        }
        try {
            const cli = await way.attempt();
            report.step(`Pulumi CLI ${cli.version}: ${cli.origin}`);
            return cli;
        } catch (error) {
            reasons.push(`${way.name}: ${(error as Error).message}`);
            if (way.announcement !== undefined) {
                report.note(reasons.at(-1)!);
            }
        }
    }
    throw new ToolError(["No Pulumi CLI is to be had:", ...reasons.map((reason) => `    ${reason}`)].join("\n"));
}
