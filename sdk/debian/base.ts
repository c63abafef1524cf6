import type { InitArgs } from "../assembly/assembly-args";
import type { DebianBaseSource } from "../assembly/source-args";

/** What `debian.base()` takes: the archive, `runtime` and `getty`. */
export type DebianBaseArgs = Omit<DebianBaseSource, "type" | "role">;

/** The entry "base" of `init`: this project's init, with busybox and an OCI runtime from Debian's archive. */
export function base(options: DebianBaseArgs = {}): InitArgs {
    return { name: "base", image: { type: "debian", role: "base", ...options } };
}
