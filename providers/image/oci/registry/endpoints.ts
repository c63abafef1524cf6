import type { RegistrySettings } from "../../environment";
import type { Credentials } from "../credentials/credentials";
import type { Reference } from "../reference";
import { findCertificates } from "./certificates";
import { type Hop, isCertificateProblem } from "./hop";
import { isLoopback } from "./loopback";

/** A place that an image's repository is asked for at. */
export interface Endpoint {
    /** Base URL: scheme, host and port. */
    readonly url: string;
    /** The registry's name, by which its credentials are known. */
    readonly registry: string;
    /** The repository's name there. */
    readonly repository: string;
    /** Those of a mirror's own URL. */
    readonly credentials?: Credentials;
}

/** Where the registry "docker.io" answers. */
const HUB = "registry-1.docker.io";

/** The mirrors of a reference's registry, in their order, and the registry itself. */
export async function endpointsOf(
    reference: Reference,
    settings: RegistrySettings,
    hop: Hop,
    signal: AbortSignal,
): Promise<readonly Endpoint[]> {
    const { registry, repository } = reference;
    const mirrors = (settings.mirrors[registry] ?? []).map((url) => mirrorEndpoint(url, repository));
    const host = registry === "docker.io" ? HUB : registry;
    const scheme = isLoopback(host) ? await loopbackScheme(host, settings, hop, signal) : "https";
    return [...mirrors, { url: `${scheme}://${host}`, registry, repository }];
}

function mirrorEndpoint(text: string, repository: string): Endpoint {
    const url = new URL(text);
    const prefix = url.pathname.replace(/^\/|\/$/g, "");
    const [user, password] = [decodeURIComponent(url.username), decodeURIComponent(url.password)];
    return {
        url: url.origin,
        registry: url.host,
        repository: prefix === "" ? repository : `${prefix}/${repository}`,
        ...(user !== "" && { credentials: { type: "password", user, password, origin: "the mirror's URL" } }),
    };
}

/** Docker takes a registry on this machine without encryption where it speaks none, and where no certificate is given for it. */
async function loopbackScheme(
    host: string,
    settings: RegistrySettings,
    hop: Hop,
    signal: AbortSignal,
): Promise<"http" | "https"> {
    if ((await findCertificates(host, settings)) !== undefined) {
        return "https";
    }
    try {
        const response = await hop(new URL(`https://${host}/v2/`), { headers: {}, signal });
        await response.body?.cancel();
        return "https";
    } catch (error) {
        signal.throwIfAborted();
        return isUntrusted(error) ? "https" : "http";
    }
}

function isUntrusted(error: unknown): boolean {
    return isCertificateProblem(error) || (error as { code?: unknown }).code === "RegistryCertificate";
}
