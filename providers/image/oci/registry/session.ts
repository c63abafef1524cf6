import type { BuildEnvironment, RegistrySettings } from "../../environment";
import { LinuxKitError } from "../../../../sdk/assembly/error";
import type { Credentials } from "../credentials/credentials";
import { findCredentials } from "../credentials/docker-config";
import { parseChallenges } from "./challenge";
import type { Endpoint } from "./endpoints";
import type { Hop } from "./hop";
import { logIn } from "./login";
import { follow, type Followed } from "./redirect";

/** Requests to one repository of one registry, by who we are there. */
export interface Session {
    /** Stands in for fetch(): logs in when asked to, follows redirects, trusts what is to be trusted. */
    readonly fetch: typeof globalThis.fetch;
    /** Who asked, for messages; a complete sentence's end. */
    who(): string;
}

interface State {
    /** The Authorization header in use: none before the registry has asked for one. */
    header: Promise<string | undefined>;
    credentials: Credentials | undefined;
    /** Why a helper could not be asked: everything is tried without it, as most images need no login. */
    problem: LinuxKitError | undefined;
}

export function openSession(endpoint: Endpoint, hop: Hop, settings: RegistrySettings, env: BuildEnvironment): Session {
    const state: State = { header: Promise.resolve(undefined), credentials: undefined, problem: undefined };
    const send = async (url: URL, init: RequestInit, header: string | undefined): Promise<Followed> => {
        const headers = {
            ...(init.headers as Record<string, string>),
            ...(header !== undefined && { authorization: header }),
        };
        return follow(url, { headers, ...(init.signal && { signal: init.signal }) }, hop);
    };
    const renew = (challenge: string, signal: AbortSignal | null | undefined): Promise<string | undefined> =>
        ownCredentials(endpoint, settings, state, env).then((credentials) =>
            logIn(parseChallenges(challenge), {
                registry: new URL(endpoint.url),
                repository: endpoint.repository,
                credentials,
                hop,
                signal: signal ?? undefined,
            }),
        );
    const fetch = async (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
        const url = new URL(input instanceof Request ? input.url : input);
        const used = state.header;
        const first = await send(url, init, await used.catch(() => undefined));
        const challenge = first.response.headers.get("www-authenticate");
        if (first.response.status !== 401 || !first.isOwn || challenge === null) {
            return first.response;
        }
        await first.response.body?.cancel();
        // Of many requests at once, one logs in for all.
        if (state.header === used) {
            state.header = renew(challenge, init.signal);
        }
        return (await send(url, init, await state.header)).response;
    };
    return { fetch, who: () => whoAsked(state) };
}

async function ownCredentials(
    endpoint: Endpoint,
    settings: RegistrySettings,
    state: State,
    env: BuildEnvironment,
): Promise<Credentials | undefined> {
    if (endpoint.credentials !== undefined) {
        return (state.credentials = endpoint.credentials);
    }
    try {
        state.credentials = await findCredentials(endpoint.registry, settings);
    } catch (error) {
        if (!(error instanceof LinuxKitError) || error.code !== "RegistryCredentials") {
            throw error;
        }
        state.problem = error;
        env.progress({ message: `${error.message}; going on without` });
    }
    return state.credentials;
}

function whoAsked({ credentials, problem }: State): string {
    if (problem !== undefined) {
        return `without credentials: ${problem.message}`;
    }
    return credentials === undefined ? "without credentials" : `with the credentials of ${credentials.origin}`;
}
