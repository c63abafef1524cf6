import * as grpc from "@grpc/grpc-js";
import { withIdentity } from "../../providers/dynamic/context";
import { engineNote, engineProgress } from "../../providers/dynamic/engine-log";

const services = jest.requireActual("@pulumi/pulumi/proto/engine_grpc_pb");
const empty = jest.requireActual("google-protobuf/google/protobuf/empty_pb.js");

interface Logged {
    readonly message: string;
    readonly urn: string;
    readonly ephemeral: boolean;
}

let server: grpc.Server;
let logged: Logged[];
let address: string;

beforeEach(async () => {
    logged = [];
    server = new grpc.Server();
    server.addService(services.EngineService, {
        log: (
            { request }: { request: { getMessage(): string; getUrn(): string; getEphemeral(): boolean } },
            done: (error: null, value: unknown) => void,
        ) => {
            logged.push({
                message: request.getMessage(),
                urn: request.getUrn(),
                ephemeral: request.getEphemeral(),
            });
            done(null, new empty.Empty());
        },
    });
    const port = await new Promise<number>((resolve, reject) => {
        server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
            error === null ? resolve(bound) : reject(error),
        );
    });
    address = `127.0.0.1:${port}`;
});

afterEach(() => server.forceShutdown());

async function arrived(count: number): Promise<Logged[]> {
    while (logged.length < count) {
        await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return logged;
}

function printed(): string[] {
    const lines: string[] = [];
    jest.spyOn(process.stdout, "write").mockImplementation((line) => {
        lines.push(String(line));
        return true;
    });
    return lines;
}

test("progress is ephemeral status at its resource, a note stays", async () => {
    await withIdentity({ identity: { urn: "urn:a" } }, async () => {
        engineProgress(["node", "provider", address])({ message: "fetching", fraction: 0.5 });
        await arrived(1);
        engineNote(["node", "provider", address])("a note");
    });
    expect(await arrived(2)).toEqual([
        { message: "fetching 50 %", urn: "urn:a", ephemeral: true },
        { message: "a note", urn: "urn:a", ephemeral: false },
    ]);
});

test("of a download's many pieces some are shown, its end always", async () => {
    const progress = engineProgress(["node", "provider", address]);
    for (let piece = 0; piece <= 1000; piece += 1) {
        progress({ message: "fetching", fraction: piece / 1000 });
    }
    await arrived(2);
    expect(logged.length).toBeLessThan(100);
    expect(logged.map(({ message }) => message)).toEqual(expect.arrayContaining(["fetching 0 %", "fetching 100 %"]));
});

test("without an engine's address, lines go to standard output", () => {
    const lines = printed();
    engineProgress(["node", "jest", "--runInBand"])({ message: "building" });
    engineNote(["node"])("a note");
    jest.restoreAllMocks();
    expect(lines).toEqual(["building\n", "a note\n"]);
});

test("where the engine does not answer, a note goes to standard output", async () => {
    server.forceShutdown();
    const lines = printed();
    engineNote(["node", "provider", address])("a note");
    while (lines.length === 0) {
        await new Promise((resolve) => setTimeout(resolve, 10));
    }
    jest.restoreAllMocks();
    expect(lines).toEqual(["a note\n"]);
});
