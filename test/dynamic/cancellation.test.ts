import * as grpc from "@grpc/grpc-js";
import { onCancel } from "../../providers/dynamic/cancellation";

const services = jest.requireActual("@pulumi/pulumi/proto/provider_grpc_pb");
const empty = jest.requireActual("google-protobuf/google/protobuf/empty_pb.js");

const lookup = "_retrieveHandler";
const prototype = grpc.Server.prototype as unknown as { [lookup]: unknown };
const original = prototype[lookup];
let server: grpc.Server;
let client: { cancel(request: unknown, done: (error: unknown) => void): void; close(): void };

beforeEach(async () => {
    const answer = (_call: unknown, done: (error: null, value: unknown) => void) => done(null, new empty.Empty());
    const methods = Object.keys(services.ResourceProviderService);
    server = new grpc.Server();
    server.addService(services.ResourceProviderService, Object.fromEntries(methods.map((name) => [name, answer])));
    const port = await new Promise<number>((resolve, reject) => {
        server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
            error === null ? resolve(bound) : reject(error),
        );
    });
    client = new services.ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
});

afterEach(() => {
    prototype[lookup] = original;
    client.close();
    server.forceShutdown();
});

function cancel(): Promise<unknown> {
    return new Promise((resolve) => client.cancel(new empty.Empty(), resolve));
}

test("a provider that runs already is told of the engine's Cancel, and answers it", async () => {
    let told = 0;
    onCancel(() => (told += 1), __filename);
    expect(await cancel()).toBeNull();
    expect(told).toBe(1);
});

test("where there is no gRPC library, nothing is watched and nothing breaks", async () => {
    let told = 0;
    onCancel(() => (told += 1), "/nowhere/main.js");
    expect(await cancel()).toBeNull();
    expect(told).toBe(0);
});
