import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

/** `$XDG_STATE_HOME/pulumi-linuxkit`, by default `~/.local/state/pulumi-linuxkit`. */
export function defaultStateDirectory(environment: NodeJS.ProcessEnv): string {
    const configured = environment["XDG_STATE_HOME"];
    const base = configured !== undefined && isAbsolute(configured) ? configured : join(homedir(), ".local", "state");
    return join(base, "pulumi-linuxkit");
}
