import { ToolError } from "../../process/report.ts";

/** What the bench knows of a plan; the rest of it is passed on. */
export interface Plan {
    readonly compression: string;
    readonly components: Readonly<Record<string, PlannedComponent>>;
}

interface PlannedComponent {
    readonly command?: readonly string[];
    readonly resolved?: {
        readonly packages?: Readonly<Record<string, { readonly sha256: string }>>;
    };
}

const REDIS = "services.redis";

/** SHA-256 of every Debian package of a plan, each once. */
export function packageHashes(plan: Plan): string[] {
    const packages = Object.values(plan.components).flatMap(({ resolved }) => Object.values(resolved?.packages ?? {}));
    return [...new Set(packages.map(({ sha256 }) => sha256))];
}

/** The plan with one more argument for redis-server, another one for every number. */
export function withRedisMemory(plan: Plan, megabytes: number): Plan {
    const redis = plan.components[REDIS];
    if (redis?.command === undefined) {
        throw new ToolError(`the plan of examples/redis-os has no command of ${REDIS}`);
    }
    const command = [...redis.command, "--maxmemory", `${megabytes}mb`];
    return { ...plan, components: { ...plan.components, [REDIS]: { ...redis, command } } };
}
