import { DownloadError, refusedStatus } from "../../store/download";
import { readBounded } from "../bounded";
import { basicHeader, type Credentials } from "../credentials/credentials";
import { object, optional, readJson, text } from "../format/json";
import type { Challenge } from "./challenge";
import type { Hop, HopRequest } from "./hop";
import { isLoopback } from "./loopback";
import { follow } from "./redirect";

const TOKEN_LIMIT_BYTES = 1 << 20;
const CLIENT = "pulumi-linuxkit";

export interface LoginContext {
    /** Base URL of the registry that asks. */
    readonly registry: URL;
    readonly repository: string;
    readonly credentials: Credentials | undefined;
    readonly hop: Hop;
    readonly signal: AbortSignal | undefined;
}

/**
 * The Authorization header that answers a registry's challenges; undefined where nothing is known that could.
 * @throws DownloadError RegistryDenied, DownloadStatus; LinuxKitError OciMalformed
 */
export async function logIn(challenges: readonly Challenge[], context: LoginContext): Promise<string | undefined> {
    const { credentials } = context;
    if (credentials?.type === "bearer") {
        return `Bearer ${credentials.token}`;
    }
    const bearer = challenges.find(({ scheme }) => scheme === "bearer");
    if (bearer !== undefined) {
        return `Bearer ${await fetchToken(bearer, context)}`;
    }
    const isBasic = challenges.some(({ scheme }) => scheme === "basic");
    return isBasic && credentials?.type === "password"
        ? basicHeader(credentials.user, credentials.password)
        : undefined;
}

/** The distribution project's token authentication: GET with a password, POST (OAuth2) with a refresh token. */
async function fetchToken({ parameters }: Challenge, context: LoginContext): Promise<string> {
    const realm = realmOf(parameters.get("realm") ?? "", context);
    const query = new URLSearchParams({
        service: parameters.get("service") ?? "",
        scope: parameters.get("scope") ?? `repository:${context.repository}:pull`,
    });
    if (query.get("service") === "") {
        query.delete("service");
    }
    const request =
        context.credentials?.type === "identity"
            ? refreshOf(query, context.credentials.token, context)
            : passwordOf(context);
    const url = new URL(realm);
    if (request.method !== "POST") {
        query.forEach((value, key) => url.searchParams.append(key, value));
    }
    const { response } = await follow(url, request, context.hop);
    return readToken(response, realm, context);
}

function refreshOf(query: URLSearchParams, token: string, { signal }: LoginContext): HopRequest {
    const form = new URLSearchParams([
        ...query,
        ["grant_type", "refresh_token"],
        ["client_id", CLIENT],
        ["refresh_token", token],
    ]);
    return {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json" },
        body: form.toString(),
        ...(signal && { signal }),
    };
}

function passwordOf({ credentials, signal }: LoginContext): HopRequest {
    const headers =
        credentials?.type === "password" ? { authorization: basicHeader(credentials.user, credentials.password) } : {};
    return { headers: { accept: "application/json", ...headers }, ...(signal && { signal }) };
}

/** Where tokens are given out. A registry on an encrypted connection cannot have the password sent over a plain one. */
function realmOf(named: string, { registry }: LoginContext): URL {
    const realm = URL.canParse(named) ? new URL(named) : undefined;
    const isPlain = realm?.protocol === "http:" && (registry.protocol === "http:" || isLoopback(realm.hostname));
    if (realm === undefined || (realm.protocol !== "https:" && !isPlain)) {
        const reason = `${registry.host} names a token server that cannot be used`;
        throw new DownloadError("RegistryDenied", `${reason}.`, false, { host: registry.host });
    }
    return realm;
}

async function readToken(response: Response, realm: URL, context: LoginContext): Promise<string> {
    const name = `what ${realm.host} says`;
    if (!response.ok) {
        await response.body?.cancel();
        throw response.status === 400 || response.status === 401 || response.status === 403
            ? denied(realm, response.status, context)
            : refusedStatus(response, realm.href);
    }
    const bytes = await readBounded(response.body ?? [], TOKEN_LIMIT_BYTES, name);
    const token = readJson(bytes, name, (value, at) => {
        const member = object(value, at);
        return member("token", optional(text)) ?? member("access_token", text);
    });
    // A header takes no other characters, and fetch() would show the value in its error.
    if (!/^[\x21-\x7e]+$/.test(token)) {
        throw new DownloadError("RegistryDenied", `${realm.host} gave a token that is none.`, false, {
            host: realm.host,
        });
    }
    return token;
}

function denied(realm: URL, status: number, { credentials, registry }: LoginContext): DownloadError {
    const who =
        credentials === undefined ? "a request without credentials" : `the credentials that ${credentials.origin} has`;
    const reason = `${realm.host}, which gives out tokens for ${registry.host}, refuses ${who} (${status})`;
    return new DownloadError("RegistryDenied", `${reason}.`, false, { host: registry.host, realm: realm.host, status });
}
