import { ToolError } from "../process/report.ts";

const BEFORE = '"--protected-mode", "no"';
const AFTER = `${BEFORE}, "--maxmemory", "64mb"`;

/** The example's program with one more argument for redis-server. */
export function limitRedisMemory(program: string): string {
    if (!program.includes(BEFORE)) {
        throw new ToolError(`examples/redis-os/index.ts has no ${BEFORE} for the demo to change`);
    }
    return program.replace(BEFORE, AFTER);
}
