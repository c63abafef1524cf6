import { homedir } from "node:os";
import path from "node:path";

import { LinuxKitError } from "../../../sdk/assembly/error";
import type { RegistrySettings } from "../environment";
import { redactUrl } from "../store/redact";

const MIRRORS_VARIABLE = "PULUMI_LINUXKIT_REGISTRY_MIRRORS";
const MIRRORS_KEY = "linuxkit:registryMirrors";

export interface RegistryPlaces {
    /** From the stack's configuration. */
    readonly configured?: string | undefined;
    readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * How this machine reaches registries, as Docker does: credentials of config.json in `DOCKER_CONFIG`, else in ~/.docker;
 * certificates below /etc/docker/certs.d and certs.d beside config.json. Mirrors come from the stack's configuration
 * (`linuxkit:registryMirrors`), else from the environment (PULUMI_LINUXKIT_REGISTRY_MIRRORS), separated by commas or spaces:
 * "ghcr.io=https://mirror.example/ghcr", and without a registry's name for docker.io. A path goes in front of the
 * repository's name.
 *
 * @throws LinuxKitError RegistryMirrors
 */
export function findRegistries({ configured, environment }: RegistryPlaces): RegistrySettings {
    const home = environment["HOME"] ?? homedir();
    const dockerDirectory = environment["DOCKER_CONFIG"] || path.join(home, ".docker");
    const isConfigured = configured !== undefined && configured !== "";
    const mirrors = isConfigured ? configured : (environment[MIRRORS_VARIABLE] ?? "");
    return {
        mirrors: parseMirrors(mirrors, isConfigured ? MIRRORS_KEY : MIRRORS_VARIABLE),
        dockerDirectory,
        certificateDirectories: ["/etc/docker/certs.d", path.join(dockerDirectory, "certs.d")],
        environment,
    };
}

function parseMirrors(text: string, setting: string): RegistrySettings["mirrors"] {
    const mirrors: Record<string, string[]> = {};
    for (const entry of text.split(/[\s,]+/).filter((part) => part !== "")) {
        const [, registry = "docker.io", url = ""] = /^(?:([^=/]+)=)?(.*)$/.exec(entry) ?? [];
        (mirrors[registry] ??= []).push(mirrorUrl(url, setting));
    }
    return mirrors;
}

function mirrorUrl(url: string, setting: string): string {
    const parsed = URL.canParse(url) ? new URL(url) : undefined;
    if (parsed === undefined || !/^https?:$/.test(parsed.protocol) || parsed.search !== "" || parsed.hash !== "") {
        const isUrl = /^https?:\/\//.test(url) && parsed !== undefined;
        const shown = isUrl ? redactUrl(url) : JSON.stringify(url.replace(/^.*@/s, ""));
        const form = '"https://mirror.example" or "ghcr.io=https://mirror.example/path"';
        throw new LinuxKitError(
            "RegistryMirrors",
            `${setting}: ${shown} is no mirror of a registry; one has the form ${form}`,
            {
                setting,
            },
        );
    }
    return url.replace(/\/+$/, "");
}
