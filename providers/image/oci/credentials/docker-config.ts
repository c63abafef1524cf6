import { readFile } from "node:fs/promises";
import path from "node:path";

import { LinuxKitError } from "../../../../sdk/assembly/error";
import type { RegistrySettings } from "../../environment";
import { type JsonReader, Malformed, object, optional, readJson, record, text } from "../format/json";
import type { Credentials } from "./credentials";
import { askHelper } from "./helper";

/** The key of Docker's hub in config.json, and for helpers. */
const HUB_KEY = "https://index.docker.io/v1/";
const HUB_HOSTS = new Set(["docker.io", "index.docker.io", "registry-1.docker.io"]);

interface DockerConfig {
    readonly file: string;
    readonly auths: Readonly<Record<string, AuthEntry>>;
    readonly credHelpers: Readonly<Record<string, string>>;
    readonly credsStore?: string;
}

interface AuthEntry {
    readonly auth: string;
    readonly username: string;
    readonly password: string;
    readonly identitytoken: string;
    readonly registrytoken: string;
}

/**
 * What Docker's config.json holds or knows for a registry ("docker.io", "registry.example:5000"): from the helper for that
 * registry, else from the store of all credentials, else from the file itself. Undefined where nothing does.
 * @throws LinuxKitError RegistryCredentials, OciMalformed; neither holds anything of the file
 */
export async function findCredentials(registry: string, settings: RegistrySettings): Promise<Credentials | undefined> {
    const config = settings.dockerDirectory === undefined ? undefined : await readConfig(settings.dockerDirectory);
    if (config === undefined) {
        return undefined;
    }
    const key = HUB_HOSTS.has(registry) ? HUB_KEY : registry;
    const helper = lookUp(config.credHelpers, registry) ?? config.credsStore;
    const asked = helper === undefined || helper === "" ? undefined : await askHelper(helper, key, settings);
    const entry = lookUp(config.auths, registry);
    return asked ?? (entry && ofEntry(entry, config.file, registry));
}

async function readConfig(directory: string): Promise<DockerConfig | undefined> {
    const file = path.join(directory, "config.json");
    const bytes = await readFile(file).catch((cause: unknown) => {
        const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
        if (code === "ENOENT" || code === "ENOTDIR") {
            return undefined;
        }
        throw new LinuxKitError("RegistryCredentials", `${file} cannot be read (${code})`, { file }, { cause });
    });
    return bytes && readJson(bytes, file, (value, at) => toConfig(value, at, file));
}

function toConfig(value: unknown, at: string, file: string): DockerConfig {
    const member = object(value, at);
    const credsStore = member("credsStore", optional(text));
    return {
        file,
        auths: member("auths", record(readEntry)),
        credHelpers: member("credHelpers", record(text)),
        ...(credsStore !== undefined && { credsStore }),
    };
}

const readEntry: JsonReader<AuthEntry> = (value, at) => {
    const member = object(value, at);
    const field = (name: string) => member(name, optional(text)) ?? "";
    return {
        auth: field("auth"),
        username: field("username"),
        password: field("password"),
        identitytoken: field("identitytoken"),
        registrytoken: field("registrytoken"),
    };
};

/** By the host alone, as Docker does: keys may be URLs ("https://registry.example/v1/"). */
function lookUp<T>(table: Readonly<Record<string, T>>, registry: string): T | undefined {
    const entries = Object.entries(table);
    const exact = entries.find(([key]) => key === registry);
    return (exact ?? entries.find(([key]) => isSame(hostOf(key), registry)))?.[1];
}

function hostOf(key: string): string {
    return key.replace(/^https?:\/\//, "").replace(/\/.*$/, "");
}

function isSame(host: string, registry: string): boolean {
    return host === registry || (HUB_HOSTS.has(host) && HUB_HOSTS.has(registry));
}

function ofEntry(entry: AuthEntry, file: string, registry: string): Credentials | undefined {
    if (entry.registrytoken !== "") {
        return { type: "bearer", token: entry.registrytoken, origin: file };
    }
    if (entry.identitytoken !== "") {
        return { type: "identity", token: entry.identitytoken, origin: file };
    }
    const { user, password } =
        entry.auth === "" ? { user: entry.username, password: entry.password } : decode(entry.auth, file, registry);
    return user === "" && password === "" ? undefined : { type: "password", user, password, origin: file };
}

/** Base64 of "user:password"; some versions of Docker padded it with zeros. */
function decode(auth: string, file: string, registry: string): { user: string; password: string } {
    const plain = Buffer.from(auth, "base64").toString("utf8").replace(/\0+$/, "");
    const colon = plain.indexOf(":");
    if (colon < 0) {
        const problem = new Malformed(`auths[${JSON.stringify(registry)}].auth`, 'must be base64 of "user:password"');
        throw new LinuxKitError("OciMalformed", `${file} is malformed: ${problem.message}`, { file, registry });
    }
    return { user: plain.slice(0, colon), password: plain.slice(colon + 1) };
}
