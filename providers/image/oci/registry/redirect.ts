import { DownloadError } from "../../store/download";
import { redactUrl } from "../../store/redact";
import { isLoopback } from "./loopback";
import type { Hop, HopRequest } from "./hop";

const MAX_REDIRECTS = 10;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

export interface Followed {
    readonly response: Response;
    /** Whether it is the answer of the host that was asked, and not of one it sent us to. */
    readonly isOwn: boolean;
}

/** Follows redirects; who asks is told to nobody but the host (scheme, name and port) that was asked first. */
export async function follow(url: URL, request: HopRequest, hop: Hop): Promise<Followed> {
    let current = url;
    let headers = request.headers;
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
        const response = await hop(current, { ...request, headers });
        const location = response.headers.get("location");
        if (!REDIRECTS.has(response.status) || location === null) {
            return { response, isOwn: current.origin === url.origin };
        }
        await response.body?.cancel();
        const target = targetOf(current, location);
        if (target.origin !== current.origin) {
            headers = withoutSecrets(headers);
        }
        current = target;
    }
    throw refused(url, `sends from one place to another more than ${MAX_REDIRECTS} times`);
}

function targetOf(from: URL, location: string): URL {
    if (!URL.canParse(location, from.href)) {
        throw refused(from, "sends to what is no URL");
    }
    const target = new URL(location, from);
    const isPlain = target.protocol === "http:" && (from.protocol === "http:" || isLoopback(target.hostname));
    if (target.protocol !== "https:" && !isPlain) {
        throw refused(from, `sends to ${redactUrl(target.href)}, which is not encrypted`);
    }
    return target;
}

function withoutSecrets(headers: HopRequest["headers"]): HopRequest["headers"] {
    return Object.fromEntries(Object.entries(headers).filter(([name]) => !/^(authorization|cookie)$/i.test(name)));
}

function refused(url: URL, reason: string): DownloadError {
    const address = redactUrl(url.href);
    return new DownloadError("RegistryRedirect", `${address} ${reason}.`, false, { url: address });
}
