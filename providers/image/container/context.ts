import type { Architecture, AssemblySpec, ContainerSpec } from "../../../sdk/assembly/spec";

/** What a container's files depend on beside its own declaration. */
export interface ContainerContext {
    /** Where the container lies in the image, no slash around: `containers/services/redis`. */
    readonly directory: string;
    readonly architecture: Architecture;
    /** Where the root filesystem lies when another container of the same source holds it: `containers/onboot/000-dhcp/rootfs`. */
    readonly sharedRoot?: string;
    /** What the source's own OCI configuration says; packages and folders have none. */
    readonly imageConfig?: ImageConfig;
    /** Ids that `uid`, `gid` and `additionalGids` may name. */
    readonly users: Readonly<Record<string, number>>;
    readonly groups: Readonly<Record<string, number>>;
    /** Names of volumes that `binds` and `mounts` may take as a source. */
    readonly volumes: readonly string[];
    /** Those of them that nobody may write to. */
    readonly readonlyVolumes: readonly string[];
}

/** The parts of an OCI image's configuration that LinuxKit honours. */
export interface ImageConfig {
    /** Entrypoint and Cmd together. */
    readonly command?: readonly string[];
    readonly env?: readonly string[];
    readonly cwd?: string;
}

const sections = { onboot: "onboot", onshutdown: "onshutdown", service: "services" } as const;

/**
 * Where a container lies in the image: `containers/onboot/000-dhcp`, `containers/services/redis`.
 * @param index position within its section
 */
export function containerDirectory(spec: Pick<ContainerSpec, "kind" | "name">, index: number): string {
    const prefix = spec.kind === "service" ? "" : `${String(index).padStart(3, "0")}-`;
    return `containers/${sections[spec.kind]}/${prefix}${spec.name}`;
}

/** The ids that containers may be named by: 100 and up, counted over onboot, onshutdown and services, as LinuxKit does. */
export function containerIds(assembly: AssemblySpec): Readonly<Record<string, number>> {
    const containers = assembly.order
        .map((key) => assembly.components[key])
        .filter((component): component is ContainerSpec => component !== undefined && "lifecycle" in component);
    const ordered = Object.keys(sections).flatMap((kind) => containers.filter((each) => each.kind === kind));
    return Object.fromEntries(ordered.map((each, index) => [each.name, 100 + index]));
}

/** Names and ids of a `passwd` or `group` file, whose third field is the id; passwd(5), group(5). */
export function parseIds(text: string): Readonly<Record<string, number>> {
    const fields = text.split("\n").map((line) => line.split(":"));
    return Object.fromEntries(
        fields
            .filter(([name, , id]) => name !== "" && /^\d+$/.test(id ?? ""))
            .map(([name = "", , id]) => [name, Number(id)]),
    );
}
