import { LinuxKitError } from "../../../../sdk/assembly/error";
import type { Digest } from "./digest";
import { type JsonReader, list, object, optional, readJson, record, text } from "./json";
import { readDigest } from "./manifest";

/** An image's configuration, by the names of OCI's image specification (config.md); what is empty there is absent here. */
export interface OciImageConfig {
    readonly architecture: string;
    readonly os: string;
    readonly variant?: string;
    readonly config: {
        readonly Entrypoint?: readonly string[];
        readonly Cmd?: readonly string[];
        readonly Env?: readonly string[];
        readonly WorkingDir?: string;
        readonly User?: string;
        readonly Labels?: Readonly<Record<string, string>>;
    };
    readonly rootfs: {
        /** Of the uncompressed layers, bottom first. */
        readonly diff_ids: readonly Digest[];
    };
}

export const CONFIG_LIMIT_BYTES = 8 << 20;

/**
 * @param layers how many the manifest has
 * @throws LinuxKitError OciMalformed
 */
export function parseConfig(bytes: Buffer, name: string, layers: number): OciImageConfig {
    const config = readJson(bytes, `the configuration of ${name}`, readConfig);
    const { diff_ids } = config.rootfs;
    if (diff_ids.length !== layers) {
        const reason = `it speaks of ${diff_ids.length} layers, the manifest of ${layers}`;
        throw new LinuxKitError("OciMalformed", `the configuration of ${name} is malformed: ${reason}`, {
            name,
            reason,
        });
    }
    return config;
}

const readConfig: JsonReader<OciImageConfig> = (value, at) => {
    const member = object(value, at);
    const variant = member("variant", optional(text));
    return {
        architecture: member("architecture", optional(text)) ?? "",
        os: member("os", optional(text)) ?? "",
        ...(variant !== undefined && variant !== "" && { variant }),
        config: member("config", optional(readProcess)) ?? {},
        rootfs: member("rootfs", (rootfs, place) => ({
            diff_ids: object(rootfs, place)("diff_ids", list(readDigest)),
        })),
    };
};

const readProcess: JsonReader<OciImageConfig["config"]> = (value, at) => {
    const member = object(value, at);
    const lists = (["Entrypoint", "Cmd", "Env"] as const).map((name) => [name, member(name, list(text))] as const);
    const texts = (["WorkingDir", "User"] as const).map((name) => [name, member(name, optional(text)) ?? ""] as const);
    const labels = member("Labels", record(text));
    return Object.fromEntries([
        ...lists.filter(([, found]) => found.length > 0),
        ...texts.filter(([, found]) => found !== ""),
        ...(Object.keys(labels).length === 0 ? [] : [["Labels", labels] as const]),
    ]);
};
