import type { Clients } from "./clients";

/** How long after Ctrl-C an answer is waited for: the engine waits for its provider, and the user for both. */
const patienceMilliseconds = 3000;

interface Options {
    readonly abortSignal?: AbortSignal;
}

interface RequestHandler {
    handle(request: unknown, options?: Options): Promise<unknown>;
}

/** Has requests that AWS does not answer given up soon after the interruption; the SDK itself tries for minutes. */
export function impatientAfter(interrupted: AbortSignal, clients: Clients): Clients {
    for (const { config } of [clients.ec2, clients.ebs, clients.sts]) {
        const handler = config.requestHandler as unknown as RequestHandler;
        const handle = handler.handle.bind(handler);
        handler.handle = (request, options = {}) =>
            givenUp(interrupted, options, (changed) => handle(request, changed));
    }
    return clients;
}

async function givenUp<T>(
    interrupted: AbortSignal,
    options: Options,
    handle: (options: Options) => Promise<T>,
): Promise<T> {
    const tooLong = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const begin = (): void => {
        timer = setTimeout(() => tooLong.abort(), patienceMilliseconds);
    };
    if (interrupted.aborted) begin();
    else interrupted.addEventListener("abort", begin, { once: true });
    const signals = [tooLong.signal, ...(options.abortSignal === undefined ? [] : [options.abortSignal])];
    try {
        return await handle({ ...options, abortSignal: AbortSignal.any(signals) });
    } finally {
        clearTimeout(timer);
        interrupted.removeEventListener("abort", begin);
    }
}
