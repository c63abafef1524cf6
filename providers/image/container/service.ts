import type { ContainerSpec, HealthcheckSpec, MountSpec } from "../../../sdk/assembly/spec";
import type { ContainerContext } from "./context";
import { rootMounts } from "./mounts";
import { command, quote, shellFunction } from "./shell";

/** `service.sh`: what `debian.base()` needs to know and upstream has no place for, or has in JSON that a shell cannot read. */
export function serviceScript(spec: ContainerSpec, context: ContainerContext): string {
    const settings = { ...lifecycleSettings(spec), ...healthSettings(spec.lifecycle.healthcheck) };
    const assignments = Object.entries(settings).map(([name, value]) => `${name}=${quote(String(value))}\n`);
    return [
        ...assignments,
        shellFunction("prepare", prepareCommands(spec, context)),
        shellFunction("prepare_process", processCommands(spec)),
        shellFunction("health_command", healthCommands(spec.lifecycle.healthcheck)),
    ].join("");
}

/** Whether something must happen between the making of a container's namespaces and the start of its program. */
export function needsHook(spec: ContainerSpec): boolean {
    return processCommands(spec).length > 0;
}

function lifecycleSettings(spec: ContainerSpec) {
    const { restart, dependsOn, stopTimeoutSeconds } = spec.lifecycle;
    return {
        bundle_folder: needsHook(spec) ? "/hooked" : "",
        restart,
        dependencies: dependsOn.join(" "),
        stop_timeout: Math.ceil(stopTimeoutSeconds),
        namespace: spec.runtime.namespace || "services.linuxkit",
        own_network: ["", "host", "root"].includes(spec.net) ? "" : "yes",
    };
}

/** Whole seconds, but the interval in tenths of one: the shell counts in integers. */
function healthSettings(check: HealthcheckSpec | undefined) {
    if (check === undefined) {
        return { health: "", health_interval: 300, ready_timeout: 60 };
    }
    const { tcp, http, intervalSeconds, timeoutSeconds, retries } = check;
    return {
        health: tcp !== undefined ? "tcp" : http !== undefined ? "http" : "command",
        health_target: tcp ?? http ?? "",
        health_port: (tcp ?? 0).toString(16).toUpperCase().padStart(4, "0"),
        health_interval: Math.max(1, Math.ceil(intervalSeconds * 10)),
        health_timeout: Math.max(1, Math.ceil(timeoutSeconds)),
        health_retries: retries,
        ready_timeout: Math.max(1, Math.ceil(intervalSeconds * retries)),
    };
}

function healthCommands(check: HealthcheckSpec | undefined): readonly string[] {
    return check?.command === undefined ? [] : [`in_container ${command(...check.command)}`];
}

/** In the order of LinuxKit's init: mounts, folders, cgroups. */
function prepareCommands(spec: ContainerSpec, context: ContainerContext): readonly string[] {
    const { mounts, mkdir, cgroups } = spec.runtime;
    const inRoot = (path: string) => (path.startsWith("/") ? path : `/${context.directory}/rootfs/${path}`);
    return [
        ...ownRootMounts(spec, context).map((mount) => mountCommand(mount, mount.destination)),
        ...mounts.map((mount) => mountCommand(mount, inRoot(mount.destination))),
        ...mkdir.map((path) => command("mkdir", "-p", inRoot(path))),
        ...cgroups.map((cgroup) => command("mkdir", "-p", `/sys/fs/cgroup/${cgroup}`)),
    ];
}

/** crun and runc bind a root onto itself, and the upper layer's propagation is of no account: that saves two processes. */
function ownRootMounts(spec: ContainerSpec, context: ContainerContext): readonly MountSpec[] {
    return rootMounts(spec, context).filter(
        ({ type, source, destination }) => type !== "" || (source !== "" && source !== destination),
    );
}

function mountCommand(mount: MountSpec, destination: string): string {
    const layers = mount.options.filter((option) => /^(upper|work)dir=/.test(option));
    const folders = layers.map((option) => option.slice(option.indexOf("=") + 1));
    const mountAt = command("mount_at", mount.type, mount.source || "none", destination, mount.options.join(","));
    return folders.length === 0 ? mountAt : `${command("mkdir", "-p", ...folders)} && ${mountAt}`;
}

/** Namespaces first: at a restart, what they replace may still hold an interface. */
function processCommands(spec: ContainerSpec): readonly string[] {
    const { interfaces, bindNS } = spec.runtime;
    return [
        ...Object.entries(bindNS)
            .filter(([, path]) => path !== "")
            .map(([namespace, path]) => command("bind_namespace", namespace, path)),
        ...interfaces.map(({ name, add, peer, createInRoot }) =>
            command("add_interface", name, add || (peer === "" ? "" : "veth"), peer, createInRoot ? "yes" : ""),
        ),
    ];
}
