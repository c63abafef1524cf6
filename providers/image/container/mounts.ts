import type { ContainerSpec, MountSpec } from "../../../sdk/assembly/spec";
import type { ContainerContext } from "./context";
import { nonEmpty, type Json } from "./go-json";

/** What every container has mounted, as LinuxKit does: no /dev/shm and no /dev/mqueue. */
function defaultMounts(readonly: boolean): readonly MountSpec[] {
    const writable = readonly ? ["ro"] : [];
    return [
        { destination: "/proc", type: "proc", source: "proc", options: ["nosuid", "nodev", "noexec", "relatime"] },
        {
            destination: "/dev",
            type: "tmpfs",
            source: "tmpfs",
            options: ["nosuid", "strictatime", "mode=755", "size=65536k", ...writable],
        },
        {
            destination: "/dev/pts",
            type: "devpts",
            source: "devpts",
            options: ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"],
        },
        { destination: "/sys", type: "sysfs", source: "sysfs", options: ["nosuid", "noexec", "nodev", ...writable] },
        {
            destination: "/sys/fs/cgroup",
            type: "cgroup",
            source: "cgroup",
            options: ["nosuid", "noexec", "nodev", "relatime", "ro"],
        },
    ];
}

/** Mounts sorted by destination; a later one replaces an earlier one at the same place: defaults, tmpfs, binds, mounts. */
export function containerMounts(spec: ContainerSpec, context: ContainerContext): readonly MountSpec[] {
    const wanted = [
        ...defaultMounts(spec.readonly),
        ...spec.tmpfs.map(tmpfsMount),
        ...[...spec.binds.map(bindMount), ...spec.mounts].map((mount) => volumeMount(mount, context)),
    ];
    const byDestination = new Map(wanted.map((mount) => [mount.destination, mount]));
    return [...byDestination.values()].sort((a, b) =>
        Buffer.compare(Buffer.from(a.destination), Buffer.from(b.destination)),
    );
}

function tmpfsMount(text: string): MountSpec {
    const [destination = "", options] = text.split(":");
    return { destination, type: "tmpfs", source: "tmpfs", options: options === undefined ? [] : options.split(",") };
}

function bindMount(text: string): MountSpec {
    const [source = "", destination = "", options] = text.split(":");
    return {
        destination,
        type: "bind",
        source,
        options: options === undefined ? ["rw", "rbind", "rshared"] : [...options.split(","), "rbind"],
    };
}

/** A runtime that binds something as `rw` makes it writable where it is not, so a read-only volume is bound as `ro`. */
function volumeMount(mount: MountSpec, { volumes, readonlyVolumes }: ContainerContext): MountSpec {
    if (!volumes.includes(mount.source)) {
        return mount;
    }
    const isReadonly = readonlyVolumes.includes(mount.source);
    return {
        ...mount,
        source: `/containers/volumes/${mount.source}/merged`,
        options: isReadonly ? [...mount.options.filter((option) => option !== "rw"), "ro"] : mount.options,
    };
}

/** `specs.Mount` of the OCI runtime specification. */
export function ociMount(mount: MountSpec): Json {
    return {
        destination: mount.destination,
        type: mount.type || undefined,
        source: mount.source || undefined,
        options: nonEmpty(mount.options),
        uidMappings: nonEmpty((mount.uidMappings ?? []).map((each) => ({ ...each }))),
        gidMappings: nonEmpty((mount.gidMappings ?? []).map((each) => ({ ...each }))),
    };
}

/** What makes the bundle's `rootfs`: a bind of a read-only root, an overlay over one that is written to. */
export function rootMounts(spec: ContainerSpec, context: ContainerContext): readonly MountSpec[] {
    const own = `/${context.directory}`;
    const lower =
        context.sharedRoot === undefined ? `${own}/${spec.readonly ? "rootfs" : "lower"}` : `/${context.sharedRoot}`;
    if (spec.readonly) {
        return [{ type: "", source: lower, destination: `${own}/rootfs`, options: ["bind"] }];
    }
    const layers = [`lowerdir=${lower}`, `upperdir=${own}/tmp/upper`, `workdir=${own}/tmp/work`];
    return [
        { type: "tmpfs", source: "tmpfs", destination: `${own}/tmp`, options: [] },
        { type: "", source: "", destination: `${own}/tmp`, options: ["remount", "private"] },
        { type: "overlay", source: "overlay", destination: `${own}/rootfs`, options: layers },
    ];
}
