import { createRequire } from "node:module";

/** Path of the call by which the engine tells a provider of Ctrl-C (pulumi/proto/pulumi/provider.proto). */
const cancelPath = "/pulumirpc.ResourceProvider/Cancel";

/** What `Server` of @grpc/grpc-js 1.x asks for the handler of each call. */
const lookup = "_retrieveHandler";

interface ServerPrototype {
    [lookup]?: (path: string) => unknown;
}

/**
 * Tells of Ctrl-C. The engine keeps it from its providers' process group and calls `Cancel`, to which Pulumi's dynamic
 * provider does nothing: the user would wait for whatever is going on. So the provider's gRPC server is watched for that
 * call. It is no documented interface: where it is not as expected, Ctrl-C waits, as it does for every dynamic provider.
 *
 * @param main file of the program that runs this process
 */
export function onCancel(listener: () => void, main: string | undefined = process.argv[1]): void {
    const server = serverPrototype(main);
    const retrieve = server?.[lookup];
    if (server === undefined || typeof retrieve !== "function") {
        return;
    }
    server[lookup] = function (this: ServerPrototype, path: string) {
        if (path === cancelPath) {
            listener();
        }
        return retrieve.call(this, path);
    };
}

/** The gRPC library of the dynamic provider, which need not be this package's. */
function serverPrototype(main: string | undefined): ServerPrototype | undefined {
    if (main === undefined) {
        return undefined;
    }
    try {
        const grpc = createRequire(main)("@grpc/grpc-js") as { Server?: { prototype: ServerPrototype } };
        return grpc.Server?.prototype;
    } catch {
        return undefined;
    }
}
