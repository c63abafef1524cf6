import { Assembly, debian, dhcp, type AssemblyArgs, type ServiceArgs } from "../../sdk";
import { LinuxKitError } from "../../sdk/assembly/error";
import { normalizeAssembly, type NormalizedAssembly } from "../../sdk/assembly/normalize";
import type { Problem } from "../../sdk/assembly/read/findings";
import type { AssemblySpec, ContainerSpec } from "../../sdk/assembly/spec";

/** The program of the README. */
export const redisArgs = {
    kernel: debian.kernel(),
    init: [debian.base()],
    onboot: [dhcp()],
    services: [
        {
            name: "redis",
            image: debian.packages(["redis-server"]),
            command: ["redis-server", "--bind", "0.0.0.0", "--protected-mode", "no"],
            healthcheck: { tcp: 6379 },
        },
    ],
} as const satisfies AssemblyArgs;

export const redis: ServiceArgs = redisArgs.services[0];

/** The README's program with one service more, whose index is 1, in JavaScript's freedom. */
export function withService(service: object): Assembly {
    const worker = { name: "worker", image: debian.packages(["busybox-static"]), command: ["sleep", "1d"] };
    return new Assembly({ ...redisArgs, services: [redis, { ...worker, ...service }] });
}

export function withFile(file: object): Assembly {
    return new Assembly({ ...redisArgs, files: [{ path: "/etc/motd", ...file }] });
}

/** What a constructor refuses. */
export function problemsOf(declare: () => unknown): readonly Problem[] {
    try {
        declare();
    } catch (error) {
        if (error instanceof LinuxKitError && error.code === "invalid-assembly") {
            return error.fields["problems"] as readonly Problem[];
        }
        throw error;
    }
    return [];
}

/** What crosses to a provider: JSON, in which nothing is undefined. */
export function received(assembly: Assembly): { components: Record<string, unknown>; order: string[] } {
    const { components, order } = assembly;
    return JSON.parse(JSON.stringify({ components, order })) as ReturnType<typeof received>;
}

export function normalized(assembly: Assembly): NormalizedAssembly {
    return normalizeAssembly({ architecture: assembly.architecture, ...received(assembly) });
}

export function specOf(assembly: Assembly): AssemblySpec {
    const { spec, problems } = normalized(assembly);
    if (spec === undefined) {
        throw new Error(JSON.stringify(problems));
    }
    return spec;
}

export function workerOf(service: object): ContainerSpec {
    return specOf(withService(service)).components["services.worker"] as ContainerSpec;
}
